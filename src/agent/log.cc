#include "agent/log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

namespace agent {
namespace {

int log_fd = -1;

void put(int fd, const char* text, int length) {
  [[maybe_unused]] ssize_t written = ::write(fd, text, static_cast<size_t>(length));
}

}  // namespace

void open_log(const char* path) {
  log_fd = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

void log(const char* format, ...) {
  if (log_fd < 0) return;
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (n < 0) return;
  if (n > static_cast<int>(sizeof line) - 2) n = sizeof line - 2;
  line[n] = '\n';
  put(log_fd, line, n + 1);
}

void die(const char* what) {
  char line[256];
  int n = snprintf(line, sizeof line, "nsedbg: the agent cannot go on: %s\n", what);
  if (n > static_cast<int>(sizeof line) - 1) n = sizeof line - 1;
  put(STDERR_FILENO, line, n);
  if (log_fd >= 0) put(log_fd, line, n);
  abort();
}

}  // namespace agent
