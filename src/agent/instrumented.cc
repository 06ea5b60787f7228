#include "agent/instrumented.h"

#include <string>

#include "agent/hooks.h"
#include "agent/network_guard.h"
#include "agent/nse_thread.h"
#include "agent/resume.h"
#include "agent/scan.h"
#include "agent/values.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// In a C function that the script has called: the stop is shown at the script's line.
void stop_in_caller(lua_State* L, const std::string& what) {
  Running& current = *running();
  if (evaluation_running() || current.co != L) return;
  StopReason stop;
  stop.reason = "breakpoint";
  stop.description = what;
  stop.thread = current.thread;
  stop.hidden_levels = 1;
  scan().stop(L, stop);
  rearm();
}

std::string in_one_line(lua_State* L, int index) {
  std::string out;
  (void)lua::protect([&](lua_State* W) {
    lua_pushvalue(L, index);
    lua_xmove(L, W, 1);
    out = preview(W, -1, false);
  });
  return out;
}

// --- debugger.lua ------------------------------------------------------------------------------

// dbg([condition]): like assert, it stops unless the condition holds.
int dbg(lua_State* L) {
  if (!lua_toboolean(L, 2)) stop_in_caller(L, "dbg() in the script");  // 1 is the module
  return 0;
}

// The message handler of dbg.call and dbg.msgh: the error stops where it was raised.
int on_error(lua_State* L) {
  lua_settop(L, 1);
  stop_in_caller(L, "dbg.call: " + in_one_line(L, 1));
  return 1;
}

int call_finished(lua_State* L, int status, lua_KContext) {
  bool fine = status == LUA_OK || status == LUA_YIELD;
  lua_pushboolean(L, fine);
  lua_replace(L, 1);  // the handler's place
  return lua_gettop(L);
}

// dbg.call(f, ...): xpcall with a stop at the error.
int dbg_call(lua_State* L) {
  luaL_checkany(L, 1);
  lua_pushcfunction(L, on_error);
  lua_insert(L, 1);
  return call_finished(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, call_finished), 0);
}

// dbg.error(message, level)
int dbg_error(lua_State* L) {
  int level = static_cast<int>(luaL_optinteger(L, 2, 1));
  lua_settop(L, 1);
  stop_in_caller(L, "dbg.error: " + in_one_line(L, 1));
  if (lua_type(L, 1) == LUA_TSTRING && level > 0) {
    luaL_where(L, level);
    lua_insert(L, 1);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

// dbg.assert(condition, message, ...)
int dbg_assert(lua_State* L) {
  luaL_checkany(L, 1);
  if (lua_toboolean(L, 1)) return lua_gettop(L);
  stop_in_caller(L, "dbg.assert failed");
  if (lua_isnoneornil(L, 2)) return luaL_error(L, "assertion failed!");
  lua_settop(L, 2);
  return lua_error(L);
}

int dbg_pretty(lua_State* L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  luaL_checkstack(L, 2, nullptr);
  (void)lua::protect([&](lua_State* W) {
    lua_pushvalue(L, 1);
    lua_xmove(L, W, 1);
    std::string text = preview(W, -1, false);
    lua_pushlstring(W, text.data(), text.size());
    lua_xmove(W, L, 1);
  });
  return lua_gettop(L) - 1;
}

int does_nothing(lua_State*) { return 0; }

int open_debugger(lua_State* L) {
  const luaL_Reg functions[] = {{"call", dbg_call}, {"error", dbg_error},   {"assert", dbg_assert},
                                {"msgh", on_error}, {"pretty", dbg_pretty}, {"exit", does_nothing},
                                {nullptr, nullptr}};
  luaL_newlib(L, functions);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, dbg);
  lua_setfield(L, -2, "__call");
  lua_setmetatable(L, -2);
  return 1;
}

// --- MobDebug ----------------------------------------------------------------------------------

int mobdebug_stop(lua_State* L) {
  stop_in_caller(L, "mobdebug in the script");
  lua_pushboolean(L, 1);
  return 1;
}

int says_yes(lua_State* L) {
  lua_pushboolean(L, 1);
  return 1;
}

// Whatever else the module may have: a function that does nothing.
int any_function(lua_State* L) {
  lua_pushcfunction(L, does_nothing);
  return 1;
}

int open_mobdebug(lua_State* L) {
  const luaL_Reg functions[] = {
      {"start", mobdebug_stop}, {"on", mobdebug_stop}, {"loop", mobdebug_stop},
      {"pause", mobdebug_stop}, {"line", dbg_pretty},  {"dump", dbg_pretty},
      {"connect", says_yes},    {"listen", says_yes},  {nullptr, nullptr}};
  luaL_newlib(L, functions);
  lua_pushliteral(L, "nsedbg");
  lua_setfield(L, -2, "_NAME");
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, any_function);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  return 1;
}

}  // namespace

void install_instrumented(lua_State* L) {
  lua_getfield(L, LUA_REGISTRYINDEX, "_PRELOAD");
  if (lua_istable(L, -1)) {
    lua_pushcfunction(L, open_debugger);
    lua_setfield(L, -2, "debugger");
    lua_pushcfunction(L, open_mobdebug);
    lua_setfield(L, -2, "mobdebug");
  }
  lua_pop(L, 1);
}

}  // namespace agent
