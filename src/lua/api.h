// Lua's C API. The agent is compiled once against Lua 5.3 and once against 5.4 (LUA_VERSION_NUM).
#pragma once

extern "C" {
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
}
