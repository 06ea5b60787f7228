#include "agent/thread_state.h"

#include "agent/nse_thread_object.h"
#include "agent/scan.h"
#include "base/text.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr const char* kRunning = "running";
constexpr const char* kReady = "ready";
constexpr const char* kWaiting = "waiting";
constexpr const char* kStopped = "stopped";
constexpr const char* kDead = "dead";

const char* outcome_text(ThreadEnd outcome) {
  switch (outcome) {
    case ThreadEnd::kFailed: return "failed";
    case ThreadEnd::kGaveUp: return "gave up";
    case ThreadEnd::kTimedOut: return "timed out";
    case ThreadEnd::kEnded: return "ended";
    default: return "dropped";
  }
}

// What does not change with the state.
dap::NseThread identity(const NseThread& thread) {
  dap::NseThread out;
  out.id = thread.id;
  out.name = thread.name();
  out.phase = thread.phase;
  out.script = thread.script;
  if (!thread.host.empty()) out.host = thread.host;
  if (thread.port) out.port = thread.port;
  if (!thread.protocol.empty()) out.protocol = thread.protocol;
  if (thread.parent) out.parent = thread.parent;
  return out;
}

dap::NseWait lock_wait(const Lock& lock) {
  dap::NseWait wait;
  wait.call = lock.mutex ? "mutex" : "condvar";
  wait.object = lock.name;
  if (lock.holder) wait.holder = lock.holder->id;
  return wait;
}

dap::NseWait call_wait(const Wait& call) {
  dap::NseWait wait;
  wait.call = call.method;
  if (!call.peer.empty()) wait.object = call.peer;
  if (call.timeout_ms >= 0) wait.timeout = call.timeout_ms / 1000.0;
  return wait;
}

std::string call_wait_text(const Wait& call) {
  std::string out = std::string("waits in ") + call.method;
  return call.peer.empty() ? out : out + ", " + call.peer;
}

std::string lock_wait_text(const Lock& lock) {
  std::string out = "waits for " + lock_text(lock);
  if (lock.held) out += ", held by " + holder_text(lock);
  return out;
}

}  // namespace

ThreadStates::ThreadStates(lua_State* W) : stopped_(scan().stopped_thread_id()), now_(scan_now()) {
  if (!W) return;
  locks_ = read_locks(W);
  find_ready(W);
}

// What NSE's `waiting` does not hold although it has yielded was woken, or has not begun.
void ThreadStates::find_ready(lua_State* W) {
  lua::StackGuard guard(W);
  if (!push_engine_table(W, "waiting")) return;
  int waiting = lua_gettop(W);
  for (const NseThread* thread : nse_threads().all()) {
    if (thread->state != ThreadState::kWaiting || !push_coroutine(W, *thread)) continue;
    lua_rawget(W, waiting);
    if (lua_isnil(W, -1)) ready_.insert(thread);
    lua_pop(W, 1);
  }
}

std::string ThreadStates::state_of(const NseThread& thread) const {
  if (thread.id == stopped_ || thread.parked) return kStopped;
  if (thread.state.load(std::memory_order_relaxed) == ThreadState::kRunning) return kRunning;
  return ready_.count(&thread) ? kReady : kWaiting;
}

// Under the lock of NseThreads, for `wait`.
dap::NseThread ThreadStates::of(const NseThread& thread) const {
  dap::NseThread out = identity(thread);
  out.state = state_of(thread);
  Nanoseconds since = now_ - thread.times.since();
  bool running = thread.state.load(std::memory_order_relaxed) == ThreadState::kRunning;
  out.since = seconds(since);
  out.runTime = seconds(thread.times.run() + (running ? since : 0));
  out.waitTime = seconds(thread.times.waited() + (running ? 0 : since));
  out.text = out.state;
  if (out.state != kWaiting) return out;
  const Lock* lock = locks_.awaited_by(&thread);
  if (lock) {
    out.wait = lock_wait(*lock);
    out.text = lock_wait_text(*lock);
  } else if (thread.wait.method) {
    out.wait = call_wait(thread.wait);
    out.text = call_wait_text(thread.wait);
  }
  out.text += ", " + base::duration_text(*out.since);
  if (out.wait && out.wait->timeout) out.text += " of " + base::duration_text(*out.wait->timeout);
  return out;
}

dap::NseThread ThreadStates::of(const DeadThread& dead) const {
  dap::NseThread out = identity(*dead.thread);
  out.state = kDead;
  out.outcome = outcome_text(dead.outcome);
  out.text = *out.outcome;
  if (dead.outcome == ThreadEnd::kFailed) out.error = dead.error;
  bool told = dead.error.empty() || dead.error == *out.outcome;
  if (!told) out.text += ": " + dead.error;
  out.since = seconds(now_ - dead.died);
  out.runTime = seconds(dead.thread->times.run());
  out.waitTime = seconds(dead.thread->times.waited());
  return out;
}

dap::NseThread ThreadStates::of_engine() const {
  dap::NseThread out;
  out.id = kEngineThreadId;
  out.name = "NSE engine";
  out.phase = "engine";
  out.state = out.text = stopped_ == kEngineThreadId ? kStopped : kRunning;
  return out;
}

}  // namespace agent
