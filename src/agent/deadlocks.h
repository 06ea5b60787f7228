// Which threads wait for locks that nobody will ever give up. Knows no Lua.
#pragma once

#include <string>
#include <vector>

#include "agent/locks.h"

namespace agent {

struct Deadlock {
  std::string text;
  std::vector<int> threads;
};

// `threads`: all there are. A thread that waits for no lock may go on; one that waits for a mutex,
// if the holder may; one that waits for a condition variable, if a thread that could signal it may:
// one of the same script, or, where the variable is made for a string, any. What is left over is
// stuck.
std::vector<Deadlock> find_deadlocks(const Locks& locks, const std::vector<NseThread*>& threads);

}  // namespace agent
