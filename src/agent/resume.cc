#include "agent/resume.h"

#include <assert.h>

#include "agent/data_breakpoints.h"
#include "agent/exceptions.h"
#include "agent/function_breakpoints.h"
#include "agent/hooks.h"
#include "agent/network_guard.h"
#include "agent/nse_thread.h"
#include "agent/parked.h"
#include "agent/stepper.h"
#include "agent/taps.h"

namespace agent {
namespace {

Running base_of_all;

}  // namespace

std::atomic<Running*> running_top{&base_of_all};

namespace {

bool is_error(int status) { return status != LUA_OK && status != LUA_YIELD; }

// The checks, their texts and the results are lcorolib.c's, of each version.
lua_State* checked_thread(lua_State* L) {
  lua_State* co = lua_tothread(L, 1);
#if LUA_VERSION_NUM >= 504
  luaL_argexpected(L, co, 1, "coroutine");
#else
  luaL_argcheck(L, co, 1, "thread expected");
#endif
  return co;
}

int resume_plain(lua_State* co, lua_State* from, int nargs, int* results) {
#if LUA_VERSION_NUM >= 504
  return lua_resume(co, from, nargs, results);
#else
  int status = lua_resume(co, from, nargs);
  *results = lua_gettop(co);
  return status;
#endif
}

// The coroutine is entered with the hook it needs and left without any.
int resume_hooked(lua_State* co, lua_State* from, int nargs, NseThread* thread, int* results) {
  Running self;
  self.co = co;
  self.outer = running();
  self.thread = thread;
  enter_coroutine(self);
  unpark(thread, co);
  running_top.store(&self, std::memory_order_release);
  int status = resume_plain(co, from, nargs, results);
  running_top.store(self.outer, std::memory_order_release);
  leave_coroutine(self);
  assert(lua_gethook(co) == nullptr);
  return status;
}

// An expression that a user evaluates resumes a coroutine: it is none of the scan's business, but
// it must not touch the network either.
int resume_guarded(lua_State* co, lua_State* from, int nargs, int* results) {
  lua_State* before = network_guard_arm(co);
  int status = resume_plain(co, from, nargs, results);
  network_guard_disarm(co, before);
  return status;
}

void after_resume(lua_State* L, lua_State* co, NseThread* thread, int status, int results) {
  bool from_engine = L == base_of_all.co;
  if (is_error(status)) on_death(L, co, thread);
  if (status == LUA_YIELD && from_engine && thread && !thread->parking)
    on_yield(L, co, thread, results);
  if (status != LUA_YIELD) {
    stepper().coroutine_ended(co, L, thread);
    data_breakpoints().coroutine_ended(co);
  }
  if (from_engine && thread)
    nse_threads().leave(co, thread, status, results);
  else if (from_engine)
    function_breakpoints().script_loaded(L);
  rearm();
}

// As auxresume of lcorolib.c: the number of results, moved to L, or -1 with the error there.
int auxresume(lua_State* L, lua_State* co, int nargs) {
  if (!lua_checkstack(co, nargs)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  if (lua_status(co) == LUA_OK && lua_gettop(co) == 0) {
    lua_pushliteral(L, "cannot resume dead coroutine");
    return -1;
  }
  int results = 0;
  int status;
  if (evaluation_running()) {
    lua_xmove(L, co, nargs);
    status = resume_guarded(co, L, nargs, &results);
  } else {
    bool by_engine = L == base_of_all.co;
    NseThread* thread = by_engine ? nse_threads().enter(L, co) : running()->thread;
    if (by_engine && push_still_parked(L, thread)) return 1;
    if (by_engine && thread) nargs = network_answered(L, thread, nargs);
    lua_xmove(L, co, nargs);
    status = resume_hooked(co, L, nargs, thread, &results);
    after_resume(L, co, thread, status, results);
    if (status == LUA_YIELD && push_parking(L, thread, co)) return 1;
  }
  if (is_error(status)) {
    lua_xmove(co, L, 1);
    return -1;
  }
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(co, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(co, L, results);
  return results;
}

int coroutine_resume(lua_State* L) {
  lua_State* co = checked_thread(L);
  int n = auxresume(L, co, lua_gettop(L) - 1);
  lua_pushboolean(L, n >= 0);
  if (n < 0) n = 1;
  lua_insert(L, -(n + 1));
  return n + 1;
}

// As auxwrap of lcorolib.c: 5.4 closes a coroutine that died of an error.
int call_wrapped(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);  // NseThreads::enter wants the coroutine at index 1
  lua_State* co = lua_tothread(L, 1);
  int n = auxresume(L, co, lua_gettop(L) - 1);
  if (n >= 0) return n;
  int status = lua_status(co);
#if LUA_VERSION_NUM >= 504
  if (is_error(status)) {
    status = lua_resetthread(co);
    lua_xmove(co, L, 1);
  }
  bool prefix = status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING;
#else
  (void)status;
  bool prefix = lua_type(L, -1) == LUA_TSTRING;
#endif
  if (prefix) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

// lua_newthread copies the creator's hook (lstate.c): a coroutine that is not being resumed has
// none.
int coroutine_create(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State* co = lua_newthread(L);
  lua_sethook(co, nullptr, 0, 0);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  return 1;
}

int coroutine_wrap(lua_State* L) {
  coroutine_create(L);
  lua_pushcclosure(L, call_wrapped, 1);
  return 1;
}

}  // namespace

const luaL_Reg* coroutine_functions() {
  static const luaL_Reg functions[] = {{"create", coroutine_create},
                                       {"resume", coroutine_resume},
                                       {"wrap", coroutine_wrap},
                                       {nullptr, nullptr}};
  return functions;
}

void main_state_is(lua_State* L) {
  base_of_all = Running{};
  base_of_all.co = L;
}

void install_coroutines(lua_State* L) {
  lua_getglobal(L, "coroutine");
  luaL_setfuncs(L, coroutine_functions(), 0);
  lua_pop(L, 1);
}

lua_CFunction wrapped_function() { return call_wrapped; }
bool is_wrap(lua_CFunction function) { return function == call_wrapped; }

Running* find_running(lua_State* co) {
  for (Running* r = running(); r; r = r->outer)
    if (r->co == co) return r;
  return nullptr;
}

lua_State* main_state() { return base_of_all.co; }

}  // namespace agent
