// run, start, continue, kill, detach, interrupt.
#include <array>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command_groups.h"
#include "cli/execution.h"
#include "cli/interpreter.h"

namespace cli {
namespace {

// A scan that stands may hold hours of work: ask before it is thrown away.
bool may_end_scan(Debugger& dbg, const char* question) {
  if (!dbg.debuggee.alive() || dbg.debuggee.attached()) return true;  // it is refused, or waits
  if (!dbg.interactive || !dbg.settings.confirm) return true;
  std::optional<std::string> answer = dbg.interpreter.ask(question);
  return answer && (base::starts_with(*answer, "y") || base::starts_with(*answer, "Y"));
}

CommandResult run(Debugger& dbg, std::string_view) {
  if (!may_end_scan(dbg, "End the scan and start it again? (y or n) "))
    return base::fail("not restarted");
  return run_scan(dbg, "");
}

CommandResult start(Debugger& dbg, std::string_view) {
  if (!may_end_scan(dbg, "End the scan and start it again? (y or n) "))
    return base::fail("not restarted");
  return run_scan(dbg, "action");
}

// Non-stop: lets every thread that stands go on.
CommandResult continue_all(Debugger& dbg) {
  base::Status stopped = need_stopped(dbg);
  if (!stopped) return stopped.take_error();
  for (int thread : dbg.debuggee.standing()) {
    dap::Continue::Arguments arguments;
    arguments.threadId = thread;
    base::Status resumed = dbg.debuggee.resume<dap::Continue>(arguments);
    if (!resumed) return resumed.take_error();
  }
  return settle(dbg, base::ok(), StopStyle::kScreen);
}

CommandResult continue_scan(Debugger& dbg, std::string_view text) {
  if (base::trim(text) == "-a") return continue_all(dbg);
  base::Result<long long> count = count_argument(text, 1);
  if (!count) return count.take_error();
  for (long long i = 0;; ++i) {
    base::Status stopped = need_stopped(dbg);
    if (!stopped) return stopped.take_error();
    dap::Continue::Arguments arguments;
    bool selected = dbg.debuggee.stands(dbg.stack.thread());
    arguments.threadId = selected ? dbg.stack.thread() : dbg.debuggee.current_thread();
    base::Status resumed = dbg.debuggee.resume<dap::Continue>(arguments);
    if (!resumed) return resumed.take_error();
    dbg.debuggee.wait_for_stop();
    const std::string& reason = dbg.debuggee.stop().reason;
    bool at_breakpoint =
        reason == "breakpoint" || reason == "function breakpoint" || reason == "data breakpoint";
    if (i + 1 >= *count || !dbg.debuggee.stopped() || !at_breakpoint) break;
  }
  return settled(dbg, StopStyle::kScreen);
}

CommandResult attach(Debugger& dbg, std::string_view text) {
  if (base::trim(text).empty())
    return base::fail("attach to which nmap?", "attach PID, or attach a part of its command line");
  return attach_scan(dbg, std::string(base::trim(text)));
}

CommandResult kill(Debugger& dbg, std::string_view) {
  if (!dbg.debuggee.alive()) return dbg.debuggee.no_scan();
  if (!may_end_scan(dbg, "End the scan? (y or n) ")) return base::fail("not ended");
  dbg.debuggee.kill();
  return scan_state(dbg);
}

CommandResult detach(Debugger& dbg, std::string_view) {
  if (!dbg.debuggee.alive()) return dbg.debuggee.no_scan();
  pid_t pid = dbg.debuggee.pid();
  base::Status detached = dbg.debuggee.detach();
  if (!detached) return detached.take_error();
  Reply reply;
  reply.json.put("state", "detached");
  std::string process = pid > 0 ? " (process " + std::to_string(pid) + ")" : "";
  reply.text = "Detached: nmap" + process + " goes on by itself.";
  return reply;
}

CommandResult interrupt(Debugger& dbg, std::string_view) {
  if (dbg.debuggee.state() != client::Debuggee::State::kRunning)
    return base::fail("nothing is running", "Ctrl-C pauses a scan that runs");
  dbg.debuggee.pause();
  return settle(dbg, base::ok(), StopStyle::kScreen);
}

constexpr std::array<Command, 7> kCommands = {{
    {"run r", "", "start nmap; if it runs already, start it again",
     "Breakpoints stay as they are. The scan runs until something stops it.", Completes::kNothing,
     false, run},
    {"start", "", "start nmap and stop at the first line of a script's action", "",
     Completes::kNothing, false, start},
    {"continue c", "[N|-a]", "let the scan go on; pass the next N-1 breakpoint hits",
     "In non-stop mode the selected thread goes on, with -a every one that stands.",
     Completes::kNothing, true, continue_scan},
    {"attach", "PID|TEXT", "debug an nmap that runs already",
     "TEXT is a part of its command line. Without breakpoints it is paused at once. 'detach' and "
     "'quit' let it go on as if nobody had been there.",
     Completes::kNothing, false, attach},
    {"kill k", "", "end the scan", "", Completes::kNothing, false, kill},
    {"detach", "", "let the scan go on by itself, to its normal end",
     "nmap's output is still shown; the debugger is out of it.", Completes::kNothing, false,
     detach},
    {"interrupt", "", "pause the scan, as Ctrl-C does",
     "A second Ctrl-C within a second interrupts nmap itself.", Completes::kNothing, false,
     interrupt},
}};

}  // namespace

std::span<const Command> run_commands() { return kCommands; }

}  // namespace cli
