// The debug console of the editor: what is typed there is Lua, or a command of nsedbg's prompt.
//
//   `info threads    a command, whatever else it could be (the prefix is lldb-dap's)
//   next             a command: no variable of the frame has this name
//   host.ip          Lua, for the agent
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/commands.h"

namespace relay {

class Console {
 public:
  using Connect = std::function<base::Result<base::Fd>()>;
  // What a command shows, or nothing if the line is Lua after all.
  using Done = std::function<void(base::Result<std::string>* shown)>;

  Console(client::Loop& loop, std::unique_ptr<client::Commands> commands, Connect connect);

  void set_colors(bool on) { commands_->set_colors(on); }
  // False if the line is Lua for sure; else `done` is called, later.
  bool take(const std::string& line, int frame_id, Done done);
  // The scan or the editor is gone: a command that waits for a stop waits no longer.
  void close() { commands_->close(); }

 private:
  void run(const std::string& line, int frame_id, const Done& done);

  client::Loop& loop_;
  std::unique_ptr<client::Commands> commands_;
  Connect connect_;
  std::vector<client::Loop::WatchPtr> turns_;
  int running_ = 0;
};

}  // namespace relay
