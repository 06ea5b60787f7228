#include "agent/scan.h"

#include <stdio.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/hang_ups.h"
#include "agent/interrupt.h"
#include "agent/log.h"
#include "agent/network_guard.h"
#include "agent/nse_thread.h"
#include "agent/returned.h"
#include "agent/scan_clock.h"
#include "agent/stepper.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// Of one client; no debugger comes near it.
constexpr size_t kMostQueued = 1000;
constexpr size_t kMostQueuedBytes = 16u << 20;

int id_of(const StopReason& reason) { return reason.thread ? reason.thread->id : kEngineThreadId; }

}  // namespace

dap::StoppedEvent stopped_event(const StopReason& reason, bool all) {
  dap::StoppedEvent event;
  event.reason = reason.reason;
  event.threadId = id_of(reason);
  event.allThreadsStopped = all;
  if (!reason.description.empty()) event.description = reason.description;
  if (!reason.text.empty()) event.text = reason.text;
  if (!reason.breakpoint_ids.empty()) event.hitBreakpointIds = reason.breakpoint_ids;
  return event;
}

Scan& scan() {
  static Scan* one = new Scan;
  return *one;
}

// A patience of 0 lasts as long as the launcher lives, and a client that vanishes leaves its place
// to the next one.
void Scan::wait_for_configuration(int patience) {
  timespec deadline = base::seconds_from_now(patience);
  pid_t launcher = getppid();
  base::Lock lock(mutex_);
  while (!configured_) {
    bool in_time = true;
    if (patience == 0)
      in_time = changed_.wait_until(mutex_, base::seconds_from_now(1)) ||
                (seen_client_ && !last_gone_) || getppid() == launcher;
    else if (last_gone_)
      break;
    else if (seen_client_)
      changed_.wait(mutex_);
    else
      in_time = changed_.wait_until(mutex_, deadline);
    if (in_time) continue;
    log("no client came: the scan goes on");
    break;
  }
  configured_ = true;
}

void Scan::joined() {
  base::Lock lock(mutex_);
  configured_ = true;
  seen_client_ = last_gone_ = false;
}

bool Scan::abandoned() {
  base::Lock lock(mutex_);
  return seen_client_ && last_gone_;
}

void Scan::stop(lua_State* L, const StopReason& reason) {
  if (!server().has_clients()) return;
  stop_clock();
  // Steps come fast, and a connection that ends between two is no surprise: only if one lasts.
  if (reason.reason != "step") note_connections();
  fflush(stdout);  // nmap's report so far: the user should see it before the prompt
  fflush(stderr);
  ResumeRequest request;
  {
    base::Lock lock(mutex_);
    stopped_ = true;
    resumed_ = false;
    reason_ = &reason;
    state_ = L;
    stopped_thread_id_ = id_of(reason);
  }
  scan_clock_stops();
  serving_.store(true);
  server().main_reads(true);  // before anybody can answer the event
  dap::StoppedEvent event = stopped_event(reason, true);
  if (non_stop() && reason.reason != "pause")
    event.description =
        event.description.value_or("Stopped") + " (everything is stopped: this place cannot yield)";
  show_returned(reason.thread, {L, reason.hidden_levels}, event);
  broadcast_event(event);
  serve();
  serving_.store(false);
  scan_clock_goes_on();
  {
    base::Lock lock(mutex_);
    request = request_;
    reason_ = nullptr;
    state_ = nullptr;
  }
  stepper().start(L, reason, request);
  drop_returned(reason.thread);
  forget_what_moves(L);
  report_hang_ups();
  start_clock();
}

// Jobs are answered before the resume takes effect: a client that sends `variables` and `continue`
// back to back gets both.
void Scan::serve() {
  for (Job job; next_job(job); job_done()) {
    server().main_reads(false);  // this may last, and somebody must hear a `cancel` meanwhile
    run(job);
    server().main_reads(true);
  }
  server().main_reads(false);
}

void Scan::run(Job& job) {
  const char* error = nullptr;
  if (!lua::protected_call([](lua_State*, void* arg) { run_job(*static_cast<Job*>(arg)); }, &job,
                           &error))
    answer_error(job.client_id, job.message, std::string("the agent failed: ") + error);
}

// Waits for one; false when the scan is resumed.
bool Scan::next_job(Job& job) {
  while (!has_work()) server().wait_as_main(note_connections);
  base::Lock lock(mutex_);
  if (take_job(job)) return true;
  stopped_ = false;
  return false;
}

// Under mutex_.
bool Scan::take_job(Job& job) {
  if (jobs_.empty()) return false;
  job = std::move(jobs_.front());
  jobs_.pop_front();
  current_client_ = job.client_id;
  current_request_ = job.message.seq;
  return true;
}

bool Scan::has_work() {
  base::Lock lock(mutex_);
  return !jobs_.empty() || resumed_;
}

// Under mutex_. A main thread that made the change itself needs no waking.
void Scan::changed() {
  changed_.notify();
  if (serving() && !on_main_thread()) server().wake_main();
}

