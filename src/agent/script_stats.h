// What each script has cost and come to so far: its instances by how they ended, and the time of
// those that are over (nmap's users ask for it: #47, #701, PR 1938). Counted by the main thread,
// read by any.
#pragma once

#include <map>
#include <string>

#include "agent/nse_thread.h"

namespace agent {

struct ScriptTotals {
  int rules = 0;                                             // evaluated, and no action came of it
  int started = 0;                                           // actions
  int finished = 0, failed = 0, gave_up = 0, timed_out = 0;  // of those
  int ended = 0;                                             // by a debugger, or dropped by nmap
  int workers = 0;
  Nanoseconds run = 0, waited = 0;  // workers and rules too
};

class ScriptStats {
 public:
  // Main thread.
  void action_started(const NseThread& thread);
  void ended(const NseThread& thread, ThreadEnd outcome);
  void forget_all();

  // Any thread.
  std::map<std::string, ScriptTotals> totals();

 private:
  base::Mutex mutex_;
  std::map<std::string, ScriptTotals> scripts_;
};

ScriptStats& script_stats();

}  // namespace agent
