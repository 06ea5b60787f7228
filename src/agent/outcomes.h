// What became of every script at every target: the record from which `why` answers.
//
// An instance is begun when nmap first resumes it and ended when its coroutine ends; in between it
// says how far it got. Where a rule or an action returned is seen by last_return.h. The record
// outlives nmap's threads, so that it can be asked until the process exits. The main thread writes,
// any thread reads; under one mutex. A ScriptRun's address is stable.
#pragma once

#include <stdint.h>

#include <deque>
#include <string>
#include <vector>

#include "agent/sources.h"
#include "base/mutex.h"
#include "dap/requests.h"
#include "lua/api.h"

namespace agent {

struct NseThread;
enum class ThreadEnd;

enum class Verdict {
  kRule,        // its rule is being asked
  kRefused,     // the rule said no
  kAction,      // its action runs, or waits
  kNothing,     // the action returned nil
  kOutput,      // it returned something
  kExited,      // nmap.new_try ended it
  kFailed,      // it died of an error
  kDropped,     // nmap gave it up: timed out, yielded unexpectedly
  kTerminated,  // a client ended it
};

// Where a function returned, and the values it had.
struct ReturnPlace {
  SourceFile* file = nullptr;
  int line = 0;  // 0: not seen
  std::string values;
};

struct ScriptRun {
  std::string script, host, protocol, rule;
  int port = 0;
  Verdict verdict = Verdict::kRule;
  ReturnPlace place;
  std::string detail;                  // the error, what was returned
  int64_t begun_ms = 0, ended_ms = 0;  // scan_clock.h

  bool over() const { return verdict != Verdict::kRule && verdict != Verdict::kAction; }
  std::string target() const;  // "127.0.0.1:80/tcp", or empty
};

class Outcomes {
 public:
  // Main thread. Workers have no outcome of their own.
  void begin(NseThread& thread);
  void action_starts(NseThread& thread);
  // It returned: `results` values are on top of `co`. Does not raise.
  void returned(NseThread& thread, lua_State* co, int results);
  // It ended otherwise than well.
  void ended(NseThread& thread, ThreadEnd how, const std::string& why);

  // What comes next follows on nothing that was kept.
  void forget_all();

  // Of one script, in the order in which they began. An empty host or port 0: of any. Any thread.
  std::vector<ScriptRun> of(const std::string& script, const std::string& host, int port);
  // Has any script been tried there?
  bool tried(const std::string& host, int port);
  // Refusals that were not kept, of all scripts, since there were too many.
  int forgotten();

 private:
  void finish(ScriptRun& outcome, Verdict verdict, std::string detail);

  base::Mutex mutex_;
  std::deque<ScriptRun> list_;
  std::vector<ScriptRun*> spare_;  // of refusals beyond what is kept
  int forgotten_ = 0;
};

Outcomes& outcomes();

}  // namespace agent
