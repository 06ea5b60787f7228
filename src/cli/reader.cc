#include "cli/reader.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace cli {

std::optional<std::string> PipeReader::next() {
  for (;;) {
    size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    if (ended_ || !fill()) break;
  }
  if (buffer_.empty()) return std::nullopt;
  return std::exchange(buffer_, std::string());
}

bool PipeReader::fill() {
  bool ready = false;
  client::Loop::WatchPtr watch = loop_.watch(STDIN_FILENO, [&] { ready = true; });
  while (watch && !ready && loop_.run_one()) {
  }
  char chunk[4096];
  ssize_t n = ::read(STDIN_FILENO, chunk, sizeof chunk);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (n > 0)
    buffer_.append(chunk, static_cast<size_t>(n));
  else
    ended_ = true;
  return n > 0;
}

}  // namespace cli
