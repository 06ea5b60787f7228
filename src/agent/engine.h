// The runs of NSE's engine (run() of nse_main.lua, one for each phase and run level): when one
// begins and ends, and each of its rounds.
//
// cnse.scan_progress_meter("NSE") is called at the start of every run, and what it returns in every
// round and with "endTask" at the end (nse_main.lua 7.93:964 and :1060, the same 7.70 … HEAD): both
// are ours. Main thread only.
#pragma once

#include "lua/api.h"

namespace agent {

// Once, with nmap's private table at `cnse`.
void watch_engine(lua_State* L, int cnse);

// L is in a C function that run() has called on nmap's main state.
bool in_engine_run(lua_State* L);
// Then: pushes nmap's private table, an upvalue of run(). False and nothing pushed: not found.
bool push_cnse(lua_State* L);
// Then: what watch_engine would have seen at the start of this run.
void join_engine_run(lua_State* L);
// The chunk name of nse_main.lua without its '@'; empty if it is not found.
const char* engine_file(lua_State* L, lua_Debug* ar);

}  // namespace agent
