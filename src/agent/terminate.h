// terminateThreads: the end of one script on one host (and of its workers), the scan going on.
//
// A thread that waits ends as NSE's own script time-out ends it: its Thread object gets a
// `timed_out` that says yes, and the engine closes it in its next round (nse_main.lua 7.93:1029),
// with all destructors. One that runs gets an error like nmap.new_try's, which NSE takes for a
// normal end, at its next line; a pcall that catches it gets the next one. Neither leaves a trace
// in nmap's report.
#pragma once

#include "base/result.h"
#include "lua/api.h"

namespace agent {

struct NseThread;

// Any thread. `on_main`: this is nmap's main thread.
base::Status terminate_thread(int id, bool on_main);

// Main thread: the engine begins a round.
void serve_terminations();

bool is_ending(const NseThread* thread);

// In a hook of a coroutine of such a thread. Does not return.
[[noreturn]] void raise_end(lua_State* L);

}  // namespace agent
