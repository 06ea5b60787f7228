#include "agent/outcomes.h"

#include <utility>

#include "agent/nse_thread.h"
#include "agent/scan_clock.h"
#include "agent/values.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// A refusal takes some 300 bytes: 600 scripts on 1,000 ports would be 180 MB.
constexpr size_t kMost = 100000;

std::string shown(lua_State* co, int index) {
  std::string out;
  if (!lua_checkstack(co, 1)) return out;
  (void)lua::protect([&](lua_State* W) {
    lua_pushvalue(co, index);
    lua_xmove(co, W, 1);
    out = preview(W, -1, false);
  });
  return out;
}

Verdict verdict_of(ThreadEnd how) {
  switch (how) {
    case ThreadEnd::kFailed: return Verdict::kFailed;
    case ThreadEnd::kGaveUp: return Verdict::kExited;
    case ThreadEnd::kEnded: return Verdict::kTerminated;
    default: return Verdict::kDropped;
  }
}

}  // namespace

Outcomes& outcomes() {
  static Outcomes* one = new Outcomes;
  return *one;
}

std::string ScriptRun::target() const {
  if (host.empty()) return {};
  return port ? host + ":" + std::to_string(port) + "/" + protocol : host;
}

void Outcomes::begin(NseThread& thread) {
  if (thread.worker) return;
  base::Lock lock(mutex_);
  ScriptRun* outcome = nullptr;
  if (spare_.empty()) {
    outcome = &list_.emplace_back();
  } else {
    outcome = spare_.back();
    spare_.pop_back();
    *outcome = ScriptRun{};
  }
  outcome->script = thread.script;
  outcome->host = thread.host;
  outcome->port = thread.port;
  outcome->protocol = thread.protocol;
  outcome->rule = thread.type;
  outcome->begun_ms = scan_ms();
  thread.outcome = outcome;
}

void Outcomes::action_starts(NseThread& thread) {
  if (!thread.outcome) return;
  base::Lock lock(mutex_);
  thread.outcome->verdict = Verdict::kAction;
  thread.outcome->place = {};
}

void Outcomes::finish(ScriptRun& outcome, Verdict verdict, std::string detail) {
  base::Lock lock(mutex_);
  outcome.verdict = verdict;
  outcome.detail = std::move(detail);
  outcome.ended_ms = scan_ms();
  if (verdict != Verdict::kRefused || list_.size() < kMost) return;
  spare_.push_back(&outcome);
  ++forgotten_;
}

void Outcomes::returned(NseThread& thread, lua_State* co, int results) {
  if (!thread.outcome) return;
  ScriptRun& outcome = *std::exchange(thread.outcome, nullptr);
  {
    base::Lock lock(mutex_);
    outcome.place = thread.returned;
  }
  if (!thread.action) return finish(outcome, Verdict::kRefused, {});
  bool nothing = results == 0 || lua_isnil(co, -results);
  if (nothing && results > 1) nothing = lua_isnil(co, 1 - results);
  finish(outcome, nothing ? Verdict::kNothing : Verdict::kOutput,
         nothing ? std::string() : shown(co, -results));
}

void Outcomes::ended(NseThread& thread, ThreadEnd how, const std::string& why) {
  if (!thread.outcome) return;
  ScriptRun& outcome = *std::exchange(thread.outcome, nullptr);
  finish(outcome, verdict_of(how), how == ThreadEnd::kTimedOut ? "timed out" : why);
}

void Outcomes::forget_all() {
  base::Lock lock(mutex_);
  list_.clear();
  spare_.clear();
  forgotten_ = 0;
}

std::vector<ScriptRun> Outcomes::of(const std::string& script, const std::string& host, int port) {
  base::Lock lock(mutex_);
  std::vector<ScriptRun> found;
  for (const ScriptRun& one : list_)
    if (one.script == script && (host.empty() || one.host == host) && (!port || one.port == port))
      found.push_back(one);
  return found;
}

bool Outcomes::tried(const std::string& host, int port) {
  base::Lock lock(mutex_);
  for (const ScriptRun& one : list_)
    if (one.host == host && (!port || one.port == port)) return true;
  return false;
}

int Outcomes::forgotten() {
  base::Lock lock(mutex_);
  return forgotten_;
}

}  // namespace agent
