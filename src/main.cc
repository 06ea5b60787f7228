// nsedbg: the subcommands, and the wire between the front ends and what they launch.
#include <sys/stat.h>

#include <optional>

#include "cli/command_session.h"
#include "cli/front.h"
#include "cli/shim.h"
#include "client/target.h"
#include "doctor/doctor.h"
#include "launch/attach.h"
#include "launch/launch.h"
#include "launch/running_nmap.h"
#include "mobdebug/run.h"
#include "relay/serve.h"

namespace {

// The front ends' Target, by launch/.
class LaunchTarget : public client::Target {
 public:
  // `may_read_stdin`: nmap may, for -iL -. Not where stdin carries the protocol.
  explicit LaunchTarget(bool may_read_stdin) : may_read_stdin_(may_read_stdin) {}

  base::Result<Process> start(const Options& options) override;
  std::optional<int> poll_exit() override;
  base::Result<Command> prepare(const Options& options) override;
  void started(pid_t nmap) override;
  int ready_fd() const override;
  base::Result<base::Fd> connect() override;
  base::Result<base::Fd> connect_to(const std::string& socket) override;
  base::Result<base::Fd> connect_to(pid_t nmap) override;
  std::vector<std::string> notes() const override;
  base::Result<pid_t> find(const std::string& part) override;
  void resized() override;
  void finished() override;
  void leave() override;

 private:
  launch::Options launch_options(const Options& options) const;

  bool may_read_stdin_;
  std::optional<launch::Process> process_;
  std::optional<launch::RunDirectory> dir_;
  std::optional<launch::Rendezvous> rendezvous_;
  std::optional<launch::Attachment> attachment_;  // instead of the three
};

bool is_directory(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

launch::Options LaunchTarget::launch_options(const Options& options) const {
  launch::Options out;
  out.command = options.nmap;
  out.cwd = options.cwd;
  out.environment = options.environment;
  out.tty_output = options.terminal;
  out.may_read_stdin = may_read_stdin_;
  return out;
}

base::Result<client::Target::Process> LaunchTarget::start(const Options& options) {
  base::Result<launch::Started> started = launch::start(launch_options(options));
  if (!started) return started.take_error();
  process_.emplace(std::move(started->process));
  dir_.emplace(std::move(started->dir));
  rendezvous_.emplace(std::move(started->rendezvous));
  return Process{process_->pid(), process_->out().get(), process_->err().get(),
                 process_->exit_event().get(), started->warnings};
}

std::optional<int> LaunchTarget::poll_exit() {
  return process_ ? process_->poll_exit() : std::nullopt;
}

base::Result<client::Target::Command> LaunchTarget::prepare(const Options& options) {
  base::Result<launch::Armed> armed = launch::arm(launch_options(options));
  if (!armed) return armed.take_error();
  process_.reset();
  dir_.emplace(std::move(armed->dir));
  rendezvous_.emplace(std::move(armed->rendezvous));
  Command command{armed->child.argv, armed->child.cwd, armed->environment, armed->warnings};
  command.words[0] = armed->child.path;  // their PATH may lead elsewhere
  return command;
}

// The directory is in use without the note, too: the agent answers.
void LaunchTarget::started(pid_t nmap) {
  if (dir_) (void)dir_->record_nmap(nmap);
}

int LaunchTarget::ready_fd() const {
  if (attachment_) return attachment_->fd();
  return rendezvous_ ? rendezvous_->fd().get() : -1;
}

base::Result<base::Fd> LaunchTarget::connect() {
  return attachment_ ? attachment_->connect() : rendezvous_->connect();
}

base::Result<base::Fd> LaunchTarget::connect_to(const std::string& socket) {
  std::string path = is_directory(socket) ? socket + "/agent.sock" : socket;
  base::Result<base::Fd> connected = launch::connect_unix(path);
  if (!connected || connected->valid()) return connected;
  return base::fail("no agent of nsedbg listens at " + path,
                    "the socket is agent.sock in the directory of a run, and is there while nmap "
                    "runs");
}

// An agent may be in it already: nsedbg has started it, or has attached before.
base::Result<base::Fd> LaunchTarget::connect_to(pid_t nmap) {
  for (const launch::Run& run : launch::list_runs(launch::Environment::current())) {
    if (run.pids.size() < 2 || run.pids[1] != nmap) continue;
    base::Result<base::Fd> connected = launch::connect_unix(run.path + "/agent.sock");
    if (connected && connected->valid()) return connected;
  }
  base::Result<launch::Attachment> begun = launch::Attachment::begin(nmap);
  if (!begun) return begun.take_error();
  attachment_.emplace(std::move(*begun));
  return attachment_->connect();
}

std::vector<std::string> LaunchTarget::notes() const {
  return attachment_ ? attachment_->notes() : std::vector<std::string>{};
}

base::Result<pid_t> LaunchTarget::find(const std::string& part) {
  return launch::find_running_nmap(part);
}

void LaunchTarget::resized() {
  if (process_) process_->copy_window_size();
}

void LaunchTarget::finished() {
  if (dir_) dir_->remove();
  attachment_.reset();
}

void LaunchTarget::leave() {
  if (dir_) dir_->leave();
  attachment_.reset();
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments{argv + 1, argv + argc};
  if (!arguments.empty() && arguments[0] == "dap")
    return relay::serve(
        {arguments.begin() + 1, arguments.end()},
        [] { return std::make_unique<LaunchTarget>(false); },
        [](client::Loop& loop) { return std::make_unique<cli::CommandSession>(loop); });
  if (!arguments.empty() && arguments[0] == "shim")
    return cli::print_shim({arguments.begin() + 1, arguments.end()});
  if (!arguments.empty() && arguments[0] == "doctor")
    return doctor::run({arguments.begin() + 1, arguments.end()});
  LaunchTarget target(true);
  if (!arguments.empty() && arguments[0] == "mobdebug")
    return mobdebug::run({arguments.begin() + 1, arguments.end()}, target);
  return cli::run(arguments, target);
}
