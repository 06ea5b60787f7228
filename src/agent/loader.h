// Sees every file that Lua compiles: load and loadfile are replaced, before nse_main.lua takes its
// local copies, by closures that call the original and note the chunk's name and lines.
// Main thread only.
#pragma once

#include "lua/api.h"

namespace agent {

// Replaces the two functions in the globals of `L`.
void install_loader(lua_State* L);

}  // namespace agent
