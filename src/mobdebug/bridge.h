// Between ZeroBrane Studio and nmap: MobDebug's commands in, DAP out, and what comes of it back.
//
// mobdebug.lua 0.805 (pkulchenko/MobDebug: debugger_loop, and `handle`, its other end) is the
// reference for every command and reply. As there: while the scan runs, SETB and DELB are taken
// without an answer, and any other command suspends it. One thread, the loop's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/debuggee.h"
#include "mobdebug/breakpoints.h"
#include "mobdebug/entry.h"
#include "mobdebug/files.h"
#include "mobdebug/ide.h"
#include "mobdebug/lua_text.h"
#include "mobdebug/output.h"

namespace mobdebug {

class Bridge {
 public:
  Bridge(client::Loop& loop, client::Target& target);

  // From the start of nmap to its end: the exit status.
  int run(base::Fd ide, const std::vector<std::string>& nmap);

 private:
  // What the IDE waits for until the scan stops.
  enum class Owed { kNothing, kLoad, kRun };
  enum class Leaving { kNo, kDetach, kEnd };

  client::Debuggee::Hooks hooks();
  void serve();
  bool turn();
  void on_ide();
  void leave();
  int exit_status() const;

  bool may_take(const Command& command);
  bool trusts();
  void handle(const Command& command);
  void handle_breakpoint(const Command& command, bool set);
  void handle_watch(const Command& command);
  void handle_unwatch(const Command& command);
  void handle_load(const Command& command);
  void handle_exec(const Command& command);
  void handle_stack(const Command& command);
  void handle_output(const Command& command);
  void handle_base(const Command& command);
  void handle_run(const Command& command);

  void begin(bool at_entry, const std::string& path);
  base::Status resume(std::string_view verb);
  void report_stop();
  const dap::StackFrame* find_place();
  void tell_stop(const dap::StackFrame* place);
  void tell_difference();
  std::optional<int> frame_for(const Parameters& parameters);

  void reply(const std::string& line) { ide_->send(line + "\n"); }
  void reply_error(const std::string& where, const std::string& text);
  void notice(const std::string& text);

  client::Loop& loop_;
  Files files_;
  client::Debuggee debuggee_;
  Breakpoints breakpoints_;
  Entry entry_;
  Output output_;
  std::unique_ptr<Ide> ide_;
  std::vector<client::Loop::WatchPtr> signals_;

  Owed owed_ = Owed::kNothing;
  Leaving leaving_ = Leaving::kNo;
  bool begun_ = false;  // configurationDone is sent
  bool pause_sent_ = false;
  bool evaluating_ = false;
  bool interrupted_ = false;
  bool trusted_ = false;
  std::vector<dap::StackFrame> frames_;  // of the stop
  std::vector<int> stack_ids_;           // the frames that STACK has told, in its order
  std::string place_file_ = "-";         // where the IDE was told that the scan stands
  int place_line_ = 0;
  std::string loaded_path_, loaded_sum_;  // what LOAD brought
  bool told_difference_ = false;
};

}  // namespace mobdebug
