// The NSE threads that ended otherwise than well, and why: the last hundred. What finished is only
// counted (script_stats.h). Added to by the main thread, read by any.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "agent/nse_thread.h"

namespace agent {

struct DeadThread {
  std::unique_ptr<NseThread> thread;  // as it was last
  ThreadEnd outcome = ThreadEnd::kFailed;
  std::string error;  // what was raised, or nmap's word
  Nanoseconds died = 0;
};

class DeadThreads {
 public:
  // Takes the thread over.
  void add(NseThread* thread, ThreadEnd outcome, const std::string& error);
  template <class Visit>
  void visit(Visit visit) {
    base::Lock lock(mutex_);
    for (const DeadThread& dead : threads_) visit(dead);
  }

 private:
  base::Mutex mutex_;
  std::deque<DeadThread> threads_;
};

DeadThreads& dead_threads();

// Main thread: the error on top of a coroutine that died of it. `gave_up`: it is nmap.new_try's.
std::string error_of_dead(lua_State* co, bool& gave_up);

}  // namespace agent
