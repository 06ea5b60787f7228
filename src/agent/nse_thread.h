// NSE's threads (script on host and port, workers) as the debugger knows them.
//
// nmap resumes every one of them from Thread:resume on the main Lua state, with the Thread object
// as local `self` (nse_main.lua 7.93:470, the same in 7.80 … HEAD); that is where they are
// recognised. A base coroutine's LUA_EXTRASPACE points to its NseThread (nmap does not use it, and
// a new lua_State gets a copy of the main one's, which open() sets to null, so a reused address is
// noticed). No strong reference: the Lua objects are in a weak table (nse_thread_object.h).
//
// Threads: the objects belong to the main thread; `list()` and `visit()` may be called from any
// thread. Ten thousand are no trouble: every look-up is by id, by coroutine or by the extra space.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/outcomes.h"
#include "agent/taps.h"
#include "agent/thread_times.h"
#include "base/mutex.h"
#include "dap/types.h"
#include "lua/api.h"

namespace agent {

inline constexpr int kEngineThreadId = 1;

enum class ThreadState { kRunning, kWaiting };

// How a thread ended.
enum class ThreadEnd {
  kFinished,
  kFailed,    // of an error
  kGaveUp,    // nmap.new_try
  kTimedOut,  // of its script or host
  kEnded,     // by a debugger (terminate.h)
  kDropped,   // by nmap without a word: orphaned workers, one that yielded and should not have
};

struct NseThread {
  int id = 0;
  int parent = 0;  // workers: the thread that made it, 0 if that was gone already
  lua_State* co = nullptr;
  std::string script;
  std::string host;
  std::string target_name;  // as nmap was given it
  int port = 0;
  std::string protocol;
  std::string phase;  // "portrule", … until the action starts, then "action"; workers: "worker"
  std::string type;   // the rule it was started by
  bool worker = false;
  std::atomic<bool> action{false};  // read on any thread
  bool resumed = false;             // NSE has let it run at least once
  bool reported_error = false;      // an inner coroutine's death was shown: do not stop again
  std::atomic<bool> ending{false};  // a client wants it to end (terminate.h)
  const void* instance = nullptr;   // address of the script instance's object: see push_instance
  std::atomic<lua_State*> parked{nullptr};  // non-stop: the coroutine it stands in (parked.h)
  bool parking = false;                     // the engine has not been told yet
  lua_State* woken = nullptr;               // it was parked there and has not had a hook since
  std::atomic<bool> pause_wanted{false};    // non-stop: it is to stop at its next line
  std::atomic<ThreadState> state{ThreadState::kWaiting};  // read by list() on any thread
  ThreadTimes times{scan_now()};
  int armed_version = -1;  // of `reachable`: armed.cc's
  bool reachable = false;
  NetworkCall call;  // main thread: the call to the network it is in, or was in last
  Wait wait;         // what it waits for; written and read under the lock of NseThreads

  ScriptRun* outcome = nullptr;  // workers have none
  ReturnPlace returned;          // last_return.h

  std::string name() const;
};

class NseThreads {
 public:
  // Main thread, called by resume with `L` = nmap's main state and `co` at its index 1: the NSE
  // thread whose base coroutine is `co`, made known if it is new; null if `co` is none (a script
  // being loaded, the iterator).
  NseThread* enter(lua_State* L, lua_State* co);
  // Main thread: lua_resume returned `status`; an error is on top of `co`.
  void leave(lua_State* co, NseThread* thread, int status, int results);

  void set_wait(NseThread* thread, Wait wait);

  // Main thread: forgets threads that nmap has dropped (timed out, collected),
  // and learns of those that it has made and not started yet.
  void refresh();
  // The same, at most once a second, without looking for new ones: the engine begins a round.
  void round_begins();
  // The same when a run of the engine is over: none is left.
  void run_over();
  // The agent leaves nmap.
  void forget_all();

  NseThread* by_id(int id);
  bool request_end(int id);    // any thread; false if there is none
  bool request_pause(int id);  // the same
  std::vector<NseThread*> all();
  std::vector<dap::Thread> list();
  size_t count();
  // Any thread: all of them in the order of their ids, while none can come or go.
  template <class Visit>
  void visit(Visit visit) {
    base::Lock lock(mutex_);
    for (const auto& [id, thread] : threads_) visit(*thread);
  }
  // Main thread: some thread that waits, for a pause when nothing runs.
  NseThread* any();

 private:
  NseThread* recognise(lua_State* L, lua_State* co, NseThread* known);
  NseThread* add(lua_State* L, lua_State* co, int object);
  void action_starts(NseThread& thread);
  void learn(lua_State* W);
  void prune(lua_State* W);
  void forget(NseThread* thread, ThreadEnd outcome, const std::string& error = "");
  void forget_address(lua_State* co);

  base::Mutex mutex_;
  std::map<int, NseThread*> threads_;                        // changed by the main thread only
  std::unordered_map<lua_State*, NseThread*> by_coroutine_;  // main thread
  int next_id_ = kEngineThreadId + 1;
  Nanoseconds pruned_ = 0;
};

NseThreads& nse_threads();

}  // namespace agent
