// The state of the scan as a debugger sees it: configuring, running or stopped; and the stop loop.
//
// nmap is one thread, so "stopped" means that its main thread sits in stop(): it runs the requests
// that need Lua (jobs) until somebody resumes. Requests come from the thread that reads the clients
// (server.h): the two meet here, under one mutex.
//
// In non-stop mode a thread that can yields to nmap's event loop instead (parked.h) and the scan
// goes on; several may stand like that. Jobs about them are run from that loop (serve_parked), and
// one after the other is resumed.
#pragma once

#include <atomic>
#include <deque>
#include <string>
#include <vector>

#include "agent/dispatch.h"
#include "agent/frames.h"
#include "base/mutex.h"
#include "dap/events.h"

namespace agent {

struct NseThread;

enum class Resume { kContinue, kNext, kStepIn, kStepOut };

struct ResumeRequest {
  Resume kind = Resume::kContinue;
  int thread_id = 0;
  int target_level = -1;  // kStepOut: leave all frames above this one; -1: the top frame
};

// Why and where the main thread stops.
struct StopReason {
  std::string reason;       // DAP's: "breakpoint", "step", "pause", "exception", "entry" …
  std::string description;  // one line for the user
  std::string text;         // exceptions: the error
  std::string filter;       // exceptions: which filter stopped
  std::vector<int> breakpoint_ids;
  NseThread* thread = nullptr;  // null: NSE's engine
  lua_State* dead = nullptr;    // exceptions: the coroutine that died, its frames still there
  int hidden_levels = 0;        // so many frames on top of the stopped state are ours
  int catching_level = 0;       // exceptions: what stands above this level will be gone
};

class Scan {
 public:
  // Main thread, once: waits for configurationDone; gives up if no client comes within
  // `patience` seconds or the last one leaves.
  void wait_for_configuration(int patience);

  // Main thread, instead, when the scan runs already (attach.h).
  void joined();
  // Any thread: somebody was connected, and nobody is any more.
  bool abandoned();

  // Main thread: announces the stop and serves until somebody resumes. `L` is the running Lua
  // state.
  void stop(lua_State* L, const StopReason& reason);
  // Main thread, in a line hook of `L`: the same. True in non-stop mode where only that thread
  // stops: then the hook must do nothing more but end with lua_yield(L, 0).
  bool stop_or_park(lua_State* L, const StopReason& reason);
  // Main thread, where the engine or a script runs, but no line of the engine between a thread's
  // yield and its list of those that wait: does what clients want of threads that are parked. True
  // if one of them goes on.
  bool serve_parked();

  // Any thread.
  void set_non_stop(bool on) { non_stop_.store(on); }
  bool non_stop() const { return non_stop_.load(std::memory_order_relaxed); }

  // The thread that reads the clients: the thread that the request names goes on, if it is parked;
  // else the scan that stands, and in all-stop mode those that are parked, too. False if it runs.
  bool resume(const ResumeRequest& request, int client_id);
  enum class Taken { kYes, kNobodyStands, kTooMany };
  // As resume(): takes the job if something stands that it may be about, and if its client has not
  // too many waiting.
  Taken enqueue(Job& job);
  // As resume(): drops a queued request (its client gets "cancelled"), interrupts the one that
  // runs. False if it is neither.
  bool cancel(int client_id, int request_id);
  // I/O thread.
  void configured();
  void client_connected();
  void client_gone(int client_id, bool last);
  // The last client's end shall not let go on what stands now: the next client will.
  void stay_stopped();

  // Any thread: all of nmap stands; a thread does, alone or with all; which threads do.
  bool stopped();
  bool is_stopped(int thread_id);
  std::vector<int> stopped_threads();
  // Main thread is inside stop(). Async-signal-safe.
  bool serving() const { return serving_.load(std::memory_order_relaxed); }
  bool is_configured();

  // Main thread, inside stop(): why we are here.
  const StopReason* reason() const { return reason_; }
  lua_State* stopped_state() const { return state_; }
  // Any thread: with this one, nothing stands any more.
  bool continues_all(int thread_id);
  // Thread the stop of all of nmap is about, 0 if none. Any thread.
  int stopped_thread_id();
  // Main thread: a thread (null: the engine) may be looked at: it stands, or everything does.
  bool may_look_at(const NseThread* thread);
  bool has_parked();
  // Main thread: nmap has dropped a thread that was parked; the engine's run is over.
  void parked_is_gone(NseThread& thread);
  void forget_all_parked();

 private:
  struct Parked {
    NseThread* thread = nullptr;
    int id = 0;
    lua_State* co = nullptr;
    StopReason reason;
    bool resumed = false;
    ResumeRequest request;
  };
  Parked* parked(int thread_id);
  void park(lua_State* L, const StopReason& reason);
  void forget_what_moves(lua_State* L);
  bool has_parked_waiting() const;
  bool may_queue(const Job& job) const;
  bool take_job(Job& job);
  bool take_resumed(Parked& one);
  void resume_parked(Parked& one, const ResumeRequest& request, int client_id);
  void run(Job& job);
  void serve();
  bool next_job(Job& job);
  bool has_work();
  void changed();
  void job_done();
  bool is_current(int client_id, int request_id) const;

  base::Mutex mutex_;
  base::Condition changed_;
  std::deque<Job> jobs_;
  int current_client_ = 0;  // whose job the main thread does now, 0 if none
  int current_request_ = 0;
  bool configured_ = false;
  bool seen_client_ = false;
  bool last_gone_ = false;
  bool stays_stopped_ = false;
  bool stopped_ = false;
  std::atomic<bool> serving_{false};
  bool resumed_ = false;
  std::vector<Parked> parked_;
  std::atomic<bool> non_stop_{false};
  int stopped_thread_id_ = 0;
  ResumeRequest request_;
  const StopReason* reason_ = nullptr;
  lua_State* state_ = nullptr;
};

Scan& scan();

// What clients are told of a stop: of all of nmap, or of one thread.
dap::StoppedEvent stopped_event(const StopReason& reason, bool all);

}  // namespace agent
