// What a Lua function returns, looked at in its return hook: there the values stand in the frame's
// slots already. Which ones, Lua 5.4 tells (lua_getinfo "r"); in 5.3 the operands of OP_RETURN do,
// which is the last instruction that the activation record remembers (lvm.c, OP_RETURN: from R(A),
// B - 1 of them, or all up to the top). calibrate_returned() proves that on the running Lua before
// it is relied on. Main thread of nmap only.
#pragma once

#include "lua/api.h"

namespace lua {

// Main thread, once, after calibrate(). False: nothing can be told here.
bool calibrate_returned(lua_State* L);

struct Returned {
  int first = 0;  // as lua_getlocal counts
  int count = 0;
};

// In a return hook of `co`. No values for C functions.
Returned returned(lua_State* co, lua_Debug* ar);

}  // namespace lua
