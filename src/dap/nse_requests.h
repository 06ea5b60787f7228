// Requests that DAP has no like of: NSE's threads, locks and scripts, why one did what it did, and
// what only our stops and steps have. Their names begin with `nse/`; docs/protocol.md describes
// them. Times are seconds, without those of stops.
#pragma once

#include "dap/types.h"

namespace dap {

// The call that a thread waits in: `connect`, `receive_lines`, `sleep` …, or `mutex`, `condvar`.
struct NseWait {
  std::string call;
  opt<std::string> object;  // the socket's peer, or the lock's name
  opt<double> timeout;
  opt<int> holder;  // of a mutex: the thread that has it
  DAP_MEMBERS(NseWait, call, object, timeout, holder)
};

// The innermost line of a script.
struct NsePlace {
  std::string function;
  opt<Source> source;
  int line = 0;
  DAP_MEMBERS(NsePlace, function, source, line)
};

// state: "running", "ready", "waiting", "stopped", "dead". outcome, of the dead: "failed",
// "gave up", "timed out", "ended", "dropped".
struct NseThread {
  int id = 0;
  std::string name;
  std::string state;
  std::string text;  // the state in words: "waits in receive_lines from 127.0.0.1:80, 1.2 s"
  std::string phase;
  opt<std::string> script;
  opt<std::string> host;
  opt<int> port;
  opt<std::string> protocol;
  opt<int> parent;
  opt<double> since;  // how long it has been in this state
  opt<double> runTime;
  opt<double> waitTime;
  opt<NseWait> wait;
  opt<std::string> outcome;
  opt<std::string> error;
  opt<NsePlace> place;
  DAP_MEMBERS(NseThread, id, name, state, text, phase, script, host, port, protocol, parent, since,
              runTime, waitTime, wait, outcome, error, place)
};

struct NseCount {
  std::string name;
  int count = 0;
  DAP_MEMBERS(NseCount, name, count)
};

struct NseThreadGroup {
  std::string name;
  int count = 0;
  std::vector<NseCount> states;
  std::vector<int> threadIds;  // the first few
  DAP_MEMBERS(NseThreadGroup, name, count, states, threadIds)
};

struct NseThreads {
  static constexpr const char* command = "nse/threads";
  struct Arguments {
    opt<std::string> filter;
    opt<std::string> sort;   // "id" (default), "time", "wait", "since", "script", "host"
    opt<std::string> group;  // "script", "host", "state", "phase", "wait": groups, no threads
    opt<int> start;
    opt<int> count;  // 0: all
    DAP_MEMBERS(Arguments, filter, sort, group, start, count)
  };
  struct Response {
    std::vector<NseThread> threads;
    int total = 0;  // that the filter lets through
    opt<std::vector<NseThreadGroup>> groups;
    DAP_MEMBERS(Response, threads, total, groups)
  };
};

// A mutex or condition variable that somebody has or waits for.
struct NseLock {
  std::string kind;  // "mutex", "condvar"
  std::string name;  // of the object it is made for: "\"http-brute\"", "table: 0x55d0c8a3c2d0"
  opt<int> holder;
  opt<std::string> heldBy;  // the holder in words; also where it is no thread any more
  std::vector<int> waiting;
  DAP_MEMBERS(NseLock, kind, name, holder, heldBy, waiting)
};

struct NseDeadlock {
  std::string text;
  std::vector<int> threadIds;
  DAP_MEMBERS(NseDeadlock, text, threadIds)
};

struct NseLocks {
  static constexpr const char* command = "nse/locks";
  using Arguments = Empty;
  struct Response {
    std::vector<NseLock> locks;
    int idle = 0;  // so many more that nobody has or waits for
    std::vector<NseDeadlock> deadlocks;
    DAP_MEMBERS(Response, locks, idle, deadlocks)
  };
};

// What a script has come to so far. Instances are actions; `rules` led to none.
struct NseScript {
  std::string name;
  int started = 0, running = 0, waiting = 0;
  int finished = 0, failed = 0, gaveUp = 0, timedOut = 0, ended = 0;
  int rules = 0, workers = 0;
  double runTime = 0, waitTime = 0;
  DAP_MEMBERS(NseScript, name, started, running, waiting, finished, failed, gaveUp, timedOut, ended,
              rules, workers, runTime, waitTime)
};

// phase: "port scan" while no script runs, "prescan", "scan", "postscan".
struct NseScan {
  static constexpr const char* command = "nse/scan";
  using Arguments = Empty;
  struct Response {
    std::string phase;
    opt<int> runlevel;
    opt<int> runlevels;
    opt<int> hosts;  // of the group that is being scanned
    opt<int> ports;  // of these that scripts run against
    int threads = 0;
    std::vector<NseScript> scripts;
    opt<int> debugging;
    opt<int> verbosity;
    DAP_MEMBERS(Response, phase, runlevel, runlevels, hosts, ports, threads, scripts, debugging,
                verbosity)
  };
};

// nmap's -d and -v. Absent ones stay.
struct NseSetLevels {
  static constexpr const char* command = "nse/setLevels";
  struct Arguments {
    opt<int> debugging;
    opt<int> verbosity;
    DAP_MEMBERS(Arguments, debugging, verbosity)
  };
  struct Response {
    int debugging = 0;
    int verbosity = 0;
    DAP_MEMBERS(Response, debugging, verbosity)
  };
};

// Attributes of launch and attach that can be changed at any time. The answer has all of them, as
// they are now.
struct NseSet {
  static constexpr const char* command = "nse/set";
  struct Arguments {
    opt<bool> justMyScript;
    opt<bool> freezeClock;
    opt<bool> nonStop;
    DAP_MEMBERS(Arguments, justMyScript, freezeClock, nonStop)
  };
  using Response = Arguments;
};

// What became of a script at a target. outcome: "rule", "refused", "action", "nothing", "output",
// "exited", "failed", "dropped", "terminated" (agent/outcomes.h).
struct ScriptOutcome {
  std::string script;
  std::string rule;
  std::string outcome;
  opt<std::string> host;
  opt<int> port;
  opt<std::string> protocol;
  opt<Source> source;  // where the rule or the action returned
  opt<int> line;
  opt<std::string> values;  // what the function had there: "name = value", a line each
  opt<std::string> detail;  // the error, or what was returned
  opt<int> milliseconds;    // once it is over
  DAP_MEMBERS(ScriptOutcome, script, rule, outcome, host, port, protocol, source, line, values,
              detail, milliseconds)
};

// Why a script did not do what its user expected, or why a breakpoint was never hit.
struct Why {
  static constexpr const char* command = "nse/why";
  struct Arguments {
    opt<std::string> script;  // a name; else breakpointId
    opt<std::string> host;
    opt<int> port;
    opt<int> breakpointId;
    DAP_MEMBERS(Arguments, script, host, port, breakpointId)
  };
  struct Response {
    std::string answer;  // for people; of several lines
    opt<std::vector<ScriptOutcome>> outcomes;
    DAP_MEMBERS(Response, answer, outcomes)
  };
};

// The whole of an error in one answer: what exceptionInfo, stackTrace and variables tell.
struct ReportedLocal {
  std::string name;
  std::string value;
  DAP_MEMBERS(ReportedLocal, name, value)
};
struct ReportedFrame {
  std::string name;
  opt<Source> source;
  opt<int> line;
  opt<std::string> text;  // of that line
  opt<std::vector<ReportedLocal>> locals;
  opt<int> moreLocals;
  DAP_MEMBERS(ReportedFrame, name, source, line, text, locals, moreLocals)
};
struct ErrorReport {
  static constexpr const char* command = "nse/errorReport";
  struct Arguments {
    int threadId = 0;
    DAP_MEMBERS(Arguments, threadId)
  };
  struct Response {
    std::string filter;  // which one of setExceptionBreakpoints
    std::string message;
    Thread thread;
    std::vector<ReportedFrame> frames;
    opt<int> moreFrames;
    DAP_MEMBERS(Response, filter, message, thread, frames, moreFrames)
  };
};

// Where steps do not stop: in these files or functions (gdb's skip). Replaces the client's.
struct Skip {
  opt<std::string> file;
  opt<std::string> function;
  DAP_MEMBERS(Skip, file, function)
};
struct SetSkips {
  static constexpr const char* command = "nse/setSkips";
  struct Arguments {
    std::vector<Skip> skips;
    DAP_MEMBERS(Arguments, skips)
  };
  using Response = Empty;
};

}  // namespace dap
