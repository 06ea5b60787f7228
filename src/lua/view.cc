#include "lua/view.h"

#include <string.h>

namespace lua {
namespace {

bool is_temporary(const char* name) { return name[0] == '(' && strstr(name, "temporary)"); }

// The name of a local, without its value.
const char* local_name(lua_State* co, const lua_Debug* ar, int slot) {
  const char* name = lua_getlocal(co, ar, slot);
  if (name) lua_pop(co, 1);
  return name;
}

bool activation(lua_State* co, int level, lua_Debug* ar) {
  return co && lua_checkstack(co, 4) && lua_getstack(co, level, ar);
}

bool is_lua(lua_State* co, lua_Debug* ar) { return lua_getinfo(co, "S", ar) && ar->what[0] != 'C'; }

}  // namespace

bool is_lua_frame(lua_State* co, int level) {
  lua_Debug ar;
  return activation(co, level, &ar) && is_lua(co, &ar);
}

std::vector<Local> locals(lua_State* co, int level) {
  std::vector<Local> found;
  lua_Debug ar;
  if (!activation(co, level, &ar) || !is_lua(co, &ar)) return found;
  for (int slot = 1; const char* name = local_name(co, &ar, slot); ++slot) {
    if (is_temporary(name)) break;
    if (is_internal_name(name)) continue;
    for (Local& older : found) {
      if (older.name == name) older.shadowed = true;
    }
    found.push_back({name, slot, false});
  }
  return found;
}

int find_local(lua_State* co, int level, std::string_view wanted) {
  lua_Debug ar;
  if (!activation(co, level, &ar) || !is_lua(co, &ar)) return 0;
  int found = 0;
  for (int slot = 1; const char* name = local_name(co, &ar, slot); ++slot) {
    if (is_temporary(name)) break;
    if (wanted == name) found = slot;
  }
  return found;
}

bool push_local(lua_State* to, lua_State* co, int level, int slot) {
  lua_Debug ar;
  if (!activation(co, level, &ar) || !lua_getlocal(co, &ar, slot)) return false;
  lua_xmove(co, to, 1);
  return true;
}

bool set_local(lua_State* from, lua_State* co, int level, int slot) {
  lua_Debug ar;
  if (!activation(co, level, &ar)) return lua_pop(from, 1), false;
  lua_xmove(from, co, 1);
  if (lua_setlocal(co, &ar, slot)) return true;
  lua_pop(co, 1);
  return false;
}

int count_varargs(lua_State* co, int level) {
  lua_Debug ar;
  if (!activation(co, level, &ar) || !is_lua(co, &ar)) return 0;
  int count = 0;
  while (local_name(co, &ar, -(count + 1))) ++count;
  return count;
}

bool push_function(lua_State* to, lua_State* co, int level) {
  lua_Debug ar;
  if (!activation(co, level, &ar) || !lua_getinfo(co, "f", &ar)) return false;
  bool found = lua_isfunction(co, -1);
  if (found) {
    lua_xmove(co, to, 1);
  } else {
    lua_pop(co, 1);
  }
  return found;
}

int find_upvalue(lua_State* L, int function, std::string_view wanted) {
  if (lua_iscfunction(L, function)) return 0;
  for (int i = 1; const char* name = lua_getupvalue(L, function, i); ++i) {
    lua_pop(L, 1);
    if (wanted == name) return i;
  }
  return 0;
}

void push_environment(lua_State* to, lua_State* co, int level) {
  if (int slot = find_local(co, level, "_ENV")) {
    if (push_local(to, co, level, slot)) return;
  }
  if (!push_function(to, co, level)) return push_globals(to);
  int upvalue = find_upvalue(to, -1, "_ENV");
  if (!upvalue) {
    lua_pop(to, 1);
    return push_globals(to);
  }
  lua_getupvalue(to, -1, upvalue);
  lua_remove(to, -2);
}

}  // namespace lua