void Scan::job_done() {
  base::Lock lock(mutex_);
  current_client_ = 0;
  abandon_evaluations(false);
}

bool Scan::is_current(int client_id, int request_id) const {
  return current_client_ == client_id && (request_id == 0 || current_request_ == request_id);
}

bool Scan::resume(const ResumeRequest& request, int client_id) {
  base::Lock lock(mutex_);
  bool everything = stopped_ && !resumed_;
  bool its_stop = everything && (!non_stop() || stopped_thread_id_ == request.thread_id);
  Parked* one = its_stop ? nullptr : parked(request.thread_id);
  if (one && !one->resumed) return resume_parked(*one, request, client_id), true;
  if (!everything) return false;
  if (!non_stop())
    for (Parked& each : parked_) each.resumed = true;
  // Before the main thread goes: nobody may see the next `stopped` ahead of this.
  dap::ContinuedEvent event;
  event.threadId = request.thread_id;
  event.allThreadsContinued = !has_parked_waiting();
  broadcast_event(event, client_id);
  resumed_ = true;
  request_ = request;
  changed();
  return true;
}

// One alone may be as large as a message may be.
bool Scan::may_queue(const Job& job) const {
  size_t requests = 0, bytes = 0;
  for (const Job& one : jobs_) {
    if (one.client_id != job.client_id) continue;
    ++requests;
    bytes += one.size;
  }
  return requests == 0 || (requests < kMostQueued && bytes + job.size <= kMostQueuedBytes);
}

Scan::Taken Scan::enqueue(Job& job) {
  base::Lock lock(mutex_);
  bool all = stopped_ && !resumed_;
  if (!all && !has_parked_waiting()) return Taken::kNobodyStands;
  if (!may_queue(job)) return Taken::kTooMany;
  jobs_.push_back(std::move(job));
  changed();
  if (!all) request_attention();  // a script that runs for long does not come to nmap's event loop
  return Taken::kYes;
}

bool Scan::cancel(int client_id, int request_id) {
  Job found;
  {
    base::Lock lock(mutex_);
    if (is_current(client_id, request_id)) {
      abandon_evaluations(true);
      interrupt_main_evaluation();
      return true;
    }
    auto job = jobs_.begin();
    while (job != jobs_.end() && !(job->client_id == client_id && job->message.seq == request_id))
      ++job;
    if (job == jobs_.end()) return false;
    found = std::move(*job);
    jobs_.erase(job);
  }
  answer_error(client_id, found.message, "cancelled");
  return true;
}

void Scan::configured() {
  base::Lock lock(mutex_);
  configured_ = true;
  changed();
}

void Scan::client_connected() {
  base::Lock lock(mutex_);
  seen_client_ = true;
  last_gone_ = false;
  stays_stopped_ = false;
  changed();
}

void Scan::stay_stopped() {
  base::Lock lock(mutex_);
  stays_stopped_ = (stopped_ && !resumed_) || has_parked_waiting();
}

// The last client's end, however it came, is a detach: nothing stays armed, and the scan goes on,
// but where it was asked to wait for the next one.
void Scan::client_gone(int client_id, bool last) {
  base::Lock lock(mutex_);
  for (auto job = jobs_.begin(); job != jobs_.end();)
    job = job->client_id == client_id ? jobs_.erase(job) : job + 1;
  if (is_current(client_id, 0)) {  // nobody waits for its evaluation any more: it must not run on
    abandon_evaluations(true);
    interrupt_main_evaluation();
  }
  if (!last) return;
  last_gone_ = true;
  if (stays_stopped_) return;
  non_stop_.store(false);
  for (Parked& one : parked_) one.resumed = true;
  if (stopped_ && !resumed_) {
    resumed_ = true;
    request_ = ResumeRequest{};
  }
  changed();
}

bool Scan::stopped() {
  base::Lock lock(mutex_);
  return stopped_ && !resumed_;
}

bool Scan::is_configured() {
  base::Lock lock(mutex_);
  return configured_;
}

int Scan::stopped_thread_id() {
  base::Lock lock(mutex_);
  return stopped_ ? stopped_thread_id_ : 0;
}

bool Scan::is_stopped(int thread_id) {
  base::Lock lock(mutex_);
  const Parked* one = parked(thread_id);
  return (one && !one->resumed) || (stopped_ && !resumed_ && stopped_thread_id_ == thread_id);
}

std::vector<int> Scan::stopped_threads() {
  base::Lock lock(mutex_);
  std::vector<int> ids;
  if (stopped_ && !resumed_) ids.push_back(stopped_thread_id_);
  for (const Parked& one : parked_)
    if (!one.resumed) ids.push_back(one.id);
  return ids;
}

bool Scan::continues_all(int thread_id) {
  if (!non_stop()) return stopped();
  std::vector<int> standing = stopped_threads();
  return stopped() && standing == std::vector<int>{thread_id};
}

bool Scan::may_look_at(const NseThread* thread) {
  return serving() || (thread && is_stopped(thread->id));
}

}  // namespace agent
