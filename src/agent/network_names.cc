#include "agent/network_names.h"

#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

char anchor;  // registry key of the table
bool kept = false;
Frame about;

}  // namespace

const char* const kNetworkNames[] = {"bytes", "error", "host",  "operation",
                                     "peer",  "port",  "socket"};
const int kNetworkNameCount = sizeof kNetworkNames / sizeof *kNetworkNames;

void keep_network_names(lua_State* W, const Frame& frame) {
  lua_rawsetp(W, LUA_REGISTRYINDEX, &anchor);
  kept = true;
  about = frame;
}

bool is_about_network(const Frame& frame) {
  return kept && about.co == frame.co && about.level == frame.level;
}

void drop_network_names() {
  if (!kept) return;
  kept = false;
  lua_State* W = lua::workbench();
  if (!lua_checkstack(W, 1)) return;
  lua_pushnil(W);  // the key exists: nothing is allocated
  lua_rawsetp(W, LUA_REGISTRYINDEX, &anchor);
}

bool push_network_names(lua_State* W) {
  if (!kept) return false;
  lua_rawgetp(W, LUA_REGISTRYINDEX, &anchor);
  return true;
}

bool is_network_name(std::string_view name) {
  if (!kept) return false;
  for (const char* one : kNetworkNames)
    if (name == one) return true;
  return false;
}

void push_network_name(lua_State* W, std::string_view name) {
  if (!push_network_names(W)) return lua_pushnil(W);
  lua::push_raw_field(W, -1, name);
  lua_remove(W, -2);
}

bool means_bytes(lua_State* W, std::string_view name) {
  if (!kept || name != "bytes") return false;
  push_network_name(W, name);
  bool has = !lua_isnil(W, -1);
  lua_pop(W, 1);
  return has;
}

base::Status assign_bytes(lua_State* W) {
  if (lua_type(W, -1) != LUA_TSTRING) {
    lua_pop(W, 1);
    return base::fail("bytes: what goes over the network is a string");
  }
  push_network_names(W);
  lua_insert(W, -2);
  lua_pushliteral(W, "bytes");
  lua_insert(W, -2);
  lua_rawset(W, -3);
  lua_pop(W, 1);
  return base::ok();
}

}  // namespace agent
