// Letting the scan run: what all commands that resume it have in common.
#pragma once

#include "cli/debugger.h"
#include "cli/stop_view.h"

namespace cli {

// Into an nmap that runs already; `which`: its PID, or a part of its command line. It goes on where
// breakpoints are set, else it is paused to be looked at.
CommandResult attach_scan(Debugger& dbg, const std::string& which);

// Starts nmap and lets it run to its first stop. `stop_on_entry`: "" or "action".
CommandResult run_scan(Debugger& dbg, const std::string& stop_on_entry);

// Joins a scan that somebody else has started: it waits for `run`, or is stopped where it is.
CommandResult join_scan(Debugger& dbg, base::Fd agent);

// After a request that resumes: waits for the stop and shows it.
CommandResult settle(Debugger& dbg, base::Status resumed, StopStyle style);
// The same when the wait is over already.
CommandResult settled(Debugger& dbg, StopStyle style);

// What the command's JSON result says about the scan.
Reply scan_state(Debugger& dbg);

// nmap has ended by whatever cause: report it, once.
void scan_ended(Debugger& dbg);

// Settings that are the agent's: one that was changed, to it; all, as it has them.
base::Status send_setting(Debugger& dbg, std::string_view name);
base::Status fetch_settings(Debugger& dbg);

// What `quit` and Ctrl-D do with a scan that is not over: asks, if there is a user to ask.
Leave ask_how_to_leave(Debugger& dbg);

base::Status need_stopped(Debugger& dbg);

}  // namespace cli
