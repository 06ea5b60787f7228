#include "agent/time_outs.h"

#include <algorithm>
#include <string>
#include <vector>

#include "agent/clock.h"
#include "agent/nse_thread.h"
#include "agent/nse_thread_object.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kLookAtHosts = kSecond / 20;
const char kStopHostClock = 0;  // registry key of cnse.stopTimeOutClock

// A script that stands: threads of it are parked.
struct Held {
  const NseThread* thread = nullptr;
  int64_t since = 0;  // nmap's time: when the first of the script's threads was
};
std::vector<Held> held;
int64_t looked_at_hosts = 0;

int never(lua_State* L) {
  lua_pushboolean(L, 0);
  return 1;
}

// Of the same script on the same target.
const Held* held_with(const NseThread& thread) {
  for (const Held& one : held)
    if (one.thread->instance == thread.instance) return &one;
  return nullptr;
}

// The object on top: says no to timed_out, or what NSE says. What terminateThreads has put there
// stays.
void set_never(lua_State* W, bool on) {
  lua::push_raw_field(W, -1, "timed_out");
  bool free_to_set = on ? lua_isnil(W, -1) : lua_tocfunction(W, -1) == never;
  lua_pop(W, 1);
  if (!free_to_set) return;
  lua_pushliteral(W, "timed_out");
  if (on)
    lua_pushcfunction(W, never);
  else
    lua_pushnil(W);
  lua_rawset(W, -3);
}

// Whole seconds, as NSE has them; what is begun counts, so that no time-out comes too early.
void start_later(lua_State* W, const NseThread& thread, int64_t by) {
  lua::StackGuard guard(W);
  if (!push_object(W, thread)) return;
  lua::push_raw_field(W, -1, "start_time");
  if (!lua_isinteger(W, -1)) return;
  lua_Integer start = lua_tointeger(W, -1) + (by + kSecond - 1) / kSecond;
  lua_pop(W, 1);
  lua_pushliteral(W, "start_time");
  lua_pushinteger(W, start);
  lua_rawset(W, -3);
}

void stop_host_clock(lua_State* W, const NseThread& thread) {
  lua::StackGuard guard(W);
  if (!push_instance(W, thread)) return;
  lua_rawgetp(W, LUA_REGISTRYINDEX, &kStopHostClock);
  lua::push_raw_field(W, -2, "host");
  if (lua_isfunction(W, -2) && lua_istable(W, -1)) lua_call(W, 1, 0);
}

}  // namespace

void open_time_outs(lua_State* L, int cnse) {
  lua_getfield(L, cnse, "stopTimeOutClock");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kStopHostClock);
}

void hold_time_outs(const NseThread& thread) {
  const Held* earlier = held_with(thread);
  bool first = !earlier;
  held.push_back({&thread, first ? nmap_time() : earlier->since});
  if (!first) return;
  (void)lua::protect([&](lua_State* W) {
    if (push_instance(W, thread)) set_never(W, true);
  });
}

void release_time_outs(const NseThread& thread) {
  int64_t since = 0;
  std::erase_if(held, [&](const Held& one) {
    if (one.thread != &thread) return false;
    since = one.since;
    return true;
  });
  if (!since || held_with(thread)) return;
  (void)lua::protect([&](lua_State* W) {
    if (!push_instance(W, thread)) return;
    set_never(W, false);
    for (const NseThread* each : nse_threads().all())
      if (each->instance == thread.instance) start_later(W, *each, nmap_time() - since);
  });
}

void rest_host_clocks() {
  int64_t now = nmap_time();
  if (now - looked_at_hosts < kLookAtHosts) return;
  looked_at_hosts = now;
  std::vector<std::string> busy;
  for (const NseThread* each : nse_threads().all())
    if (!held_with(*each)) busy.push_back(each->host);
  (void)lua::protect([&](lua_State* W) {
    for (const Held& one : held)
      if (std::find(busy.begin(), busy.end(), one.thread->host) == busy.end())
        stop_host_clock(W, *one.thread);
  });
}

}  // namespace agent
