#include "cli/execution.h"

#include <algorithm>

#include "base/text.h"
#include "cli/interpreter.h"
#include "dap/nse_requests.h"

namespace cli {
namespace {

constexpr int kAgentNotLoaded = 3;

void report_failed_breakpoints(Debugger& dbg) {
  for (const UserBreakpoint& breakpoint : dbg.breakpoints.all()) {
    if (!breakpoint.enabled || !breakpoint.answer.failed) continue;
    dbg.console.error("Breakpoint " + std::to_string(breakpoint.number) + " (" +
                      breakpoint.place() + ") cannot be set: " + breakpoint.answer.message);
    dbg.interpreter.count_failure();
  }
}

// A file name or a script's name that nmap did not load, and what was probably meant.
std::string meant(Debugger& dbg, const Location& location) {
  std::vector<std::string> loaded;
  size_t end = location.function.find_first_of(":.");
  bool function = location.is_function();
  if (function && end == std::string::npos) return "";
  for (const dap::Source& source : dbg.debuggee.loaded_sources()) {
    std::string name = short_name(source);
    loaded.push_back(function ? name.substr(0, name.rfind('.')) : name);
  }
  std::string wanted =
      function ? location.function.substr(0, end) : std::string(base::basename(location.file));
  if (std::find(loaded.begin(), loaded.end(), wanted) != loaded.end()) return "";
  std::string hint = base::did_you_mean(wanted, loaded);
  return "nmap loaded no '" + wanted + "'" + (hint.empty() ? "" : "; " + hint);
}

void report_unset_breakpoints(Debugger& dbg) {
  for (const UserBreakpoint& breakpoint : dbg.breakpoints.all()) {
    const UserBreakpoint::Answer& answer = breakpoint.answer;
    if (!breakpoint.enabled || answer.verified || answer.failed || breakpoint.number == 0) continue;
    if (breakpoint.network) continue;  // they are about calls, and need no file
    std::string why = meant(dbg, breakpoint.location);
    if (why.empty())
      why = answer.message.empty() ? "nmap loaded nothing of the kind" : answer.message;
    dbg.console.error("Breakpoint " + std::to_string(breakpoint.number) + " (" +
                      breakpoint.location.text() + ") was never set\n  " + why);
  }
}

// Counts, temporary breakpoints, breakpoint commands. `silent` as first command hides the stop.
bool take_hits(Debugger& dbg) {
  bool silent = false;
  std::vector<int> spent;
  for (int id : dbg.debuggee.stop().hitBreakpointIds.value_or(std::vector<int>())) {
    UserBreakpoint* breakpoint = dbg.breakpoints.find_by_id(id);
    if (!breakpoint) continue;
    ++breakpoint->answer.stops;
    std::vector<std::string> commands = breakpoint->commands;
    if (!commands.empty() && commands[0] == "silent") {
      silent = true;
      commands.erase(commands.begin());
    }
    dbg.interpreter.afterwards(std::move(commands));
    if (breakpoint->temporary && breakpoint->number != 0) spent.push_back(breakpoint->number);
  }
  return silent;
}

void remove_spent(Debugger& dbg) {
  bool internal = false;
  std::vector<int> spent;
  for (const UserBreakpoint& breakpoint : dbg.breakpoints.all()) {
    if (breakpoint.number == 0)
      internal = true;
    else if (breakpoint.temporary && breakpoint.answer.stops > 0)
      spent.push_back(breakpoint.number);
  }
  base::Status removed = base::ok();
  if (internal) removed = dbg.breakpoints.remove_internal();
  for (int number : spent) removed = dbg.breakpoints.remove(number);
  if (!removed && dbg.debuggee.alive()) dbg.console.error(removed.error().text());
}

void tell_ended_watches(Debugger& dbg) {
  for (const std::string& text : dbg.breakpoints.take_ended_watches()) dbg.console.print(text);
}

}  // namespace

namespace {

void forget_last_scan(Debugger& dbg) {
  dbg.sources.forget();
  dbg.listed_file.clear();
  dbg.shown_function.clear();
  dbg.interrupted = false;
  dbg.debuggee.release();
  dbg.breakpoints.forget_answers();
}

dap::AttachArguments attach_arguments(Debugger& dbg) {
  dap::AttachArguments how;
  how.freezeClock = dbg.settings.freeze;
  if (dbg.settings.just_my_script) how.justMyScript = true;
  how.nseHoldAtEnd = true;  // `why` is answered when the scan is over
  how.nonStop = dbg.settings.non_stop;
  return how;
}

// What the agent must know before the scan goes on.
void configure(Debugger& dbg) {
  base::Status sent = dbg.breakpoints.send_all();
  if (sent) sent = send_exception_filters(dbg);
  if (sent) sent = send_skips(dbg);
  if (!sent && dbg.debuggee.alive()) dbg.console.error(sent.error().text());
  report_failed_breakpoints(dbg);
}

base::Result<pid_t> nmap_named(Debugger& dbg, const std::string& which) {
  long long pid = 0;
  if (base::parse_int(which, pid)) return dbg.debuggee.process(static_cast<pid_t>(pid));
  return dbg.debuggee.find(which);
}

}  // namespace

CommandResult join_scan(Debugger& dbg, base::Fd agent) {
  dap::AttachArguments how;
  how.nseHoldAtEnd = true;
  base::Status joined = dbg.debuggee.attach(std::move(agent), how);
  if (!joined) return joined.take_error();
  (void)fetch_settings(dbg);
  if (dbg.debuggee.waiting()) {
    Reply reply = scan_state(dbg);
    reply.text = "[connected; nmap waits: 'run' lets it go]";
    return reply;
  }
  configure(dbg);
  if (dbg.debuggee.state() == client::Debuggee::State::kRunning) dbg.debuggee.pause();
  return settle(dbg, base::ok(), StopStyle::kScreen);
}

CommandResult run_scan(Debugger& dbg, const std::string& stop_on_entry) {
  if (dbg.debuggee.waiting()) {
    configure(dbg);
    return settle(dbg, dbg.debuggee.go(), StopStyle::kScreen);
  }
  if (dbg.debuggee.attached())
    return base::fail("nmap was started by somebody else, and runs already",
                      "'continue' lets it go on");
  if (dbg.nmap.empty())
    return base::fail("there is no nmap command to run", "start nsedbg as: nsedbg nmap ARGUMENTS");
  if (dbg.debuggee.alive()) dbg.debuggee.kill();
  forget_last_scan(dbg);
  dap::AttachArguments how = attach_arguments(dbg);
  if (!stop_on_entry.empty()) how.stopOnEntry = stop_on_entry;
  base::Status started = dbg.debuggee.start(dbg.nmap, how);
  if (!started) {
    dbg.exit_status = started.error().exit_code;
    return started.take_error();
  }
  if (dbg.debuggee.state() != client::Debuggee::State::kStarting) return scan_state(dbg);
  configure(dbg);
  return settle(dbg, dbg.debuggee.go(), StopStyle::kScreen);
}

CommandResult attach_scan(Debugger& dbg, const std::string& which) {
  if (dbg.debuggee.alive())
    return base::fail("there is a scan already", "detach from it, or end it with kill");
  base::Result<pid_t> nmap = nmap_named(dbg, which);
  if (!nmap) return nmap.take_error();
  forget_last_scan(dbg);
  base::Status joined = dbg.debuggee.join(*nmap, attach_arguments(dbg));
  if (!joined) {
    dbg.exit_status = joined.error().exit_code;
    return joined.take_error();
  }
  configure(dbg);
  base::Status going = dbg.debuggee.go();
  if (going && dbg.breakpoints.all().empty()) dbg.debuggee.pause();
  return settle(dbg, going, StopStyle::kScreen);
}

CommandResult settle(Debugger& dbg, base::Status resumed, StopStyle style) {
  if (!resumed) return resumed.take_error();
  dbg.debuggee.wait_for_stop();
  return settled(dbg, style);
}

CommandResult settled(Debugger& dbg, StopStyle style) {
  dbg.debuggee.drain();
  if (dbg.debuggee.stopped()) {
    if (dbg.debuggee.take_news() && take_hits(dbg))
      dbg.stack.select_thread(dbg.debuggee.current_thread());
    else
      show_stop(dbg, style);
    remove_spent(dbg);
  }
  tell_ended_watches(dbg);
  return scan_state(dbg);
}

Reply scan_state(Debugger& dbg) {
  Reply reply;
  switch (dbg.debuggee.state()) {
    case client::Debuggee::State::kStopped: reply.json.put("state", "stopped"); break;
    case client::Debuggee::State::kDetached: reply.json.put("state", "detached"); break;
    case client::Debuggee::State::kNone: reply.json.put("state", "ended"); break;
    default: reply.json.put("state", "running");
  }
  if (!dbg.debuggee.alive() && dbg.debuggee.ended())
    reply.json.put("status", dbg.debuggee.ended()->status);
  return reply;
}

void scan_ended(Debugger& dbg) {
  const client::Ended& ended = *dbg.debuggee.ended();
  dbg.exit_status = ended.agent_failed && ended.status == 0 ? kAgentNotLoaded : ended.status;
  show_end(dbg);
  if (dbg.debuggee.ended()->agent_seen) report_unset_breakpoints(dbg);
  tell_ended_watches(dbg);
  if (dbg.debuggee.state() != client::Debuggee::State::kHeld) dbg.breakpoints.forget_answers();
}

namespace {

base::Status exchange_settings(Debugger& dbg, const dap::NseSet::Arguments& wanted) {
  if (!dbg.debuggee.alive() || dbg.debuggee.state() == client::Debuggee::State::kDetached)
    return base::ok();
  base::Result<dap::NseSet::Response> now = dbg.debuggee.request<dap::NseSet>(wanted);
  if (!now) return now.take_error();
  dbg.settings.freeze = now->freezeClock.value_or(dbg.settings.freeze);
  dbg.settings.non_stop = now->nonStop.value_or(dbg.settings.non_stop);
  dbg.settings.just_my_script = now->justMyScript.value_or(dbg.settings.just_my_script);
  return base::ok();
}

}  // namespace

base::Status send_setting(Debugger& dbg, std::string_view name) {
  dap::NseSet::Arguments wanted;
  if (name == "freeze")
    wanted.freezeClock = dbg.settings.freeze;
  else if (name == "non-stop")
    wanted.nonStop = dbg.settings.non_stop;
  else if (name == "just-my-script")
    wanted.justMyScript = dbg.settings.just_my_script;
  else
    return base::ok();
  return exchange_settings(dbg, wanted);
}

base::Status fetch_settings(Debugger& dbg) { return exchange_settings(dbg, {}); }

Leave ask_how_to_leave(Debugger& dbg) {
  if (!dbg.debuggee.alive()) return Leave::kEndScan;
  if (dbg.debuggee.state() == client::Debuggee::State::kDetached) return Leave::kDetach;
  if (!dbg.interactive || dbg.debuggee.joined()) return Leave::kDetach;
  if (!dbg.settings.confirm) return Leave::kEndScan;
  std::optional<std::string> answer = dbg.interpreter.ask(
      "The scan is not over. End it (e), let it go on by itself (d), or stay (s)? ");
  char first = answer && !answer->empty() ? (*answer)[0] : 's';
  if (!answer || first == 'e' || first == 'y') return Leave::kEndScan;
  return first == 'd' ? Leave::kDetach : Leave::kNo;
}

base::Status need_stopped(Debugger& dbg) {
  if (dbg.debuggee.stopped()) return base::ok();
  if (dbg.debuggee.state() == client::Debuggee::State::kDetached)
    return base::fail("nsedbg is detached: the scan goes on by itself");
  return dbg.debuggee.no_scan();
}

}  // namespace cli
