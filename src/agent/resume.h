// coroutine.resume and coroutine.wrap as the scripts and NSE's engine get them.
//
// nse_main.lua captures them when it loads (7.93:88-92), after the agent has put its own in place
// (or before, and adopt.h puts them into its copies), so every coroutine of a scan is entered and
// left here. That gives the one rule its place (a hook is on a coroutine only while it is being
// resumed: docs/why-nmap-crashed.md), the stack of running coroutines, and the moment at which one
// dies with its frames still there.
//
// Main thread only, but for running(), which the signal handler of interrupt.cc reads too.
#pragma once

#include <atomic>

#include "lua/api.h"

namespace agent {

struct NseThread;

// One coroutine that is being resumed right now; lives on the C stack of resume(). The outermost
// one stands for nmap's main state.
struct Running {
  lua_State* co = nullptr;
  Running* outer = nullptr;
  NseThread* thread = nullptr;    // null: NSE's engine
  int mask = 0;                   // what lua_sethook was last given
  int returns_left = 0;           // last_return.h: so many returns are still looked at
  bool reachable = false;         // an armed breakpoint can be hit here
  const void* extent = nullptr;   // activation of the outermost frame that holds a breakpoint
  bool parks = false;             // the hook that runs ends with a yield (parked.h)
  const void* entered = nullptr;  // activation whose function breakpoint waits for its first line
};

// Once, and again after the agent had left: nmap's main state.
void main_state_is(lua_State* L);
// Replaces create, resume and wrap in the global table `coroutine` of `L`.
void install_coroutines(lua_State* L);
// Ours, by name; ends with a null name.
const luaL_Reg* coroutine_functions();

extern std::atomic<Running*> running_top;

inline Running* running() { return running_top.load(std::memory_order_relaxed); }
// The function that coroutine.wrap returns: it raises its coroutine's error again.
lua_CFunction wrapped_function();
bool is_wrap(lua_CFunction function);

Running* find_running(lua_State* co);
lua_State* main_state();

}  // namespace agent
