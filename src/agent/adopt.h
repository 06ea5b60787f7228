// The agent's functions in the places of nmap's and Lua's, when it comes after them.
//
// nse_main.lua, the libraries and the scripts keep what they found when they were loaded: in
// locals, upvalues and fields. The heap is walked from the registry, and each copy of a function
// that one of ours stands for becomes ours: in the fields of tables and userdata, in the upvalues
// of Lua and C functions, in the locals, varargs and temporaries of every coroutine's frames.
// Leaving is the same walk with the pairs reversed. Raw access only: no metamethod, no code of a
// script runs, and the collector stands meanwhile.
//
// What C keeps outside of Lua's heap cannot be seen (nmap keeps none of these functions there), nor
// the C function of a frame that has called on, whose continuation stays valid since the agent is
// never unloaded. Keys of tables are left alone. Main thread, in a C function that the engine's
// run() has called on nmap's main state: no script runs then.
#pragma once

#include "lua/api.h"

namespace agent {

// For the install functions: the C function on top of `L` stands from now on for the one at
// `original`.
void stands_for(lua_State* L, int original);

// The coroutines' functions have no field to be found in: NSE has put its own there. False: this
// Lua does not say which they are.
bool coroutines_stand_for_lua(lua_State* L);

struct Found {
  void (*thread)(lua_State* co) = nullptr;  // each coroutine; it must raise nothing
  // At the end, on the workbench: a list of all Lua functions on the heap is at `functions`.
  void (*functions)(lua_State* W, int functions) = nullptr;
};

// Raises only for lack of memory: on the workbench, in lua::protect.
void adopt(lua_State* W, const Found& found);
void give_back(lua_State* W);

}  // namespace agent
