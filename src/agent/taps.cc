#include "agent/taps.h"

#include <string.h>

#include <utility>
#include <vector>

#include "agent/adopt.h"
#include "agent/network_guard.h"
#include "agent/network_stop.h"
#include "agent/nse_thread.h"
#include "agent/resume.h"
#include "agent/scan_clock.h"
#include "agent/sockets.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr int kMost = 64;  // there are 36 in 7.93

Tap taps[kMost];
int count_of_taps = 0;
std::vector<TapObserver>* observers = nullptr;

struct Known {
  const char* name;
  TapKind kind;
};
constexpr Known kKnown[] = {
    {"new", TapKind::kOpen},
    {"pcap_open", TapKind::kOpen},
    {"ethernet_open", TapKind::kOpen},
    {"ip_open", TapKind::kOpen},
    {"connect", TapKind::kConnect},
    {"reconnect_ssl", TapKind::kTls},
    {"send", TapKind::kSend},
    {"sendto", TapKind::kSend},
    {"ip_send", TapKind::kSend},
    {"ethernet_send", TapKind::kSend},
    {"receive", TapKind::kReceive},
    {"receive_buf", TapKind::kReceive},
    {"receive_bytes", TapKind::kReceive},
    {"receive_lines", TapKind::kReceive},
    {"pcap_receive", TapKind::kReceive},
    {"close", TapKind::kClose},
    {"pcap_close", TapKind::kClose},
    {"ethernet_close", TapKind::kClose},
    {"ip_close", TapKind::kClose},
    {"set_timeout", TapKind::kTimeout},
    {"sleep", TapKind::kSleep},
    {"resolve", TapKind::kResolve},
    {"__gc", TapKind::kGone},
};

const Known* known(const char* name) {
  for (const Known& one : kKnown)
    if (strcmp(one.name, name) == 0) return &one;
  return nullptr;
}

// --- a call ------------------------------------------------------------------------------------

void tell_called(NseThread* thread, lua_State* L) {
  for (const TapObserver& observer : *observers)
    if (observer.called) observer.called(thread, thread->call, {L, 1, lua_gettop(L)});
}

void tell_answered(NseThread* thread, const TapValues& results) {
  sockets().answered(*thread, results);
  for (const TapObserver& observer : *observers)
    if (observer.answered) observer.answered(thread, thread->call, results);
}

void tell_closed(NseThread* thread, const void* socket, bool collected) {
  sockets().closed(socket, collected);
  for (const TapObserver& observer : *observers)
    if (observer.closed) observer.closed(thread, socket);
}

void begin(const Tap& tap, NseThread* thread, lua_State* L) {
  NetworkCall& call = thread->call;
  call = {};
  call.tap = &tap;
  call.co = L;
  call.socket = tap.socket && sockets().is_socket(L, 1) ? lua_touserdata(L, 1) : nullptr;
  call.since_ms = scan_ms();
  sockets().called(thread, L);
}

// nmap closes sockets itself, from the engine or when they are collected.
int close_by_nmap(const Tap& tap, NseThread* thread, lua_State* L) {
  const void* socket = lua_touserdata(L, 1);
  int results = tap.original(L);
  if (socket) tell_closed(thread, socket, tap.kind == TapKind::kGone);
  return results;
}

// In the frame of the replacement. Nothing with a destructor may live here while the original runs:
// it may leave by longjmp.
int call_tapped(const Tap& tap, lua_State* L) {
  if (evaluation_running() || L == lua::workbench()) return tap.original(L);
  NseThread* thread = running()->thread;
  bool closes = tap.kind == TapKind::kClose && tap.socket;
  if (tap.kind == TapKind::kGone || (closes && !thread)) return close_by_nmap(tap, thread, L);
  if (!thread) return tap.original(L);
  NetworkCall outer = thread->call;  // a pattern of receive_buf is a function of the script
  begin(tap, thread, L);
  int injected = stop_before_call(thread, L);
  if (injected >= 0) return thread->call = outer, injected;
  tell_called(thread, L);
  int results = tap.original(L);
  tell_answered(thread, {L, lua_gettop(L) - results + 1, results});
  if (closes) tell_closed(thread, thread->call.socket, false);
  results = stop_at_results(thread, L, results);
  thread->call = outer;
  return results;
}

template <int N>
int tapped(lua_State* L) {
  return call_tapped(taps[N], L);
}

template <int... N>
constexpr void fill(lua_CFunction* functions, std::integer_sequence<int, N...>) {
  ((functions[N] = tapped<N>), ...);
}

// --- putting them in place ---------------------------------------------------------------------

// The one that there is already if the agent had left; null if there is no room.
const Tap* tap_of(const Tap& wanted) {
  for (int i = 0; i < count_of_taps; ++i)
    if (taps[i].original == wanted.original && !strcmp(taps[i].method, wanted.method))
      return &taps[i];
  if (count_of_taps == kMost) return nullptr;
  lua_CFunction functions[kMost];
  fill(functions, std::make_integer_sequence<int, kMost>());
  Tap& tap = taps[count_of_taps];
  tap = wanted;
  tap.replacement = functions[count_of_taps++];
  return &tap;
}

// Pushes the tap of the C function at `index`, or the function itself if there is no room.
void push_tap(lua_State* L, int index, const char* method, TapKind kind, bool socket) {
  index = lua_absindex(L, index);
  const Tap* tap = tap_of({method, kind, socket, lua_tocfunction(L, index)});
  if (!tap) return lua_pushvalue(L, index);
  int upvalues = 0;
  while (lua_checkstack(L, 2) && lua_getupvalue(L, index, upvalues + 1)) ++upvalues;
  lua_pushcclosure(L, tap->replacement, upvalues);
  stands_for(L, index);
  if (const char* name = refused_name(tap->original)) refuse_in_evaluation(tap->replacement, name);
}

