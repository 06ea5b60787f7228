// The time-outs of a script that stands while the scan goes on (non-stop mode) do not run.
//
// Script time-out: NSE asks each waiting thread's object whether it is `timed_out` (nse_main.lua
// 7.93:1029); while any thread of a script instance (itself or a worker) stands, the instance's
// object has one of ours that says no, and afterwards its start is later by as much. Host time-out:
// nmap counts the time in which a host is worked on (Target::startTimeOutClock); while all scripts
// of a host stand, that clock is stopped, and the engine starts it again when it resumes one (7.93:
// 1041). Main thread only.
#pragma once

#include "lua/api.h"

namespace agent {

struct NseThread;

// Once; `cnse` is the index of nmap's private table.
void open_time_outs(lua_State* L, int cnse);

// Of `thread`'s script instance, from here; until as many releases.
void hold_time_outs(const NseThread& thread);
void release_time_outs(const NseThread& thread);

// Once a round while a thread stands.
void rest_host_clocks();

}  // namespace agent
