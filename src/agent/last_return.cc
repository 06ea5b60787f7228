#include "agent/last_return.h"

#include <string.h>

#include "agent/marks.h"
#include "agent/nse_thread.h"
#include "agent/server.h"
#include "agent/values.h"
#include "lua/proto.h"
#include "lua/table.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr size_t kMostValues = 500;  // bytes
constexpr int kMostShown = 2000;     // refusals whose values are kept; then their places only

// At 0 the bottom of the coroutine; at most 2 is told.
int height(lua_State* L, lua_Debug* ar) {
  lua_Debug caller, below;
  if (!lua::next_frame(L, ar, 0, &caller)) return 0;
  return lua::next_frame(L, &caller, 1, &below) ? 2 : 1;
}

// nmap's port table says in a few words what a rule can go by.
std::string port_facts(lua_State* W, int port) {
  std::string out;
  for (const char* name : {"number", "protocol", "state", "service"}) {
    lua::push_raw_field(W, port, name);
    if (!lua_isnil(W, -1))
      out += std::string(out.empty() ? "" : ", ") + name + " = " + preview(W, -1, false);
    lua_pop(W, 1);
  }
  return "{" + out + "}";
}

bool is_table_with(lua_State* W, const char* field) {
  if (!lua_istable(W, -1)) return false;
  lua::push_raw_field(W, -1, field);
  bool has = !lua_isnil(W, -1);
  lua_pop(W, 1);
  return has;
}

bool is_library(lua_State* W) {
  if (!lua_istable(W, -1)) return false;
  int value = lua_gettop(W);
  lua_pushliteral(W, "_LOADED");
  lua_rawget(W, LUA_REGISTRYINDEX);
  bool found = false;
  lua_pushnil(W);
  while (!found && lua_next(W, value + 1)) {
    found = lua_rawequal(W, -1, value);
    lua_pop(W, 1);
  }
  lua_settop(W, value);
  return found;
}

// Adds "name = value" of what is on top, and pops it.
void add(lua_State* W, const std::string& name, std::string& out) {
  bool telling = !lua_isfunction(W, -1) && !lua_isuserdata(W, -1) && !is_library(W);
  if (telling && out.size() < kMostValues) {
    std::string value;
    if (is_table_with(W, "protocol") && is_table_with(W, "number"))
      value = port_facts(W, lua_gettop(W));
    else if (is_table_with(W, "bin_ip"))
      value = "the host";
    else
      value = preview(W, -1, false);
    if (value != "the host") out += (out.empty() ? "" : "\n") + name + " = " + value;
  }
  lua_pop(W, 1);
}

// The locals and upvalues of the function that is about to return.
std::string values_at(lua_State* L) {
  std::string out;
  base::Status made = lua::protect([&](lua_State* W) {
    for (const lua::Local& local : lua::locals(L, 0)) {
      if (local.shadowed || !lua::push_local(W, L, 0, local.slot)) continue;
      add(W, local.name, out);
    }
    if (!lua::push_function(W, L, 0)) return;
    int function = lua_gettop(W);
    for (int i = 1;; ++i) {
      const char* name = lua_getupvalue(W, function, i);
      if (!name) break;
      if (strcmp(name, "_ENV") == 0)
        lua_pop(W, 1);
      else
        add(W, name, out);
    }
  });
  if (out.size() > kMostValues) out.resize(kMostValues), out += "…";
  return out;
}

int shown = 0;

void remember(NseThread& thread, const Mark& mark, lua_State* L, lua_Debug* ar) {
  lua_getinfo(L, "l", ar);
  thread.returned.file = mark.file;
  thread.returned.line = ar->currentline;
  thread.returned.values.clear();
  if (thread.action || ++shown <= kMostShown) thread.returned.values = values_at(L);
}

}  // namespace

void grant_returns(Running& running) {
  const NseThread* thread = running.thread;
  bool base = thread && !thread->worker && thread->co == running.co;
  running.returns_left = base && server().has_clients() ? kReturnBudget : 0;
}

bool note_return(Running& running, lua_State* L, lua_Debug* ar) {
  NseThread& thread = *running.thread;
  bool used_up = --running.returns_left == 0;
  if (height(L, ar) == (thread.action ? 0 : 1)) {
    const Mark& mark = mark_of(L, ar);
    // The chunk itself, which runs before the rule, begins at line 1 (nse_main.lua, loadscript).
    if (mark.file && !mark.engine && (thread.action || mark.line_defined > 1))
      remember(thread, mark, L, ar);
  }
  if (used_up) thread.returned = {};
  return used_up;
}

}  // namespace agent
