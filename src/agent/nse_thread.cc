#include "agent/nse_thread.h"

#include "agent/dead_threads.h"
#include "agent/interrupt.h"
#include "agent/nse_thread_object.h"
#include "agent/resume.h"
#include "agent/scan.h"
#include "agent/script_stats.h"
#include "agent/server.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr Nanoseconds kPrunePeriod = 1'000'000'000;

void announce(const char* reason, int id) {
  dap::ThreadEvent event;
  event.reason = reason;
  event.threadId = id;
  broadcast_event(event);
}

// Thread:close keeps why as the object's `error`. Empty: it is not closed.
std::string closed_because(lua_State* W, int object) {
  lua::push_raw_field(W, object, "error");
  std::string why;
  if (lua_type(W, -1) == LUA_TSTRING)
    why = lua_tostring(W, -1);
  else if (!lua_isnil(W, -1))
    why = "closed";
  lua_pop(W, 1);
  return why;
}

ThreadEnd outcome_of(const NseThread& thread, const std::string& why) {
  if (thread.ending) return ThreadEnd::kEnded;  // by the same means as a time-out
  // Collected before anybody looked: only what waits too long is dropped so (nse_main.lua, run).
  bool collected = why.empty();
  return collected || why == "timed out" ? ThreadEnd::kTimedOut : ThreadEnd::kDropped;
}

}  // namespace

NseThreads& nse_threads() {
  static NseThreads* one = new NseThreads;
  return *one;
}

std::string NseThread::name() const {
  std::string out = script;
  if (worker) out += " worker";
  if (!host.empty()) out += " " + host;
  if (port) out += ":" + std::to_string(port) + "/" + protocol;
  return out;
}

NseThread* NseThreads::enter(lua_State* L, lua_State* co) {
  NseThread* thread = thread_slot(co);
  if (!thread || !(thread->action || thread->worker)) thread = recognise(L, co, thread);
  if (!thread) return nullptr;
  if (!thread->resumed) outcomes().begin(*thread);
  thread->resumed = true;
  thread->times.resumed(scan_now());
  thread->state.store(ThreadState::kRunning, std::memory_order_relaxed);
  return thread;
}

NseThread* NseThreads::recognise(lua_State* L, lua_State* co, NseThread* known) {
  if (!push_resumed_object(L, co)) return known;
  int object = lua_gettop(L);
  if (!known) {
    lua_pushvalue(L, 1);
    known = add(L, co, object);
  } else if (action_started(L, object)) {
    action_starts(*known);
  }
  lua_settop(L, object - 1);
  return known;
}

void NseThreads::action_starts(NseThread& thread) {
  thread.action = true;
  thread.returned = {};
  outcomes().action_starts(thread);
  script_stats().action_started(thread);
  base::Lock lock(mutex_);
  thread.phase = "action";
}

// `co` is on top of L.
NseThread* NseThreads::add(lua_State* L, lua_State* co, int object) {
  forget_address(co);
  auto* thread = new NseThread;
  thread->co = co;
  read_object(L, object, *thread);
  remember_object(L, -1, object);
  thread_slot(co) = thread;
  by_coroutine_[co] = thread;
  {
    base::Lock lock(mutex_);
    thread->id = next_id_++;
    threads_.emplace_hint(threads_.end(), thread->id, thread);
  }
  announce("started", thread->id);
  return thread;
}

void NseThreads::leave(lua_State* co, NseThread* thread, int status, int results) {
  thread->times.suspended(scan_now());
  if (status == LUA_YIELD) {
    thread->state.store(ThreadState::kWaiting, std::memory_order_relaxed);
    return;
  }
  thread_slot(co) = nullptr;
  if (status == LUA_OK) {
    outcomes().returned(*thread, co, results);
    return forget(thread, ThreadEnd::kFinished);
  }
  bool gave_up = false;
  std::string error = error_of_dead(co, gave_up);
  ThreadEnd outcome = thread->ending ? ThreadEnd::kEnded : ThreadEnd::kFailed;
  forget(thread, gave_up && !thread->ending ? ThreadEnd::kGaveUp : outcome, error);
}

void NseThreads::set_wait(NseThread* thread, Wait wait) {
  base::Lock lock(mutex_);
  thread->wait = std::move(wait);
}

void NseThreads::forget(NseThread* thread, ThreadEnd outcome, const std::string& error) {
  int id = thread->id;
  if (thread->parked) scan().parked_is_gone(*thread);
  by_coroutine_.erase(thread->co);
  script_stats().ended(*thread, outcome);
  if (outcome != ThreadEnd::kFinished) outcomes().ended(*thread, outcome, error);
  {
    base::Lock lock(mutex_);
    threads_.erase(id);
  }
  if (outcome == ThreadEnd::kFinished)
    delete thread;
  else
    dead_threads().add(thread, outcome, error);
  announce("exited", id);
}

