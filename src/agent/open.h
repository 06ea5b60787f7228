// The agent's entry point, called by the overlay's nse_main.lua (launch/overlay.cc).
#pragma once

#include "lua/api.h"

// Lua: nsedbg_open(config, cnse, rules) → path of the real nse_main.lua, or nil and an error text.
// config: {socket, run_dir, nmapdir, real, allow_uid, wait, log} (launch/overlay.h).
extern "C" __attribute__((visibility("default"))) int nsedbg_open(lua_State* L);
