// Waiting in tests: until something is so, with a deadline, never by sleeping.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

namespace support {

// What went wrong in a conversation. GoogleTest reports it as the test's failure.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Poller {
 public:
  using Callback = std::function<void()>;

  // `readable` runs from within wait() whenever a read would not block.
  void watch(int fd, Callback readable) { watched_[fd] = std::move(readable); }
  void forget(int fd) { watched_.erase(fd); }

  // True when `done` is; false when the deadline has passed, or nothing is left that could make a
  // difference. Generous: sanitizers on a busy machine are slow, and only a failing test waits.
  [[nodiscard]] bool wait(const std::function<bool()>& done,
                          std::chrono::milliseconds deadline = std::chrono::seconds(40));

 private:
  std::map<int, Callback> watched_;
};

}  // namespace support
