#include "agent/scopes.h"

#include "agent/error_object.h"
#include "agent/expression.h"
#include "agent/network_names.h"
#include "agent/nse_thread_object.h"
#include "agent/references.h"
#include "agent/returned.h"
#include "agent/values.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// Pushes registry._LOADED.nmap.registry, or nil.
void push_nmap_registry(lua_State* W) {
  int top = lua_gettop(W);
  lua_pushliteral(W, "_LOADED");
  lua_rawget(W, LUA_REGISTRYINDEX);
  lua::push_raw_field(W, top + 1, "nmap");
  lua::push_raw_field(W, top + 2, "registry");
  lua_replace(W, top + 1);
  lua_settop(W, top + 1);
}

// nse[name] = the value on top, which is popped; nil is left out.
void set_field(lua_State* W, int nse, const char* name) {
  lua_pushstring(W, name);
  lua_insert(W, -2);
  lua_rawset(W, nse);
}

// A worker's Thread has neither script nor environment: its parent's are meant.
void to_base_thread(lua_State* W) {
  int thread = lua_gettop(W);
  lua::push_raw_field(W, thread, "worker");
  bool worker = lua_toboolean(W, -1);
  lua_pop(W, 1);
  if (!worker) return;
  lua::push_raw_field(W, thread, "parent");
  if (lua_istable(W, -1)) return lua_replace(W, thread);
  lua_pop(W, 1);
}

// The script's own copies are args[1] and args[2] (what rule and action were called with).
void add_argument(lua_State* W, int nse, int thread, int position, const char* name) {
  lua::push_raw_field(W, thread, "args");
  if (lua_istable(W, -1)) {
    lua_rawgeti(W, -1, position);
    lua_remove(W, -2);
  }
  if (!lua_istable(W, -1)) {
    lua_pop(W, 1);
    lua::push_raw_field(W, thread, name);
  }
  set_field(W, nse, name);
}

void add_thread_fields(lua_State* W, int nse) {
  int thread = lua_gettop(W);
  add_argument(W, nse, thread, 1, "host");
  add_argument(W, nse, thread, 2, "port");
  lua::push_raw_field(W, thread, "env");
  for (const char* name : {"SCRIPT_NAME", "SCRIPT_PATH", "SCRIPT_TYPE"}) {
    lua::push_raw_field(W, thread + 1, name);
    set_field(W, nse, name);
  }
  lua_settop(W, thread);
}

dap::Scope table_scope(lua_State* W, const char* name, const Frame& frame, const char* path,
                       bool expensive) {
  dap::Scope scope;
  Children children = children_of(W, lua_gettop(W), frame, path);
  scope.name = name;
  scope.variablesReference = children.reference;
  scope.namedVariables = children.named;
  scope.indexedVariables = children.indexed;
  scope.expensive = expensive;
  if (auto reference = find_reference(children.reference)) {
    (*reference)->is_globals = true;
  }
  return scope;
}

dap::Scope frame_scope(const char* name, Reference::Kind kind, const Frame& frame, size_t count) {
  dap::Scope scope;
  scope.name = name;
  scope.variablesReference = add_scope(kind, frame);
  scope.namedVariables = static_cast<int>(count);
  return scope;
}

size_t count_upvalues(lua_State* W, const Frame& frame) {
  if (!lua::push_function(W, frame.co, frame.level)) return 0;
  size_t count = 0;
  for (int i = 1; const char* name = lua_getupvalue(W, -1, i); ++i) {
    if (std::string_view(name) != "_ENV") ++count;
    lua_pop(W, 1);
  }
  lua_pop(W, 1);
  return count;
}

