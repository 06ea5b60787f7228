#include "agent/script_stats.h"

namespace agent {
namespace {

void count(ScriptTotals& script, ThreadEnd outcome) {
  switch (outcome) {
    case ThreadEnd::kFinished: ++script.finished; break;
    case ThreadEnd::kFailed: ++script.failed; break;
    case ThreadEnd::kGaveUp: ++script.gave_up; break;
    case ThreadEnd::kTimedOut: ++script.timed_out; break;
    default: ++script.ended;
  }
}

}  // namespace

ScriptStats& script_stats() {
  static ScriptStats* one = new ScriptStats;
  return *one;
}

void ScriptStats::action_started(const NseThread& thread) {
  base::Lock lock(mutex_);
  ++scripts_[thread.script].started;
}

// A rule that fails is an instance that failed; one that says no is none.
void ScriptStats::ended(const NseThread& thread, ThreadEnd outcome) {
  base::Lock lock(mutex_);
  ScriptTotals& script = scripts_[thread.script];
  script.run += thread.times.run();
  script.waited += thread.times.waited();
  if (thread.worker)
    ++script.workers;
  else if (!thread.action && outcome == ThreadEnd::kFinished)
    ++script.rules;
  else
    count(script, outcome);
}

void ScriptStats::forget_all() {
  base::Lock lock(mutex_);
  scripts_.clear();
}

std::map<std::string, ScriptTotals> ScriptStats::totals() {
  base::Lock lock(mutex_);
  return scripts_;
}

}  // namespace agent
