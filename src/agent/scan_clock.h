// Time as the scan has it: monotonic, and it stands while the scan is stopped. What threads have
// run and waited is measured by it, so that a look at a variable is nobody's time.
//
// CLOCK_MONOTONIC comes without a system call (vDSO, ~25 ns); a thread's CPU time would cost one,
// twice a resume. nmap is one thread, so the two differ by what other processes take from it.
#pragma once

#include <stdint.h>

namespace agent {

using Nanoseconds = long long;

// Any thread.
Nanoseconds scan_now();

inline int64_t scan_ms() { return scan_now() / 1'000'000; }

// Main thread: around a stop.
void scan_clock_stops();
void scan_clock_goes_on();

inline double seconds(Nanoseconds time) {
  return static_cast<double>(time / 1000) / 1e6;  // whole microseconds: short in JSON
}

}  // namespace agent