// Those of the table on top that are C functions.
void tap_fields(lua_State* L, bool socket) {
  if (!lua_istable(L, -1)) return;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    if (lua_type(L, -2) == LUA_TSTRING && lua_iscfunction(L, -1)) {
      const char* name = lua_tostring(L, -2);  // the table keeps it
      const Known* one = known(name);
      push_tap(L, -1, one ? one->name : name, one ? one->kind : TapKind::kOther, socket);
      lua_pushvalue(L, -3);
      lua_insert(L, -2);
      lua_rawset(L, -5);  // an existing field: the traversal goes on
    }
    lua_pop(L, 1);
  }
}

void tap_collection(lua_State* L, int metatable) {
  lua::push_raw_field(L, metatable, "__gc");
  if (lua_iscfunction(L, -1)) {
    push_tap(L, -1, "__gc", TapKind::kGone, true);
    lua_setfield(L, metatable, "__gc");
  }
  lua_pop(L, 1);
}

// The metatables of sockets and of dnet are upvalues of the function library.new that makes them.
void tap_methods_behind(lua_State* L, int library, const char* method, bool socket) {
  lua::push_raw_field(L, library, "new");
  int maker = lua_gettop(L);
  for (int i = 1; lua_isfunction(L, maker) && lua_getupvalue(L, maker, i); ++i) {
    lua::push_raw_field(L, maker + 1, "__index");
    lua::push_raw_field(L, maker + 2, method);
    if (lua_iscfunction(L, maker + 3)) {
      lua_pop(L, 1);
      tap_fields(L, socket);
      if (socket) sockets().metatable_is(lua_topointer(L, maker + 1)), tap_collection(L, maker + 1);
    }
    lua_settop(L, maker);
  }
  lua_pop(L, 1);
}

// table[name] becomes its tap, and so does nmap[alias], which is the same function.
void tap_field(lua_State* L, int table, const char* name, int nmap = 0,
               const char* alias = nullptr) {
  lua::push_raw_field(L, table, name);
  const Known* one = known(name);
  if (one && lua_iscfunction(L, -1)) {
    push_tap(L, -1, one->name, one->kind, false);
    if (alias) lua_pushvalue(L, -1), lua_setfield(L, nmap, alias);
    lua_setfield(L, table, name);
  }
  lua_pop(L, 1);
}

// --- waiting -----------------------------------------------------------------------------------

// Is the C function that waits (level 1 of `L`) the one of the thread's call?
bool waits_in_call(lua_State* L, const NetworkCall& call) {
  lua_Debug ar;
  if (!call.tap || call.co != L || !lua_getstack(L, 1, &ar) || !lua_getinfo(L, "f", &ar))
    return false;
  bool same = lua_tocfunction(L, -1) == call.tap->replacement;
  lua_pop(L, 1);
  return same;
}

void begin_wait(lua_State* L) {
  NseThread* thread = running()->thread;
  if (!thread || !waits_in_call(L, thread->call)) return;
  thread->call.waiting = true;
  thread->call.since_ms = scan_ms();
  nse_threads().set_wait(thread, sockets().wait_of(thread->call));
}

// NSE_YIELD(co), called by nse_yield (nse_main.cc 7.93:656) in the frame of the waiting function.
int on_yield(lua_State* L) {
  begin_wait(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

}  // namespace

void install_taps(lua_State* L) {
  if (!observers) observers = new std::vector<TapObserver>;
  sockets().open(L);
  int top = lua_gettop(L), nmap = top + 2, socket = top + 3, dnet = top + 4;
  lua_pushliteral(L, "_LOADED");
  lua_rawget(L, LUA_REGISTRYINDEX);
  lua::push_raw_field(L, top + 1, "nmap");
  lua::push_raw_field(L, nmap, "socket");
  lua::push_raw_field(L, nmap, "dnet");
  if (lua_istable(L, socket) && lua_istable(L, dnet)) {
    tap_methods_behind(L, socket, "receive_buf", true);
    tap_methods_behind(L, dnet, "ethernet_send", false);
    tap_field(L, socket, "new", nmap, "new_socket");
    tap_field(L, dnet, "new", nmap, "new_dnet");
    tap_field(L, socket, "sleep");
    tap_field(L, nmap, "resolve");
  }
  lua_settop(L, top);
}

void watch_waits(lua_State* L) {
  lua_getfield(L, LUA_REGISTRYINDEX, "NSE_YIELD");
  if (!lua_isfunction(L, -1)) return lua_pop(L, 1);
  lua_pushcclosure(L, on_yield, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, "NSE_YIELD");
}

int network_answered(lua_State* L, NseThread* thread, int count) {
  NetworkCall& call = thread->call;
  if (!call.waiting) return count;
  // connect was waiting for its turn and begins only now (socket_lock, nse_nsock.cc 7.93:201).
  bool its_turn = call.tap->kind == TapKind::kConnect && count == 0;
  call.waiting = false;
  nse_threads().set_wait(thread, {});
  if (its_turn) return count;
  tell_answered(thread, {L, lua_gettop(L) - count + 1, count});
  return stop_at_results(thread, L, count);
}

void observe_taps(const TapObserver& observer) { observers->push_back(observer); }

}  // namespace agent