// A collected thread's address may come back as another thread.
void NseThreads::forget_address(lua_State* co) {
  auto found = by_coroutine_.find(co);
  if (found == by_coroutine_.end()) return;
  forget(found->second, outcome_of(*found->second, ""));
}

void NseThreads::refresh() {
  (void)lua::protect([this](lua_State* W) {
    prune(W);
    learn(W);
  });
}

// nmap drops a timed-out thread without resuming it: it is collected (gone from the weak table) or
// its object has an `error` (Thread:close).
void NseThreads::prune(lua_State* W) {
  pruned_ = scan_now();
  for (NseThread* thread : all()) {
    if (find_running(thread->co)) continue;
    lua::StackGuard each(W);
    bool alive = push_object(W, *thread);
    std::string why = alive ? closed_because(W, lua_gettop(W)) : "";
    if (alive && why.empty()) continue;
    if (push_coroutine(W, *thread)) thread_slot(thread->co) = nullptr;
    forget(thread, outcome_of(*thread, why), why);
  }
}

void NseThreads::round_begins() {
  if (scan_now() - pruned_ < kPrunePeriod) return;
  (void)lua::protect([this](lua_State* W) { prune(W); });
}

void NseThreads::run_over() {
  (void)lua::protect([this](lua_State* W) {
    prune(W);
    for (NseThread* thread : all()) {
      lua::StackGuard each(W);
      if (push_coroutine(W, *thread)) thread_slot(thread->co) = nullptr;
      forget(thread, ThreadEnd::kDropped, "nmap left it behind: no script waits for it");
    }
  });
}

void NseThreads::forget_all() {
  for (NseThread* thread : all()) delete thread;
  by_coroutine_.clear();
  base::Lock lock(mutex_);
  threads_.clear();
}

void NseThreads::learn(lua_State* W) {
  if (!engine_active() || !push_engine_table(W, "all")) return;
  int all = lua_gettop(W);
  lua_pushnil(W);
  while (lua_next(W, all)) {
    lua_State* co = lua_tothread(W, -2);
    if (co && lua_istable(W, -1) && !thread_slot(co) && !has_ended(W, co)) {
      int object = lua_gettop(W);
      lua_pushvalue(W, -2);
      NseThread* thread = add(W, co, object);
      lua_pop(W, 1);
      if (lua_status(co) == LUA_YIELD) {  // it ran before we came (attach.h)
        outcomes().begin(*thread);
        thread->resumed = true;
        if (action_started(W, object)) action_starts(*thread);
      }
    }
    lua_pop(W, 1);
  }
  lua_pop(W, 1);
}

NseThread* NseThreads::by_id(int id) {
  base::Lock lock(mutex_);
  auto found = threads_.find(id);
  return found == threads_.end() ? nullptr : found->second;
}

bool NseThreads::request_end(int id) {
  base::Lock lock(mutex_);
  auto found = threads_.find(id);
  if (found == threads_.end()) return false;
  found->second->ending.store(true);
  return true;
}

bool NseThreads::request_pause(int id) {
  base::Lock lock(mutex_);
  auto found = threads_.find(id);
  if (found == threads_.end()) return false;
  found->second->pause_wanted.store(true);
  return true;
}

std::vector<NseThread*> NseThreads::all() {
  base::Lock lock(mutex_);
  std::vector<NseThread*> out;
  out.reserve(threads_.size());
  for (const auto& [id, thread] : threads_) out.push_back(thread);
  return out;
}

size_t NseThreads::count() {
  base::Lock lock(mutex_);
  return threads_.size();
}

NseThread* NseThreads::any() {
  refresh();
  base::Lock lock(mutex_);
  NseThread* parked = nullptr;
  for (const auto& [id, thread] : threads_) {
    if (!thread->resumed) continue;
    if (!thread->parked) return thread;
    if (!parked) parked = thread;
  }
  return parked;
}

std::vector<dap::Thread> NseThreads::list() {
  int stopped = scan().stopped_thread_id();
  std::vector<dap::Thread> out;
  dap::Thread engine;
  engine.id = kEngineThreadId;
  engine.name = "NSE engine";
  engine.nsePhase = "engine";
  engine.nseState = stopped == kEngineThreadId ? "stopped" : "running";
  out.push_back(std::move(engine));
  visit([&](const NseThread& thread) {
    dap::Thread& one = out.emplace_back();
    one.id = thread.id;
    one.name = thread.name();
    one.nsePhase = thread.phase;
    one.nseState = thread.id == stopped || thread.parked          ? "stopped"
                   : thread.state.load() == ThreadState::kWaiting ? "waiting"
                                                                  : "running";
    one.nseScript = thread.script;
    if (!thread.host.empty()) one.nseHost = thread.host;
    if (thread.port) one.nsePort = thread.port;
  });
  return out;
}

}  // namespace agent
