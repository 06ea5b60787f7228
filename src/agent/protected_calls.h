// pcall and xpcall as the scripts get them: those of lbaselib.c, until an exception filter asks to
// see errors that somebody catches. Then each call gets a message handler of ours, which Lua runs
// where the error is raised, with every frame still there; it changes neither the error nor what is
// returned, and yields go through it as before.
//
// Put in place before nse_main.lua loads, which captures them. A call entered before the filter was
// set is not seen. An xpcall's own handler runs inside ours: a traceback it makes itself would show
// one C function more (debug.traceback given as the handler is called so that it does not).
// Main thread only.
#pragma once

#include "lua/api.h"

namespace agent {

// Replaces the globals.
void install_protected_calls(lua_State* L);

bool is_protected_call(lua_CFunction function);

// The level on `L` of the pcall or xpcall that catches what is raised above it, from `level` on; 0
// if there is none, or if one of our handlers is at work already (an error in an error handler).
int catching_level(lua_State* L, int level);

}  // namespace agent
