#include "mobdebug/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace mobdebug {

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    ssize_t n = ::write(fd, text.data(), text.size());
    if (n > 0) {
      text.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd wait{fd, POLLOUT, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

void Output::nmap(int fd, std::string_view bytes) {
  bool to_ide = fd == STDOUT_FILENO && mode_ != 'd';
  if (to_ide) kept_ += bytes;
  if (!to_ide || mode_ == 'c') write_all(fd, bytes);
}

void Output::note(std::string_view text) {
  if (!redirected()) return;
  kept_ += text;
  kept_ += '\n';
}

std::string Output::take() {
  if (kept_.empty()) return {};
  std::string out = "204 Output stdout " + std::to_string(kept_.size()) + "\n" + kept_;
  kept_.clear();
  return out;
}

}  // namespace mobdebug
