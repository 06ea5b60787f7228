// What one NSE thread has run and waited so far. Written by the main thread, read by any.
#pragma once

#include <atomic>

#include "agent/scan_clock.h"

namespace agent {

class ThreadTimes {
 public:
  explicit ThreadTimes(Nanoseconds now) : since_(now) {}

  void resumed(Nanoseconds now) { change(waited_, now); }
  void suspended(Nanoseconds now) { change(run_, now); }

  Nanoseconds since() const { return since_.load(std::memory_order_relaxed); }
  // Without what goes on since then.
  Nanoseconds run() const { return run_.load(std::memory_order_relaxed); }
  Nanoseconds waited() const { return waited_.load(std::memory_order_relaxed); }

 private:
  using Time = std::atomic<Nanoseconds>;

  // Plain loads and stores: there is one writer.
  void change(Time& total, Nanoseconds now) {
    total.store(total.load(std::memory_order_relaxed) + now - since(), std::memory_order_relaxed);
    since_.store(now, std::memory_order_relaxed);
  }

  Time since_;
  Time run_{0};
  Time waited_{0};
};

}  // namespace agent
