#include "relay/console.h"

#include "base/text.h"

namespace relay {
namespace {

constexpr char kPrefix = '`';

bool is_escaped(const std::string& line) { return !line.empty() && line[0] == kPrefix; }

}  // namespace

Console::Console(client::Loop& loop, std::unique_ptr<client::Commands> commands, Connect connect)
    : loop_(loop), commands_(std::move(commands)), connect_(std::move(connect)) {}

// A command turns the loop, and the editor must be heard meanwhile: not from inside its own
// message.
bool Console::take(const std::string& line, int frame_id, Done done) {
  if (!is_escaped(line) && !commands_->may_be_command(line)) return false;
  turns_.push_back(loop_.after(std::chrono::milliseconds(0), [this, line, frame_id, done] {
    ++running_;
    run(line, frame_id, done);
    if (--running_ == 0) turns_.clear();
  }));
  return true;
}

void Console::run(const std::string& line, int frame_id, const Done& done) {
  base::Status ready = base::ok();
  if (!commands_->attached()) {
    base::Result<base::Fd> agent = connect_();
    if (!agent)
      ready = agent.take_error();
    else
      ready = commands_->attach(std::move(*agent));
  }
  if (!ready) {
    base::Result<std::string> failed = ready.take_error();
    return done(&failed);
  }
  std::string command(base::trim(is_escaped(line) ? line.substr(1) : line));
  if (!is_escaped(line) && !commands_->is_command(command, frame_id)) return done(nullptr);
  base::Result<std::string> shown = commands_->run(command, frame_id);
  done(&shown);
}

}  // namespace relay
