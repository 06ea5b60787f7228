// pthread mutex and condition variable. Not std::mutex: that drags the exception machinery of
// libstdc++ into the agent, which must load under musl too (shared/RECIPES.md, "musl").
#pragma once

#include <pthread.h>
#include <time.h>

namespace base {

class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  void lock() { pthread_mutex_lock(&mutex_); }
  void unlock() { pthread_mutex_unlock(&mutex_); }

 private:
  friend class Condition;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
};

class Lock {
 public:
  explicit Lock(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Lock() { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits are on the monotonic clock: the wall clock may jump.
class Condition {
 public:
  Condition() {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&condition_, &attributes);
    pthread_condattr_destroy(&attributes);
  }
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;
  void wait(Mutex& mutex) { pthread_cond_wait(&condition_, &mutex.mutex_); }
  // False when `deadline` has passed.
  bool wait_until(Mutex& mutex, const timespec& deadline) {
    return pthread_cond_timedwait(&condition_, &mutex.mutex_, &deadline) == 0;
  }
  void notify() { pthread_cond_broadcast(&condition_); }

 private:
  pthread_cond_t condition_;
};

inline timespec seconds_from_now(long seconds) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  now.tv_sec += seconds;
  return now;
}

}  // namespace base
