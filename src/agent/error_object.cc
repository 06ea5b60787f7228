#include "agent/error_object.h"

#include <string.h>

#include "agent/values.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

char anchor;  // registry key of {error}
bool kept = false;
bool named = false;

}  // namespace

// In a table, so that a false or nil error can be told from none.
void keep_error(lua_State* co, int index) {
  if (!lua_checkstack(co, 1)) return;
  index = lua_absindex(co, index);
  base::Status status = lua::protect([&](lua_State* W) {
    lua_createtable(W, 1, 0);
    lua_pushvalue(co, index);
    lua_xmove(co, W, 1);
    lua_rawseti(W, -2, 1);
    lua_rawsetp(W, LUA_REGISTRYINDEX, &anchor);
  });
  kept = status.ok();
}

void keep_error(const char* text) {
  base::Status status = lua::protect([&](lua_State* W) {
    lua_createtable(W, 1, 0);
    lua_pushstring(W, text);
    lua_rawseti(W, -2, 1);
    lua_rawsetp(W, LUA_REGISTRYINDEX, &anchor);
  });
  kept = status.ok();
}

void drop_error() {
  if (!kept) return;
  kept = false;
  lua_State* W = lua::workbench();
  if (!lua_checkstack(W, 1)) return;
  lua_pushnil(W);  // the key exists: nothing is allocated
  lua_rawsetp(W, LUA_REGISTRYINDEX, &anchor);
}

bool push_error(lua_State* W) {
  if (!kept) return false;
  lua_rawgetp(W, LUA_REGISTRYINDEX, &anchor);
  lua_rawgeti(W, -1, 1);
  lua_remove(W, -2);
  return true;
}

bool is_new_try(lua_State* co, int index) {
  if (!lua_istable(co, index) || !lua_checkstack(co, 2)) return false;
  lua::push_raw_field(co, lua_absindex(co, index), "errtype");
  bool found = lua_type(co, -1) == LUA_TSTRING && strcmp(lua_tostring(co, -1), "nmap.new_try") == 0;
  lua_pop(co, 1);
  return found;
}

std::string text_of_error(lua_State* W) {
  if (is_new_try(W, -1)) lua::push_raw_field(W, lua_gettop(W), "message");
  size_t size = 0;
  const char* text = lua_type(W, -1) == LUA_TSTRING ? lua_tolstring(W, -1, &size) : nullptr;
  return text ? std::string(text, size) : preview(W, -1, false);
}

ErrorName::ErrorName() { named = true; }
ErrorName::~ErrorName() { named = false; }

bool means_error(std::string_view name) { return named && name == "err"; }

}  // namespace agent
