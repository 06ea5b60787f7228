#include "agent/network_guard.h"

#include <string.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <string>
#include <vector>

#include "lua/proto.h"
#include "lua/table.h"

namespace agent {
namespace {

struct Refused {
  lua_CFunction function;
  std::string name;
};

std::vector<Refused> refused;              // sorted by address
lua_State* volatile evaluating = nullptr;  // the thread that runs now
volatile std::sig_atomic_t interrupted = 0;
std::atomic<bool> abandoned{false};

bool by_address(const Refused& a, const Refused& b) {
  return reinterpret_cast<uintptr_t>(a.function) < reinterpret_cast<uintptr_t>(b.function);
}

// Upvalue `n` of the function at `index` is a C function that has the function itself as upvalue:
// so are nmap.mutex's and nmap.condvar's closures tied to their destructors (nse_nmaplib.cc).
bool is_tied_to_itself(lua_State* L, int index, int n) {
  if (!lua_getupvalue(L, index, n)) return false;
  bool tied = false;
  if (lua_iscfunction(L, -1) && lua_getupvalue(L, -1, 1)) {
    tied = lua_rawequal(L, -1, index);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return tied;
}

bool is_lock(lua_State* L, int index) {
  return is_tied_to_itself(L, index, 4) || is_tied_to_itself(L, index, 2);
}

int refuse(lua_State* L, const char* name) {
  return luaL_error(L,
                    "'%s' touches the network; it would corrupt the stopped script "
                    "(let the script itself make the call: step over it)",
                    name);
}

void on_call(lua_State* L, lua_Debug* ar) {
  if (!evaluating) {  // a coroutine made by an expression that outlived it
    if (lua_status(L) == LUA_OK) lua_sethook(L, nullptr, 0, 0);
    return;
  }
  if (lua::prototype(L, ar)) return;  // a Lua function: harmless by itself
  lua_getinfo(L, "f", ar);
  int function = lua_gettop(L);
  lua_CFunction called = lua_tocfunction(L, function);
  if (called) {
    if (const char* name = refused_name(called)) refuse(L, name);
    if (is_lock(L, function)) {
      luaL_error(L,
                 "a mutex or a condition variable of nmap belongs to a script thread; "
                 "an expression cannot use it");
    }
  }
  lua_settop(L, function - 1);
}

void on_interrupt(lua_State* L, lua_Debug*) { luaL_error(L, "interrupted"); }

void set_interrupt(lua_State* L) {
  lua_sethook(L, on_interrupt, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

// --- which functions ---------------------------------------------------------------------------

// Reading an address, or closing nothing but Lua's own memory.
bool is_harmless(const char* name) {
  static const char* const kHarmless[] = {
      "get_info",  "get_ssl_certificate",   "set_timeout",
      "get_stats", "parse_ssl_certificate", "get_interface_info"};
  for (const char* harmless : kHarmless) {
    if (strcmp(name, harmless) == 0) return true;
  }
  return false;
}

// All C functions in the table on top but the harmless ones.
void refuse_fields(lua_State* L) {
  if (!lua_istable(L, -1)) return;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    if (lua_type(L, -2) == LUA_TSTRING && lua_iscfunction(L, -1)) {
      const char* name = lua_tostring(L, -2);
      if (!is_harmless(name)) refuse_in_evaluation(lua_tocfunction(L, -1), name);
    }
    lua_pop(L, 1);
  }
}

// nmap keeps the metatables of its sockets as upvalues of the functions that make them.
void refuse_methods_behind(lua_State* L, int function) {
  for (int i = 1; lua_getupvalue(L, function, i); ++i) {
    lua::push_raw_field(L, -1, "__index");
    refuse_fields(L);
    lua_pop(L, 2);
  }
}

void refuse_named(lua_State* L, int table, const char* name) {
  lua::push_raw_field(L, table, name);
  if (lua_iscfunction(L, -1)) {
    refuse_in_evaluation(lua_tocfunction(L, -1), name);
    refuse_methods_behind(L, lua_gettop(L));
  }
  lua_pop(L, 1);
}

}  // namespace

// One function under two names (close and pcap_close of a socket) goes by the shorter.
void refuse_in_evaluation(lua_CFunction function, const char* name) {
  Refused entry{function, name};
  auto place = std::lower_bound(refused.begin(), refused.end(), entry, by_address);
  if (place == refused.end() || place->function != function)
    refused.insert(place, entry);
  else if (entry.name.size() < place->name.size())
    *place = entry;
}

const char* refused_name(lua_CFunction function) {
  Refused wanted{function, {}};
  auto found = std::lower_bound(refused.begin(), refused.end(), wanted, by_address);
  return found != refused.end() && found->function == function ? found->name.c_str() : nullptr;
}

void open_network_guard(lua_State* L) {
  if (!refused.empty()) return;
  int top = lua_gettop(L);
  lua_pushliteral(L, "_LOADED");
  lua_rawget(L, LUA_REGISTRYINDEX);
  lua::push_raw_field(L, top + 1, "nmap");
  for (const char* name : {"new_socket", "new_dnet", "resolve", "condvar"}) {
    refuse_named(L, top + 2, name);
  }
  lua::push_raw_field(L, top + 2, "socket");
  refuse_fields(L);
  lua::push_raw_field(L, top + 2, "dnet");
  refuse_fields(L);
  lua::push_raw_field(L, top + 1, "libssh2");
  refuse_fields(L);
  lua_settop(L, top);
}

int guarded_call(lua_State* L, int nargs, int nresults) {
  lua_State* before = evaluating;
  if (!before) interrupted = 0;
  lua_sethook(L, on_call, LUA_MASKCALL, 0);
  evaluating = L;
  if (abandoned.load()) interrupt_evaluation();
  int status = lua_pcall(L, nargs, nresults, 0);
  evaluating = before;
  if (before == L) {
    lua_sethook(L, on_call, LUA_MASKCALL, 0);
  } else {
    lua_sethook(L, nullptr, 0, 0);
  }
  if (before && interrupted) set_interrupt(before);
  return status;
}

void abandon_evaluations(bool abandon) { abandoned.store(abandon); }

bool evaluation_running() { return evaluating != nullptr; }

lua_State* network_guard_arm(lua_State* co) {
  lua_State* before = evaluating;
  lua_sethook(co, on_call, LUA_MASKCALL, 0);
  evaluating = co;
  if (interrupted) set_interrupt(co);
  return before;
}

void network_guard_disarm(lua_State* co, lua_State* before) {
  evaluating = before;
  lua_sethook(co, nullptr, 0, 0);
  if (interrupted && before) set_interrupt(before);
}

void interrupt_evaluation() {
  lua_State* L = evaluating;
  if (!L) return;
  interrupted = 1;
  set_interrupt(L);
}

}  // namespace agent
