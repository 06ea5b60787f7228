#include "agent/protected_calls.h"

#include "agent/adopt.h"
#include "agent/exceptions.h"
#include "lua/proto.h"

namespace agent {
namespace {

lua_CFunction traceback = nullptr;  // debug.traceback

int observe(lua_State* L) {
  lua_settop(L, 1);
  on_caught(L);
  lua_settop(L, 1);
  return 1;
}

// As db_traceback of ldblib.c, which counts from its own level: ours stands in its place.
bool traced_back(lua_State* L) {
  if (lua_tocfunction(L, lua_upvalueindex(1)) != traceback || lua_isthread(L, 1)) return false;
  const char* message = lua_tostring(L, 1);
  if (message || lua_isnil(L, 1)) luaL_traceback(L, L, message, 1);
  return true;
}

int observe_and_handle(lua_State* L) {
  observe(L);
  if (traced_back(L)) return 1;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

// finishpcall of lbaselib.c.
int finish(lua_State* L, int status, lua_KContext extra) {
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
  }
  return lua_gettop(L) - static_cast<int>(extra);
}

// The stack is [true, function, arguments]; with a handler it is below the three.
int protected_call(lua_State* L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  int handler = 0;
  if (sees_caught_errors()) {
    handler = 1;
    lua_pushcfunction(L, observe);
    lua_insert(L, 1);
  }
  int nargs = lua_gettop(L) - 2 - handler;
  int status = lua_pcallk(L, nargs, LUA_MULTRET, handler, handler, finish);
  return finish(L, status, handler);
}

int protected_call_with_handler(lua_State* L) {
  int n = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  if (sees_caught_errors()) {
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, observe_and_handle, 1);
    lua_replace(L, 2);
  }
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2);
  int status = lua_pcallk(L, n - 2, LUA_MULTRET, 2, 2, finish);
  return finish(L, status, 2);
}

lua_CFunction function_at(lua_State* L, lua_Debug* ar) {
  if (!lua_getinfo(L, "f", ar)) return nullptr;
  lua_CFunction function = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  return function;
}

}  // namespace

static void replace_global(lua_State* L, const char* name, lua_CFunction ours) {
  lua_getglobal(L, name);
  lua_pushcfunction(L, ours);
  stands_for(L, lua_gettop(L) - 1);
  lua_setglobal(L, name);
  lua_pop(L, 1);
}

void install_protected_calls(lua_State* L) {
  replace_global(L, "pcall", protected_call);
  replace_global(L, "xpcall", protected_call_with_handler);
  lua_getglobal(L, "debug");
  lua_getfield(L, -1, "traceback");
  traceback = lua_tocfunction(L, -1);
  lua_pop(L, 2);
}

bool is_protected_call(lua_CFunction function) {
  return function && (function == protected_call || function == protected_call_with_handler);
}

// From frame to frame, not by lua_getstack, which counts from the top each time: after a stack
// overflow there are 200,000 of them.
int catching_level(lua_State* L, int level) {
  lua_Debug ar, caller;
  if (!lua_checkstack(L, 1) || !lua_getstack(L, level, &ar)) return 0;
  for (;; ++level) {
    if (!lua::prototype(L, &ar)) {
      lua_CFunction function = function_at(L, &ar);
      if (is_protected_call(function)) return level;
      if (function == observe || function == observe_and_handle) return 0;
    }
    if (!lua::next_frame(L, &ar, level, &caller)) return 0;
    ar = caller;
  }
}

}  // namespace agent
