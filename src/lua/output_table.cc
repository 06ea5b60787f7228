#include "lua/output_table.h"

#include <string.h>

#include "lua/table.h"

namespace lua {
namespace {

bool is_empty(lua_State* L, int index) {
  lua_pushnil(L);
  if (!lua_next(L, index)) return true;
  lua_pop(L, 2);
  return false;
}

// The table in the upvalue `order` of the Lua function on top replaces it, or nil does.
void replace_by_order(lua_State* L) {
  bool is_lua = lua_isfunction(L, -1) && !lua_iscfunction(L, -1);
  for (int i = 1; const char* name = is_lua ? lua_getupvalue(L, -1, i) : nullptr; ++i) {
    if (strcmp(name, "order") == 0) {
      lua_remove(L, -2);
      return;
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  lua_pushnil(L);
}

}  // namespace

bool push_output_table(lua_State* L, int index) {
  index = lua_absindex(L, index);
  if (!lua_istable(L, index) || !is_empty(L, index)) return false;
  if (!lua_getmetatable(L, index)) return false;
  push_raw_field(L, -1, "__index");
  push_raw_field(L, -2, "__len");
  replace_by_order(L);
  lua_remove(L, -3);
  if (lua_istable(L, -1) && lua_istable(L, -2)) return true;
  lua_pop(L, 2);
  return false;
}

}  // namespace lua
