// Evaluated expressions must not touch the network, and must end when asked to.
//
// A socket call started while the script is stopped leaves an event behind in nsock that later
// resumes the script at the wrong moment (shared/NSE-FACTS.md, "Every way to the network"). So
// while an expression runs, a call hook compares every called C function with those of nmap that
// send, receive, wait or lock, and raises there. Only the thread that evaluates has the hook, and
// only for that long.
//
// Main thread only, but for interrupt_evaluation().
#pragma once

#include "lua/api.h"

namespace agent {

// Collects nmap's functions. Call once, when nmap's libraries are loaded (in the shadow
// nse_main.lua they are) and before any of their functions is replaced. Inside lua_pcall.
void open_network_guard(lua_State* L);

// One more function to refuse.
void refuse_in_evaluation(lua_CFunction function, const char* name);

// The name by which it is refused; null if it is not.
const char* refused_name(lua_CFunction function);

// lua_pcall(L, nargs, nresults, 0) with the guard on. L has no hook afterwards.
int guarded_call(lua_State* L, int nargs, int nresults);

// While set, an evaluation ends as soon as it begins: its client is gone or has cancelled it,
// perhaps in the moment before it began, when interrupt_evaluation() finds nothing. Any thread.
void abandon_evaluations(bool abandon);

// An evaluation (or a condition) is running on some thread.
bool evaluation_running();

// For the resume wrapper: an evaluation resumes `co`. Returns what disarm wants back.
lua_State* network_guard_arm(lua_State* co);
void network_guard_disarm(lua_State* co, lua_State* before);

// Ends the running evaluation with the error "interrupted", pcalls in it notwithstanding. A call
// into a C function that does not return is beyond it. Async-signal-safe on the main thread: the
// same that lua.c does for Ctrl-C. Does nothing if none runs.
void interrupt_evaluation();

}  // namespace agent
