// An NSE thread's state, in the protocol's members and in words.
#pragma once

#include <unordered_set>

#include "agent/dead_threads.h"
#include "agent/locks.h"
#include "dap/nse_requests.h"

namespace agent {

// What all threads' states are read from, as it is at this moment. With the workbench (main thread,
// while the scan stands) also which locks they wait for, and which of them have been woken.
class ThreadStates {
 public:
  explicit ThreadStates(lua_State* W);

  dap::NseThread of(const NseThread& thread) const;
  dap::NseThread of(const DeadThread& dead) const;
  dap::NseThread of_engine() const;

 private:
  void find_ready(lua_State* W);
  std::string state_of(const NseThread& thread) const;

  int stopped_;
  Nanoseconds now_;
  Locks locks_;
  std::unordered_set<const NseThread*> ready_;
};

}  // namespace agent
