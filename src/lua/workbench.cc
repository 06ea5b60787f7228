#include "lua/workbench.h"

#include <string.h>

namespace lua {
namespace {

lua_State* bench = nullptr;
char anchor;  // its address is the registry key
char last_error[512];

struct Call {
  void (*body)(lua_State* W, void* arg);
  void* arg;
};

int run(lua_State* W) {
  Call call = *static_cast<Call*>(lua_touserdata(W, 1));
  lua_settop(W, 0);
  call.body(W, call.arg);
  return 0;
}

void keep_message(lua_State* W) {
  size_t length = 0;
  const char* text = lua_type(W, -1) == LUA_TSTRING ? lua_tolstring(W, -1, &length) : nullptr;
  if (!text) text = "unknown Lua error", length = strlen(text);
  if (length >= sizeof last_error) length = sizeof last_error - 1;
  memcpy(last_error, text, length);
  last_error[length] = '\0';
}

}  // namespace

void open_workbench(lua_State* L) {
  bench = lua_newthread(L);
  lua_sethook(bench, nullptr, 0, 0);  // a new thread has its creator's hook
  lua_rawsetp(L, LUA_REGISTRYINDEX, &anchor);
}

void forget_workbench() { bench = nullptr; }

lua_State* workbench() { return bench; }

bool protected_call(void (*body)(lua_State* W, void* arg), void* arg, const char** error) {
  Call call{body, arg};
  *error = "no room on the Lua stack";
  if (!lua_checkstack(bench, LUA_MINSTACK)) return false;
  lua_pushcfunction(bench, run);
  lua_pushlightuserdata(bench, &call);
  if (lua_pcall(bench, 1, 0, 0) == LUA_OK) return true;
  keep_message(bench);
  lua_pop(bench, 1);
  *error = last_error;
  return false;
}

}  // namespace lua
