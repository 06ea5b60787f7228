// Which activation record: the unit that scopes, evaluate and setVariable work on.
#pragma once

#include "lua/api.h"

namespace agent {

// `level` as lua_getstack counts it on `co`. Valid only until its thread is resumed: a Frame is
// never kept across a stop. `co` is anchored by nmap while its thread stands.
struct Frame {
  lua_State* co = nullptr;
  int level = 0;
  int thread = 0;  // whose: what is found from here lives until that thread is resumed; 0: any
};

}  // namespace agent
