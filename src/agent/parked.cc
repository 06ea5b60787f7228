#include "agent/parked.h"

#include <vector>

#include "agent/adopt.h"
#include "agent/attach.h"
#include "agent/marks.h"
#include "agent/nse_thread.h"
#include "agent/nse_thread_object.h"
#include "agent/resume.h"
#include "agent/scan.h"
#include "agent/time_outs.h"
#include "lua/hook_yield.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// How long nmap's event loop may wait while a client may ask something about a parked thread.
// The engine's own is 50 (nse_main.lua 7.93:1051).
constexpr lua_Integer kPatience = 5;  // milliseconds

struct Yielded {
  lua_State* co = nullptr;
  lua::HookYield hook;
};
std::vector<Yielded> yielded;  // those that are parked

// NSE's functions for nmap's C code, in the registry. False if the engine has never run.
bool push_engine_function(lua_State* L, const char* name) {
  lua_pushstring(L, name);
  lua_rawget(L, LUA_REGISTRYINDEX);
  if (lua_isfunction(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

bool push_co(lua_State* L, lua_State* co) {
  if (!lua_checkstack(co, 1)) return false;
  lua_pushthread(co);
  lua_xmove(co, L, 1);
  return true;
}

// The value by which the engine knows that a thread waits for the network.
bool push_engine_yield(lua_State* L, lua_State* co) {
  if (!lua_checkstack(L, 3) || !push_engine_function(L, "NSE_YIELD")) return false;
  if (!push_co(L, co)) return lua_pop(L, 1), false;
  lua_call(L, 1, 1);
  return true;
}

int loop(lua_State* L) {
  bool woken = L == main_state() && scan().serve_parked();
  if (L == main_state()) leave_if_wanted(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  if ((woken || scan().has_parked()) && lua_isinteger(L, 2)) {
    lua_Integer wanted = lua_tointeger(L, 2);
    lua_pushinteger(L, woken ? 0 : wanted < kPatience ? wanted : kPatience);
    lua_replace(L, 2);
  }
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

}  // namespace

void open_parking(lua_State* L) {
  lua_pushliteral(L, "_LOADED");
  lua_rawget(L, LUA_REGISTRYINDEX);
  lua::push_raw_field(L, -1, "nmap.socket");
  if (lua_istable(L, -1)) {
    lua_pushliteral(L, "loop");
    lua::push_raw_field(L, -2, "loop");
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, loop, 1);
    stands_for(L, lua_gettop(L) - 1);
    lua_remove(L, -2);
    lua_rawset(L, -3);
  }
  lua_pop(L, 2);
}

bool can_park(const Running& innermost) {
  const NseThread* thread = innermost.thread;
  for (const Running* r = &innermost; thread && r && r->thread == thread; r = r->outer) {
    if (!lua_isyieldable(r->co)) return false;
    if (r->co == thread->co) return true;
    // Level 0 is our coroutine.resume, level 1 NSE's, which loops while its coroutine yields to NSE
    // (nse_main.lua 7.93:145).
    lua_Debug ar;
    if (!r->outer || !lua_getstack(r->outer->co, 1, &ar) || !mark_of(r->outer->co, &ar).engine)
      return false;
  }
  return false;
}

void park(NseThread& thread, lua_State* co) {
  thread.parked = co;
  thread.parking = true;
  yielded.push_back({co, lua::HookYield(co)});
  hold_time_outs(thread);
}

void wake(NseThread& thread) {
  lua_State* co = thread.parked;
  thread.parked = nullptr;
  thread.woken = co;
  release_time_outs(thread);
  (void)lua::protect([&](lua_State* W) {
    if (!push_coroutine(W, thread) || !push_engine_function(W, "NSE_WAITING_TO_RUNNING")) return;
    if (push_co(W, co)) lua_call(W, 1, 0);
  });
}

bool any_parked() { return !yielded.empty(); }

void forget_parked(NseThread& thread) {
  std::erase_if(yielded, [&](const Yielded& one) { return one.co == thread.parked; });
  thread.parked = nullptr;
  release_time_outs(thread);
}

bool push_parking(lua_State* L, NseThread* thread, lua_State* co) {
  if (!thread || !thread->parking || thread->parked != co) return false;
  thread->parking = false;
  for (Yielded& one : yielded)
    if (one.co == co) one.hook.rest();
  return push_engine_yield(L, co);
}

void unpark(const NseThread* thread, lua_State* co) {
  if (!thread || thread->woken != co) return;
  for (Yielded& one : yielded)
    if (one.co == co) one.hook.go_on();
  std::erase_if(yielded, [co](const Yielded& one) { return one.co == co; });
}

bool push_still_parked(lua_State* L, NseThread* thread) {
  if (!thread || !thread->parked || !push_engine_yield(L, thread->parked)) return false;
  thread->state = ThreadState::kWaiting;
  return true;
}

}  // namespace agent
