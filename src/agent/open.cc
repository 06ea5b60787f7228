#include "agent/open.h"

#include <stdlib.h>
#include <unistd.h>

#include "agent/install.h"
#include "agent/resume.h"
#include "agent/scan.h"
#include "agent/selection.h"

namespace agent {
namespace {

constexpr long kPatience = 10;  // seconds to wait for the first client

std::string text(lua_State* L, const char* name) {
  lua_getfield(L, 1, name);
  std::string out = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  lua_pop(L, 1);
  return out;
}

long number(lua_State* L, const char* name, long missing) {
  lua_getfield(L, 1, name);
  long out = lua_isinteger(L, -1) ? static_cast<long>(lua_tointeger(L, -1)) : missing;
  lua_pop(L, 1);
  return out;
}

bool flag(lua_State* L, const char* name) {
  lua_getfield(L, 1, name);
  bool out = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return out;
}

// What nmap would have without us: NSE-FACTS.md §1. Children of nmap never see the overlay.
void restore_environment(lua_State* L) {
  std::string nmapdir = text(L, "nmapdir");
  if (nmapdir.empty())
    unsetenv("NMAPDIR");
  else
    setenv("NMAPDIR", nmapdir.c_str(), 1);
}

// Pushes the path of the real nse_main.lua. cnse (the second argument) finds it as nmap would.
bool push_real_path(lua_State* L) {
  lua_getfield(L, 1, "real");
  if (lua_type(L, -1) == LUA_TSTRING) return true;
  lua_pop(L, 1);
  lua_getfield(L, 2, "fetchfile_absolute");
  lua_pushliteral(L, "nse_main.lua");
  lua_call(L, 1, 2);  // "file", path
  return lua_type(L, -1) == LUA_TSTRING;
}

Settings settings_of(lua_State* L) {
  Settings settings;
  settings.socket = text(L, "socket");
  settings.run_dir = text(L, "run_dir");
  settings.log = text(L, "log");
  settings.open_socket = flag(L, "open_socket");
  settings.allow_uid = static_cast<unsigned>(number(L, "allow_uid", static_cast<long>(geteuid())));
  return settings;
}

}  // namespace
}  // namespace agent

extern "C" int nsedbg_open(lua_State* L) {
  using namespace agent;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 3);
  restore_environment(L);
  bool failed = false;
  {
    base::Status started = start(settings_of(L));
    failed = !started.ok();
    if (failed) lua_pushstring(L, started.error().text().c_str());
  }
  if (failed) {
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
  }
  install(L, 2);
  install_coroutines(L);
  if (flag(L, "wait"))
    scan().wait_for_configuration(static_cast<int>(number(L, "patience", kPatience)));
  if (push_real_path(L)) {
    selection().open(lua_tostring(L, -1));
    return 1;
  }
  lua_pushnil(L);
  lua_pushliteral(L, "nmap finds no nse_main.lua of its own");
  return 2;
}
