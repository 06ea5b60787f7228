#include "agent/terminate.h"

#include <atomic>

#include "agent/interrupt.h"
#include "agent/nse_thread_object.h"
#include "lua/workbench.h"

namespace agent {
namespace {

std::atomic<bool> pending{false};

int yes(lua_State* L) {
  lua_pushboolean(L, 1);
  return 1;
}

// Parents have the lower numbers, so they come first.
void apply(lua_State* W) {
  for (NseThread* thread : nse_threads().all()) {
    if (!push_object(W, *thread)) continue;
    if (is_ending(nse_threads().by_id(thread->parent))) thread->ending = true;
    if (is_ending(thread)) {
      lua_pushliteral(W, "timed_out");
      lua_pushcfunction(W, yes);
      lua_rawset(W, -3);
    }
    lua_pop(W, 1);
  }
}

bool any_left() {
  for (const NseThread* thread : nse_threads().all())
    if (is_ending(thread)) return true;
  return false;
}

}  // namespace

base::Status terminate_thread(int id, bool on_main) {
  if (id == kEngineThreadId)
    return base::fail("NSE's engine is no script", "to end the scan, send terminate");
  if (!nse_threads().request_end(id))
    return base::fail("there is no thread " + std::to_string(id) + " (any more)");
  pending.store(true);
  if (!on_main) request_attention();
  return on_main ? lua::protect([](lua_State* W) { apply(W); }) : base::ok();
}

void serve_terminations() {
  if (!pending.load(std::memory_order_relaxed)) return;
  pending.store(false);
  (void)lua::protect([](lua_State* W) { apply(W); });
  nse_threads().refresh();  // `exited` of those that the last round has closed
  if (any_left()) pending.store(true);
}

bool is_ending(const NseThread* thread) {
  return thread && thread->ending.load(std::memory_order_relaxed);
}

void raise_end(lua_State* L) {
  luaL_checkstack(L, 3, nullptr);
  lua_createtable(L, 0, 2);
  lua_pushliteral(L, "nmap.new_try");
  lua_setfield(L, -2, "errtype");
  lua_pushliteral(L, "ended by the debugger");
  lua_setfield(L, -2, "message");
  lua_error(L);
  __builtin_unreachable();
}

}  // namespace agent
