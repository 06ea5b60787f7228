#include "agent/instrumented.h"

#include <string>

#include "agent/hooks.h"
#include "agent/network_guard.h"
#include "agent/nse_thread.h"
#include "agent/resume.h"
#include "agent/scan.h"
#include "agent/server.h"
#include "agent/values.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr lua_Integer kMostOffset = 100;

// In a C function that the script has called: the stop is shown at the script's line, or at that of
// the `offset`-th caller.
void stop_in_caller(lua_State* L, const std::string& what, int offset = 0) {
  Running& current = *running();
  if (evaluation_running() || current.co != L) return;
  StopReason stop;
  stop.reason = "breakpoint";
  stop.description = what;
  stop.thread = current.thread;
  stop.hidden_levels = 1 + offset;
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

// dbg([condition [, offset]]): like assert, it stops unless the condition holds.
int dbg(lua_State* L) {
  lua_Integer offset = luaL_optinteger(L, 3, 0);  // 1 is the module
  if (offset < 0 || offset > kMostOffset) offset = 0;
  if (!lua_toboolean(L, 2)) stop_in_caller(L, "dbg() in the script", static_cast<int>(offset));
  return 0;
}

// The message handler of dbg.call and dbg.msgh: the error stops where it was raised.
int on_error(lua_State* L) {
  if (lua_gettop(L) == 0) lua_pushnil(L);
  stop_in_caller(L, "dbg.call: " + in_one_line(L, 1));
  return lua_gettop(L);
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

// What the script says to its debugger: to the clients, and not into nmap's report.
void tell_clients(std::string text) {
  dap::OutputEvent event;
  event.category = "console";
  event.output = std::move(text);
  broadcast_event(event);
}

int dbg_pp(lua_State* L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  (void)lua::protect([&](lua_State* W) {
    lua_pushvalue(L, 1);
    lua_xmove(L, W, 1);
    tell_clients(whole(W, 1, false, 80) + "\n");
  });
  return 0;
}

// The text of string `index`; it stays on the stack.
std::string_view text_at(lua_State* L, int index) {
  size_t length;
  const char* bytes = lua_tolstring(L, index, &length);
  return {bytes, length};
}

int dbg_write(lua_State* L) {
  luaL_checkstring(L, 1);
  tell_clients(std::string(text_at(L, 1)));
  return 0;
}

// dbg.writeln(format, ...): string.format, which every string has as a method.
int dbg_writeln(lua_State* L) {
  luaL_checkstring(L, 1);
  lua_getfield(L, 1, "format");
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  luaL_checkstring(L, 1);
  tell_clients(std::string(text_at(L, 1)) + "\n");
  return 0;
}

int returns_argument(lua_State* L) {
  lua_settop(L, 1);
  return 1;
}

int does_nothing(lua_State*) { return 0; }

int open_debugger(lua_State* L) {
  const luaL_Reg functions[] = {
      {"call", dbg_call},     {"error", dbg_error},        {"assert", dbg_assert},
      {"msgh", on_error},     {"pretty", dbg_pretty},      {"pp", dbg_pp},
      {"write", dbg_write},   {"writeln", dbg_writeln},    {"shorten_path", returns_argument},
      {"read", does_nothing}, {"use_color", does_nothing}, {"exit", does_nothing},
      {nullptr, nullptr}};
  luaL_newlib(L, functions);
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "auto_where");
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "auto_eval");
  lua_pushinteger(L, 3);
  lua_setfield(L, -2, "pretty_depth");
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

// mobdebug.output(stream, data)
int mobdebug_output(lua_State* L) {
  luaL_checkstring(L, 2);
  tell_clients(std::string(text_at(L, 2)));
  return 0;
}

int mobdebug_basedir(lua_State* L) {
  if (!lua_isstring(L, 1)) lua_pushliteral(L, "");
  return 1;
}

int open_mobdebug(lua_State* L) {
  const luaL_Reg functions[] = {{"start", mobdebug_stop},
                                {"on", mobdebug_stop},
                                {"loop", mobdebug_stop},
                                {"scratchpad", mobdebug_stop},
                                {"pause", mobdebug_stop},
                                {"off", does_nothing},
                                {"done", does_nothing},
                                {"coro", does_nothing},
                                {"moai", does_nothing},
                                {"connect", says_yes},
                                {"listen", says_yes},
                                {"handle", does_nothing},
                                {"setbreakpoint", does_nothing},
                                {"removebreakpoint", does_nothing},
                                {"line", dbg_pretty},
                                {"dump", dbg_pretty},
                                {"output", mobdebug_output},
                                {"basedir", mobdebug_basedir},
                                {"onexit", does_nothing},
                                {nullptr, nullptr}};
  luaL_newlib(L, functions);
  for (const char* name : {"_NAME", "_DESCRIPTION", "_COPYRIGHT"}) {
    lua_pushliteral(L, "nsedbg");
    lua_setfield(L, -2, name);
  }
  lua_pushliteral(L, "0.805");  // whose functions these are
  lua_setfield(L, -2, "_VERSION");
  lua_pushinteger(L, 8172);
  lua_setfield(L, -2, "port");
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

void uninstall_instrumented(lua_State* L) {
  lua_getfield(L, LUA_REGISTRYINDEX, "_PRELOAD");
  for (const char* name : {"debugger", "mobdebug"}) {
    lua_getfield(L, -1, name);
    lua_CFunction open = lua_tocfunction(L, -1);
    lua_pop(L, 1);
    if (open != open_debugger && open != open_mobdebug) continue;
    lua_pushnil(L);
    lua_setfield(L, -2, name);
  }
  lua_pop(L, 1);
}

}  // namespace agent
