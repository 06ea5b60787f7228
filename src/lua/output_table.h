// What stdnse.output_table makes: a table that is empty by raw access. Its entries are in the
// `__index` table of its metatable, their order is in an upvalue of `__len` (nselib/stdnse.lua,
// 7.80 to 7.99). Most scripts' reports are one, so looking at it must show them; nothing is called.
#pragma once

#include "lua/api.h"

namespace lua {

// Pushes the table of the entries and the array of their keys; false, and nothing pushed, if the
// value at `index` is no such table. Needs five free slots.
bool push_output_table(lua_State* L, int index);

}  // namespace lua
