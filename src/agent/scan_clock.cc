#include "agent/scan_clock.h"

#include <time.h>

#include <atomic>

namespace agent {
namespace {

std::atomic<Nanoseconds> stood{0};       // all stops so far
std::atomic<Nanoseconds> stopped_at{0};  // as scan_now() shows it; 0: it runs

Nanoseconds monotonic() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000ll + now.tv_nsec;
}

}  // namespace

Nanoseconds scan_now() {
  Nanoseconds at = stopped_at.load(std::memory_order_acquire);
  return at ? at : monotonic() - stood.load(std::memory_order_relaxed);
}

void scan_clock_stops() { stopped_at.store(scan_now(), std::memory_order_release); }

void scan_clock_goes_on() {
  stood.store(monotonic() - stopped_at.load(std::memory_order_relaxed), std::memory_order_relaxed);
  stopped_at.store(0, std::memory_order_release);
}

}  // namespace agent
