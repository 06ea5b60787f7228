#include "agent/values.h"

#include <string.h>

#include "agent/features.h"
#include "agent/memory.h"
#include "agent/references.h"
#include "base/text.h"
#include "lua/literal.h"
#include "lua/table.h"

namespace agent {
namespace {

char names_anchor;  // registry key of {[function] = name}, weak keys, for this stop
bool names_built = false;

// names[function] = module.field, for the function on top (which stays).
void note_function(lua_State* W, int names, const std::string& name) {
  lua_pushvalue(W, -1);
  if (lua_rawget(W, names) == LUA_TNIL) {
    lua_pushvalue(W, -2);
    lua_pushlstring(W, name.data(), name.size());
    lua_rawset(W, names);
  }
  lua_pop(W, 1);
}

// All functions in the table on top.
void note_module(lua_State* W, int names, const std::string& module) {
  int table = lua_gettop(W);
  lua_pushnil(W);
  while (lua_next(W, table)) {
    if (lua_isfunction(W, -1) && lua_type(W, -2) == LUA_TSTRING) {
      std::string field = lua_tostring(W, -2);
      note_function(W, names, module == "_G" ? field : module + "." + field);
    }
    lua_pop(W, 1);
  }
}

void build_names(lua_State* W) {
  lua_newtable(W);
  int names = lua_gettop(W);
  lua_createtable(W, 0, 1);
  lua_pushliteral(W, "k");
  lua_setfield(W, -2, "__mode");
  lua_setmetatable(W, names);
  lua_pushliteral(W, "_LOADED");
  lua_rawget(W, LUA_REGISTRYINDEX);
  if (lua_istable(W, -1)) {
    int loaded = lua_gettop(W);
    lua_pushnil(W);
    while (lua_next(W, loaded)) {
      if (lua_istable(W, -1) && lua_type(W, -2) == LUA_TSTRING) {
        note_module(W, names, lua_tostring(W, -2));
      }
      lua_pop(W, 1);
    }
  }
  lua_settop(W, names);
  lua_rawsetp(W, LUA_REGISTRYINDEX, &names_anchor);
  names_built = true;
}

std::string known_name(lua_State* W, int index) {
  std::string name;
  if (!lua_checkstack(W, 12)) return name;
  index = lua_absindex(W, index);
  if (!names_built) build_names(W);
  lua_rawgetp(W, LUA_REGISTRYINDEX, &names_anchor);
  if (lua_istable(W, -1)) {
    lua_pushvalue(W, index);
    if (lua_rawget(W, -2) == LUA_TSTRING) name = lua_tostring(W, -1);
    lua_pop(W, 1);
  }
  lua_pop(W, 1);
  return name;
}

std::string describe_function(lua_State* W, int index, std::string_view hint) {
  std::string name = known_name(W, index);
  if (name.empty()) name = hint;
  if (!name.empty()) name += " ";
  if (lua_iscfunction(W, index)) {
    if (!name.empty()) name.pop_back();
    return name.empty() ? "builtin function" : "builtin function " + name;
  }
  return "function " + name + "(" + place_of_function(W, index) + ")";
}

// --- userdata and threads ----------------------------------------------------------------------

// Pushes the metatable's `__index` if it has both methods, as builtin functions: nmap keeps its
// metatables to itself, and getmetatable() in a script gives a decoy.
bool push_methods(lua_State* W, int index, const char* one, const char* other) {
  if (!lua_getmetatable(W, index)) return false;
  lua::push_raw_field(W, -1, "__index");
  lua_remove(W, -2);
  lua::push_raw_field(W, -1, one);
  lua::push_raw_field(W, -2, other);
  bool found = lua_iscfunction(W, -1) && lua_iscfunction(W, -2);
  lua_pop(W, found ? 2 : 3);
  return found;
}

// nse_nsock.cc: the userdata begins with `nsock_iod nsiod`, null while it is not open.
bool is_open_socket(lua_State* W, int index) {
  void* nsiod = nullptr;
  if (lua_rawlen(W, index) < sizeof nsiod) return false;
  memcpy(&nsiod, lua_touserdata(W, index), sizeof nsiod);
  return nsiod != nullptr;
}

std::string endpoint(lua_State* W, int address, int port) {
  if (lua_type(W, address) != LUA_TSTRING) return {};
  std::string host = lua_tostring(W, address);
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return host + ":" + std::to_string(static_cast<long long>(lua_tonumber(W, port)));
}

// Calls get_info, which is at the top. True: five results are there.
bool call_get_info(lua_State* W, int index) {
  lua_pushvalue(W, index);
  if (lua_pcall(W, 1, 5, 0) == LUA_OK) return lua_toboolean(W, -5);
  return false;
}

std::string describe_socket(lua_State* W, int index) {
  if (!is_open_socket(W, index)) return "nmap socket, not connected";
  int top = lua_gettop(W);
  lua::push_raw_field(W, top, "get_info");
  std::string text = "nmap socket, open";
  if (call_get_info(W, index)) {
    std::string local = endpoint(W, top + 2, top + 3), remote = endpoint(W, top + 4, top + 5);
    text = "nmap socket " + local + " → " + remote;
  }
  lua_settop(W, top);
  return text;
}

// The metatable's own name for its type: luaL_newmetatable's __name, nmap's registry key.
std::string userdata_type(lua_State* W, int index) {
  std::string name = "userdata";
  if (!lua_getmetatable(W, index)) return name;
  lua::push_raw_field(W, -1, "__name");
  if (lua_type(W, -1) == LUA_TSTRING) name = lua_tostring(W, -1);
  lua_pop(W, 2);
  return name;
}

std::string describe_userdata(lua_State* W, int index) {
  if (push_methods(W, index, "receive_buf", "get_info")) {
    std::string text = describe_socket(W, index);
    lua_pop(W, 1);
    return text;
  }
  std::string type = userdata_type(W, index);
  if (push_methods(W, index, "ethernet_send", "ip_send")) {
    type = "dnet";
    lua_pop(W, 1);
  }
  std::string address = lua::address_text(lua_touserdata(W, index));
  return (type == "userdata" ? type : "userdata " + type) + " " + address;
}

const char* thread_status(lua_State* co) {
  int status = lua_status(co);
  if (status == LUA_YIELD) return "suspended";
  if (status != LUA_OK) return "dead, by an error";
  lua_Debug ar;
  if (lua_getstack(co, 0, &ar)) return "normal";
  return lua_gettop(co) == 0 ? "dead" : "not started";
}

std::string describe_thread(lua_State* W, int index) {
  lua_State* co = lua_tothread(W, index);
  return "thread " + lua::address_text(co) + " (" + thread_status(co) + ")";
}

std::string describe_other(lua_State* W, int index) {
  if (!lua_checkstack(W, 16)) return luaL_typename(W, index);
  return lua_type(W, index) == LUA_TTHREAD ? describe_thread(W, index)
                                           : describe_userdata(W, index);
}

lua::RenderStyle style_of(bool hex, int width) {
  lua::RenderStyle style;
  style.hex = hex;
  style.width = width > 0 ? static_cast<size_t>(width) : 0;
  style.function = describe_function;
  style.other = describe_other;
  return style;
}

dap::opt<int> to_count(lua_Integer count) {
  constexpr lua_Integer kMost = 0x7FFFFFFF;
  return static_cast<int>(count < kMost ? count : kMost);
}

// A Lua function whose source can be shown.
bool is_from_file(lua_State* W, int index) {
  if (!lua_isfunction(W, index) || lua_iscfunction(W, index)) return false;
  lua_Debug ar;
  lua_pushvalue(W, index);
  lua_getinfo(W, ">S", &ar);
  return ar.source[0] == '@';
}

}  // namespace

std::string type_of(lua_State* W, int index) {
  switch (lua_type(W, index)) {
    case LUA_TNUMBER: return lua_isinteger(W, index) ? "integer" : "float";
    case LUA_TLIGHTUSERDATA: return "light userdata";
    default: return luaL_typename(W, index);
  }
}

std::string preview(lua_State* W, int index, bool hex, std::string_view hint) {
  constexpr int kPreviewWidth = 100;
  return lua::preview(W, index, style_of(hex, kPreviewWidth), hint);
}

std::string whole(lua_State* W, int index, bool hex, int width) {
  return lua::render(W, index, style_of(hex, width));
}

std::string uncut(lua_State* W, int index, bool hex, int width) {
  lua::RenderStyle style = style_of(hex, width);
  style.items = style.string_limit = style.total = static_cast<size_t>(-1) / 8;
  style.depth = 150;  // the C stack's share
  return lua::render(W, index, style);
}

Children children_of(lua_State* W, int index, const Frame& frame, const std::string& path) {
  Children children;
  if (asking.memory && lua_type(W, index) == LUA_TSTRING)
    children.memory = memory_reference(add_value(W, index, frame, path));
  if (!is_container(W, index)) {
    if (is_from_file(W, index)) children.location = add_value(W, index, frame, path);
    return children;
  }
  children.reference = add_value(W, index, frame, path);
  if (is_from_file(W, index)) children.location = children.reference;
  auto reference = find_reference(children.reference);
  if (!reference || (*reference)->kind != Reference::Kind::kTable) return children;
  lua_Integer named = (*reference)->order.named;
  if (lua_getmetatable(W, index)) {
    ++named;
    lua_pop(W, 1);
  }
  if ((*reference)->order.indexed > 0) children.indexed = to_count((*reference)->order.indexed);
  children.named = to_count(named);
  return children;
}

std::string place_of_function(lua_State* W, int index) {
  lua_Debug ar;
  lua_pushvalue(W, index);
  lua_getinfo(W, ">S", &ar);
  if (ar.what[0] == 'C') return "builtin";
  bool is_file = ar.source[0] == '@' || ar.source[0] == '=';
  std::string place(is_file ? base::basename(ar.source + 1) : std::string_view("[string]"));
  return place + ":" + std::to_string(ar.linedefined);
}

void clear_function_names(lua_State* L) {
  if (!names_built || !lua_checkstack(L, 2)) return;
  lua_pushnil(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &names_anchor);
  names_built = false;
}

}  // namespace agent
