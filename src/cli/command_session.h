// The prompt's commands without a prompt: for a front end that has a console of its own, as the
// debug console of an editor. It is a second client of the agent that the other front end debugs
// with.
#pragma once

#include <memory>
#include <string>

#include "client/commands.h"

namespace cli {

class CommandSession : public client::Commands {
 public:
  explicit CommandSession(client::Loop& loop);
  ~CommandSession() override;

  bool may_be_command(const std::string& line) const override;
  base::Status attach(base::Fd agent) override;
  bool attached() const override;
  void close() override;
  void set_colors(bool on) override;
  bool is_command(const std::string& line, int frame_id) override;
  base::Result<std::string> run(const std::string& line, int frame_id) override;

 private:
  struct Parts;
  void select(int frame_id);

  std::unique_ptr<Parts> parts_;
};

}  // namespace cli
