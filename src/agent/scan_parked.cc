// Non-stop mode: the part of Scan that is about threads which stand while the scan goes on.
#include <stdio.h>

#include "agent/nse_thread.h"
#include "agent/parked.h"
#include "agent/references.h"
#include "agent/resume.h"
#include "agent/returned.h"
#include "agent/scan.h"
#include "agent/stack.h"
#include "agent/stepper.h"
#include "agent/time_outs.h"
#include "agent/values.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// nmap gives so many threads sockets at a time, and one more (nse_nsock.cc 7.93, socket_lock), if
// --max-parallelism does not say otherwise.
constexpr size_t kSocketOwners = 20;

void warn_of_starvation() {
  dap::OutputEvent event;
  event.category = "important";
  event.output = std::to_string(kSocketOwners);
  event.output +=
      " threads stand now: nmap lets about as many have sockets at a time, so others may "
      "wait for one until you let some go on\n";
  broadcast_event(event);
}

}  // namespace

// Under mutex_.
Scan::Parked* Scan::parked(int thread_id) {
  for (Parked& one : parked_)
    if (one.id == thread_id) return &one;
  return nullptr;
}

// Under mutex_: there is one that nobody has resumed.
bool Scan::has_parked_waiting() const {
  for (const Parked& one : parked_)
    if (!one.resumed) return true;
  return false;
}

bool Scan::has_parked() {
  base::Lock lock(mutex_);
  return !parked_.empty() || (!stopped_ && !jobs_.empty());
}

bool Scan::stop_or_park(lua_State* L, const StopReason& reason) {
  const Running& current = *running();
  bool alone = non_stop() && reason.thread && reason.thread == current.thread && can_park(current);
  if (alone && server().has_clients()) return park(L, reason), true;
  stop(L, reason);
  return false;
}

void Scan::park(lua_State* L, const StopReason& reason) {
  fflush(stdout);
  fflush(stderr);
  agent::park(*reason.thread, L);
  size_t count = 0;
  {
    base::Lock lock(mutex_);
    bool nobody = last_gone_;  // since we looked: nobody would let it go on
    parked_.push_back({reason.thread, reason.thread->id, L, reason, nobody, {}});
    count = parked_.size();
  }
  dap::StoppedEvent event = stopped_event(reason, false);
  show_returned(reason.thread, {L, 0}, event);
  broadcast_event(event);
  if (count == kSocketOwners) warn_of_starvation();
}

// Under mutex_.
void Scan::resume_parked(Parked& one, const ResumeRequest& request, int client_id) {
  dap::ContinuedEvent event;
  event.threadId = one.id;
  event.allThreadsContinued = false;
  broadcast_event(event, client_id);
  one.resumed = true;
  one.request = request;
  changed();
}

// As in serve(): jobs come first.
bool Scan::serve_parked() {
  if (!has_parked()) return false;
  auto next = [this](Job& job) {
    base::Lock lock(mutex_);
    return take_job(job);
  };
  bool asked = false, woken = false;
  for (Job job; next(job); job_done()) run(job), asked = true;
  rest_host_clocks();
  for (Parked one; take_resumed(one); woken = true) {
    stepper().start(one.co, one.reason, one.request);
    drop_returned(one.thread);
    wake(*one.thread);
  }
  if (asked || woken) forget_what_moves(lua::workbench());
  return woken;
}

// After a resume, and after jobs while nmap runs on: of threads that do not stand, what was seen is
// stale.
void Scan::forget_what_moves(lua_State* L) {
  auto stands = [](int thread_id) { return scan().is_stopped(thread_id); };
  clear_references(L, stands);
  clear_function_names(L);
  stack().clear(stands);
}

bool Scan::take_resumed(Parked& taken) {
  base::Lock lock(mutex_);
  if (!jobs_.empty()) return false;  // in the next round
  for (auto one = parked_.begin(); one != parked_.end(); ++one) {
    if (!one->resumed) continue;
    taken = std::move(*one);
    parked_.erase(one);
    return true;
  }
  return false;
}

void Scan::parked_is_gone(NseThread& thread) {
  forget_parked(thread);
  base::Lock lock(mutex_);
  std::erase_if(parked_, [&](const Parked& one) { return one.thread == &thread; });
}

void Scan::forget_all_parked() {
  std::vector<Parked> gone;
  {
    base::Lock lock(mutex_);
    gone.swap(parked_);
  }
  for (Parked& one : gone) forget_parked(*one.thread);
  if (!gone.empty()) (void)serve_parked();  // what was asked of them gets its error
}

}  // namespace agent
