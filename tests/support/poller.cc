#include "support/poller.h"

#include <poll.h>

#include <vector>

namespace support {

bool Poller::wait(const std::function<bool()>& done, std::chrono::milliseconds deadline) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + deadline;
  while (!done()) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0 || watched_.empty()) return false;
    std::vector<pollfd> fds;
    for (const auto& [fd, callback] : watched_) fds.push_back({fd, POLLIN, 0});
    poll(fds.data(), fds.size(), static_cast<int>(left.count()) + 1);
    for (const pollfd& one : fds) {
      if (!one.revents) continue;
      auto found = watched_.find(one.fd);  // a callback may have forgotten others
      if (found == watched_.end()) continue;
      Callback callback = found->second;
      callback();
    }
  }
  return true;
}

}  // namespace support
