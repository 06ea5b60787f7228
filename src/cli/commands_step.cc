// step, next, finish, until, advance.
#include <array>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command_groups.h"
#include "cli/execution.h"

namespace cli {
namespace {

// One step of `count`, waited for. True while the next one should follow.
template <class R>
base::Result<bool> one_step(Debugger& dbg, int thread) {
  dap::StepArguments arguments;
  arguments.threadId = thread;
  base::Status resumed = dbg.debuggee.resume<R>(arguments);
  if (!resumed) return resumed.take_error();
  dbg.debuggee.wait_for_stop();
  return dbg.debuggee.stopped() && dbg.debuggee.stop().reason == "step" && !dbg.interrupted;
}

// As gdb, every line on the way is shown, but not to a program: `step 100000` must be quick.
template <class R>
CommandResult step_many(Debugger& dbg, std::string_view text) {
  base::Status stopped = need_stopped(dbg);
  if (!stopped) return stopped.take_error();
  base::Result<long long> count = count_argument(text, 1);
  if (!count) return count.take_error();
  bool show_all = !dbg.batch && !dbg.console.json();
  int thread = dbg.stack.thread();
  for (long long left = *count; left > 0; --left) {
    base::Result<bool> more = one_step<R>(dbg, thread);
    if (!more) return more.take_error();
    if (!*more) break;
    if (!show_all || left == 1) continue;
    dbg.debuggee.drain();
    show_stop(dbg, StopStyle::kLine);
  }
  return settled(dbg, StopStyle::kLine);
}

CommandResult finish(Debugger& dbg, std::string_view) {
  base::Status stopped = need_stopped(dbg);
  if (!stopped) return stopped.take_error();
  dap::StepArguments arguments;
  arguments.threadId = dbg.stack.thread();
  if (dbg.stack.selected() > 0) arguments.nseTargetLevel = dbg.stack.selected();
  if (base::Result<dap::StackFrame> frame = dbg.stack.selected_frame(); frame)
    dbg.console.print("Run until " + frame_text(dbg, *frame) + " returns");
  return settle(dbg, dbg.debuggee.resume<dap::StepOut>(arguments), StopStyle::kLine);
}

CommandResult advance(Debugger& dbg, std::string_view text) {
  base::Status stopped = need_stopped(dbg);
  if (!stopped) return stopped.take_error();
  if (base::trim(text).empty())
    return base::fail("advance to where?", "give a place: LINE, FILE:LINE or a function");
  base::Result<BreakSpec> spec = parse_break(text, here(dbg));
  if (!spec) return spec.take_error();
  const UserBreakpoint& goal = dbg.breakpoints.add(*spec, true, true);
  base::Status sent = dbg.breakpoints.send(goal);
  if (sent && goal.answer.failed) sent = base::fail(goal.answer.message);
  if (!sent) {
    (void)dbg.breakpoints.remove_internal();
    return sent.take_error();
  }
  dap::Continue::Arguments arguments;
  arguments.threadId = dbg.stack.thread();
  return settle(dbg, dbg.debuggee.resume<dap::Continue>(arguments), StopStyle::kLine);
}

// `next`, but never back to an earlier line of the same function: the way out of a loop.
CommandResult until(Debugger& dbg, std::string_view text) {
  if (!base::trim(text).empty()) return advance(dbg, text);
  base::Result<dap::StackFrame> from = dbg.stack.frame(0);
  if (!from) return from.take_error();
  int thread = dbg.stack.thread();
  for (;;) {
    base::Result<bool> more = one_step<dap::Next>(dbg, thread);
    if (!more) return more.take_error();
    if (!*more) break;
    dbg.stack.select_thread(thread);
    base::Result<dap::StackFrame> now = dbg.stack.frame(0);
    if (!now || now->name != from->name || now->line > from->line) break;
  }
  return settled(dbg, StopStyle::kLine);
}

constexpr std::array<Command, 6> kCommands = {{
    {"step s", "[N]", "go to the next line, into functions; N times",
     "Stays with its NSE thread: a step over a network call comes back in the same script\n"
     "instance, however many others ran meanwhile. Breakpoints and the thread's end stop it\n"
     "early.",
     Completes::kNothing, true, step_many<dap::StepIn>},
    {"next n", "[N]", "go to the next line, over function calls; N times", "", Completes::kNothing,
     true, step_many<dap::Next>},
    {"finish fin", "", "run until the selected function returns",
     "After `up`, it is the function of that frame. What it returned is shown, and is "
     "NSE.returned\n"
     "until the scan goes on; so it is when `next` or `step` leave a function.",
     Completes::kNothing, true, finish},
    {"until u", "[LOC]", "go to a later line, out of a loop; or run until LOC is reached",
     "(debugger.lua's u is `up` here.)", Completes::kLocation, true, until},
    {"advance", "LOC", "run until LOC is reached", "", Completes::kLocation, false, advance},
    {"skip", "[nselib|FILE|FUNCTION]", "steps go through that file or function from now on",
     "Without an argument, the function of the selected frame. nselib is every library; a FILE "
     "ends\n"
     "in .nse or .lua; a FUNCTION is `get` or `http.get`; * and ? stand for other letters.\n"
     "`skip file`, `skip function NAME` say which is meant. A step that begins there stays there.\n"
     "`skip delete N`, `skip disable N`, `skip enable N`; `info skip` lists them.\n"
     "`set just-my-script on` goes through all that is no script.",
     Completes::kSkip, false, skip_command},
}};

}  // namespace

std::span<const Command> step_commands() { return kCommands; }

}  // namespace cli
