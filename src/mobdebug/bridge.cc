#include "mobdebug/bridge.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"
#include "base/write_all.h"
#include "client/local_files.h"
#include "dap/capabilities.h"
#include "mobdebug/output.h"

namespace mobdebug {
namespace {

constexpr int kAgentNotLoaded = 3;
constexpr int kInterrupted = 130;
constexpr int kMostFrames = 100;

std::string log_path() {
  const char* path = std::getenv("NSEDBG_DAP_LOG");
  return path ? path : "";
}

}  // namespace

Bridge::Bridge(client::Loop& loop, client::Target& target)
    : loop_(loop),
      debuggee_(loop, target, hooks(), log_path()),
      breakpoints_(debuggee_, files_),
      entry_(debuggee_, files_) {}

client::Debuggee::Hooks Bridge::hooks() {
  client::Debuggee::Hooks hooks;
  hooks.nmap_output = [this](int fd, std::string_view bytes) {
    output_.nmap(fd, bytes);
    if (owed_ != Owed::kNothing) ide_->send(output_.take());
  };
  hooks.nmap_output_end = [] {};
  hooks.output = [this](const dap::OutputEvent& event) {
    if (event.category.value_or("console") != "telemetry") notice(event.output);
  };
  hooks.breakpoint = [this](const dap::BreakpointEvent& event) {
    breakpoints_.update(event.breakpoint);
  };
  hooks.notice = [this](const std::string& text) { notice(text); };
  hooks.ended = [] {};
  return hooks;
}

// On our stderr, and in the IDE's Output window if it shows nmap's output.
void Bridge::notice(const std::string& text) {
  std::string line(base::trim(text));
  base::write_all(STDERR_FILENO, "nsedbg: " + line + "\n");
  output_.note("nsedbg: " + line);
}

int Bridge::run(base::Fd ide, const std::vector<std::string>& nmap) {
  ide_ = std::make_unique<Ide>(loop_, std::move(ide), [this] { on_ide(); });
  signals_.push_back(loop_.on_signal(SIGINT, [this] {
    if (debuggee_.cancel()) return;
    interrupted_ = true;
    debuggee_.interrupt_nmap();
  }));
  signals_.push_back(loop_.on_signal(SIGWINCH, [this] { debuggee_.resized(); }));
  for (int number : {SIGTERM, SIGHUP})
    signals_.push_back(loop_.on_signal(number, [this, number] {
      debuggee_.abandon();
      ::_exit(128 + number);
    }));
  base::Status started = debuggee_.start(nmap, {});
  if (!started) {
    notice(started.error().text());
    return started.error().exit_code;
  }
  serve();
  leave();
  return exit_status();
}

// Something has come from the IDE, perhaps while a request waits for its answer.
void Bridge::on_ide() {
  if (!evaluating_) return;
  const Command* next = ide_->peek();
  if (!ide_->open() || (next && next->verb() == "SUSPEND")) debuggee_.cancel();
}

void Bridge::serve() {
  while (debuggee_.alive() && leaving_ == Leaving::kNo && turn()) {
  }
}

// False: nothing can happen any more.
bool Bridge::turn() {
  if (debuggee_.stopped() && owed_ != Owed::kNothing) {
    report_stop();
    return true;
  }
  const Command* next = ide_->peek();
  if (next && may_take(*next)) {
    Command command = *next;
    ide_->drop();
    handle(command);
    return true;
  }
  if (!next && !ide_->open()) {
    leaving_ = Leaving::kDetach;
    if (begun_ || ide_->heard_of())
      notice("the IDE has closed the connection: the scan goes on without it");
    else
      notice(
          "the IDE has closed the connection at once\n  another session runs there? end it, "
          "then try again");
    if (!begun_) leaving_ = Leaving::kEnd;
    return false;
  }
  return loop_.run_one();
}

// As mobdebug.lua: what comes while the scan runs, but for breakpoints, suspends it, and is done
// then. EXIT and DONE need no Lua to run.
bool Bridge::may_take(const Command& command) {
  if (owed_ == Owed::kNothing) return true;
  for (std::string_view verb : {"SETB", "DELB", "DELALLB", "EXIT", "DONE"})
    if (command.verb() == verb) return true;
  if (!pause_sent_) debuggee_.pause();
  pause_sent_ = true;
  if (command.verb() == "SUSPEND") ide_->drop();
  return false;
}

void Bridge::begin(bool at_entry, const std::string& path) {
  begun_ = true;
  dap::SetExceptionBreakpoints::Arguments errors;
  errors.filters = {dap::kUncaughtFilter};
  (void)debuggee_.request<dap::SetExceptionBreakpoints>(errors);
  if (at_entry) entry_.want(path);
  base::Status running = debuggee_.go();
  if (!running) notice(running.error().text());
}

// --- stops -------------------------------------------------------------------------------------

// The innermost frame that stands in a file; null if there is none.
const dap::StackFrame* Bridge::find_place() {
  dap::StackTrace::Arguments arguments;
  arguments.threadId = debuggee_.current_thread();
  arguments.levels = kMostFrames;
  base::Result<dap::StackTrace::Response> trace = debuggee_.request<dap::StackTrace>(arguments);
  frames_ = trace ? std::move(trace->stackFrames) : std::vector<dap::StackFrame>();
  stack_ids_.clear();
  for (const dap::StackFrame& frame : frames_)
    if (frame.source && frame.line > 0) return &frame;
  return nullptr;
}

void Bridge::report_stop() {
  debuggee_.drain();
  const dap::StackFrame* place = find_place();
  if (!debuggee_.stopped()) return;  // it has ended meanwhile
  if (entry_.wanted()) {
    if (!entry_.begins_at(debuggee_.stop(), place)) {
      (void)resume("RUN");
      return;
    }
    entry_.forget();
  }
  pause_sent_ = false;
  place_file_ = place ? files_.name_of(*place->source) : "=?";
  place_line_ = place ? place->line : 0;
  tell_difference();
  tell_stop(place);
}

void Bridge::tell_stop(const dap::StackFrame* place) {
  const dap::StoppedEvent& stop = debuggee_.stop();
  if (stop.reason == "exception")
    notice("uncaught error: " + stop.text.value_or(stop.description.value_or("")));
  ide_->send(output_.take());
  std::string where = place_file_ + " " + std::to_string(place_line_);
  int watch = breakpoints_.watch_hit(stop);
  if (owed_ == Owed::kLoad)
    reply("201 Started " + where);
  else if (watch && place)
    reply("203 Paused " + where + " " + std::to_string(watch));
  else
    reply("202 Paused " + where);
  owed_ = Owed::kNothing;
}

// LOAD's text is not what runs: nmap loads its scripts itself.
void Bridge::tell_difference() {
  if (told_difference_ || loaded_path_.empty()) return;
  for (const dap::Source& source : debuggee_.loaded_sources()) {
    if (source.name != std::string(base::basename(loaded_path_))) continue;
    told_difference_ = true;
    if (client::checksum_of(source) == loaded_sum_) return;
    notice("nmap runs " + source.path.value_or("") + ", and the text of " + loaded_path_ +
           " in the IDE is another: its lines may differ");
    return;
  }
}

base::Status Bridge::resume(std::string_view verb) {
  int thread = debuggee_.current_thread();
  ide_->send(output_.take());
  if (verb == "STEP") {
    dap::StepIn::Arguments arguments;
    arguments.threadId = thread;
    return debuggee_.resume<dap::StepIn>(arguments);
  }
  if (verb == "OVER") {
    dap::Next::Arguments arguments;
    arguments.threadId = thread;
    return debuggee_.resume<dap::Next>(arguments);
  }
  if (verb == "OUT") {
    dap::StepOut::Arguments arguments;
    arguments.threadId = thread;
    return debuggee_.resume<dap::StepOut>(arguments);
  }
  dap::Continue::Arguments arguments;
  arguments.threadId = thread;
  return debuggee_.resume<dap::Continue>(arguments);
}

// --- the end -----------------------------------------------------------------------------------

void Bridge::leave() {
  if (leaving_ == Leaving::kEnd) {
    debuggee_.kill();
  } else if (leaving_ == Leaving::kDetach) {
    ide_->send(output_.take());
    ide_->close();
    output_.redirect('d');
    if (base::Status detached = debuggee_.detach(); !detached) notice(detached.error().text());
    debuggee_.wait_for_end();
  }
  if (ide_->open()) {
    if (owed_ == Owed::kLoad)
      reply_error("Execution",
                  "nmap has ended, and no script got to its first line: no rule said yes, or "
                  "nothing was to be run. 'nsedbg why SCRIPT nmap …' tells which");
    else
      ide_->send(output_.take());
  }
  ide_->close();
  if (leaving_ == Leaving::kNo)
    for (const std::string& text : breakpoints_.never_set()) notice(text);
}

int Bridge::exit_status() const {
  if (!debuggee_.ended()) return 1;
  if (!begun_ && leaving_ == Leaving::kEnd) return 1;  // there was no session
  const client::Ended& ended = *debuggee_.ended();
  if (interrupted_) return kInterrupted;
  if (!begun_ && !ended.agent_seen && !ended.agent_failed && ended.status == 0)
    base::write_all(STDERR_FILENO,
                    "nsedbg: these arguments run no script\n"
                    "  add --script, -sC, -sV or -A\n");
  return ended.agent_failed && ended.status == 0 ? kAgentNotLoaded : ended.status;
}

}  // namespace mobdebug