void add_frame_scopes(lua_State* W, const Frame& frame, std::vector<dap::Scope>& out) {
  using Kind = Reference::Kind;
  size_t locals =
      lua::locals(frame.co, frame.level).size() + static_cast<size_t>(count_returned(frame));
  out.push_back(frame_scope("Locals", Kind::kLocals, frame, locals));
  out.back().presentationHint = "locals";
  if (int varargs = lua::count_varargs(frame.co, frame.level)) {
    out.push_back(frame_scope("Varargs", Kind::kVarargs, frame, static_cast<size_t>(varargs)));
    out.back().presentationHint = "arguments";
  }
  if (size_t upvalues = count_upvalues(W, frame)) {
    out.push_back(frame_scope("Upvalues", Kind::kUpvalues, frame, upvalues));
  }
}

void add_environment_scope(lua_State* W, const Frame& frame, std::vector<dap::Scope>& out) {
  push_environment(W, frame);
  lua::push_globals(W);
  bool own = lua_istable(W, -2) && !lua_rawequal(W, -1, -2);
  lua_pop(W, 1);
  if (own) out.push_back(table_scope(W, "Script environment", frame, "_ENV", false));
  lua_pop(W, 1);
}

void add_nse_scope(lua_State* W, const Frame& frame, std::vector<dap::Scope>& out) {
  push_nse(W, frame);
  lua::Order order = lua::count_entries(W, -1);
  if (order.named > 0) {
    dap::Scope scope = table_scope(W, "NSE", frame, "NSE", false);
    if (auto reference = find_reference(scope.variablesReference)) {
      (*reference)->kind = Reference::Kind::kNse;
      (*reference)->is_globals = false;
    }
    out.push_back(std::move(scope));
  }
  lua_pop(W, 1);
}

// What a stop at a network call is about: in the frame that made the call.
void add_network_scope(lua_State* W, const Frame& frame, std::vector<dap::Scope>& out) {
  if (!is_about_network(frame) || !push_network_names(W)) return;
  dap::Scope scope = table_scope(W, "Network", frame, "", false);
  if (auto reference = find_reference(scope.variablesReference)) {
    (*reference)->kind = Reference::Kind::kNetwork;
    (*reference)->is_globals = false;
  }
  out.push_back(std::move(scope));
  lua_pop(W, 1);
}

}  // namespace

const NseField kNseFields[] = {
    {"error", "NSE.error"},
    {"returned", "NSE.returned"},
    {"host", "NSE.host"},
    {"port", "NSE.port"},
    {"SCRIPT_NAME", "NSE.SCRIPT_NAME"},
    {"SCRIPT_PATH", "NSE.SCRIPT_PATH"},
    {"SCRIPT_TYPE", "NSE.SCRIPT_TYPE"},
    {"script-args", "NSE[\"script-args\"]"},
    {"registry", "NSE.registry"},
};
const int kNseFieldCount = sizeof kNseFields / sizeof *kNseFields;

void push_nse(lua_State* W, const Frame& frame) {
  lua_newtable(W);
  int nse = lua_gettop(W);
  if (push_nse_thread(W, frame.co)) {
    to_base_thread(W);
    add_thread_fields(W, nse);
    lua_settop(W, nse);
  }
  push_nmap_registry(W);
  lua::push_raw_field(W, -1, "args");
  set_field(W, nse, "script-args");
  set_field(W, nse, "registry");
  if (push_error(W)) set_field(W, nse, "error");
  if (push_all_returned(W)) set_field(W, nse, "returned");
  lua_settop(W, nse);
}

base::Result<dap::Scopes::Response> scopes(const Frame& frame) {
  dap::Scopes::Response response;
  base::Status status = lua::protect([&](lua_State* W) {
    add_network_scope(W, frame, response.scopes);
    if (lua::is_lua_frame(frame.co, frame.level)) {
      add_frame_scopes(W, frame, response.scopes);
      add_environment_scope(W, frame, response.scopes);
    }
    add_nse_scope(W, frame, response.scopes);
    lua::push_globals(W);
    response.scopes.push_back(table_scope(W, "Globals", frame, "_G", true));
  });
  if (!status) return status.take_error();
  return response;
}

}  // namespace agent
