#include "client/channel.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace client {
namespace {

constexpr size_t kReadSize = 64 << 10;
constexpr size_t kMaxBacklog = 64u << 20;
constexpr int kLastPatience = 1000;  // ms

// Empty for the ways in which a peer that ends is seen: that is no error of its own.
std::string closed_text(int error) {
  return error == EPIPE || error == ECONNRESET ? "" : std::strerror(error);
}

// A pipe in blocking mode takes this much at once without blocking if poll() says it has room.
constexpr size_t kPipeRoom = PIPE_BUF;

bool has_room(int fd, int patience_ms) {
  pollfd wait{fd, POLLOUT, 0};
  return ::poll(&wait, 1, patience_ms) > 0;
}

// Never blocks, whatever the descriptor's own mode. Without SIGPIPE where the kernel can; who
// writes to pipes ignores the signal.
ssize_t write_now(int fd, std::string_view bytes) {
  ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n >= 0 || errno != ENOTSOCK) return n;
  if (!has_room(fd, 0)) return errno = EAGAIN, -1;
  return ::write(fd, bytes.data(), std::min(bytes.size(), kPipeRoom));
}

ssize_t read_now(int fd, char* buffer, size_t size) {
  ssize_t n = ::recv(fd, buffer, size, MSG_DONTWAIT);
  if (n >= 0 || errno != ENOTSOCK) return n;
  pollfd wait{fd, POLLIN, 0};
  if (::poll(&wait, 1, 0) == 0) return errno = EAGAIN, -1;
  return ::read(fd, buffer, size);
}

}  // namespace

Channel::Channel(Loop& loop, base::Fd in, base::Fd out, Callbacks callbacks)
    : loop_(loop), in_(std::move(in)), out_(std::move(out)), callbacks_(std::move(callbacks)) {
  if (!out_.valid()) out_ = base::Fd(::fcntl(in_.get(), F_DUPFD_CLOEXEC, 0));
  watch_ = loop_.watch(in_.get(), [this] { read_some(); });
  if (!watch_) read_file();
}

// A file is always readable, and nothing the kernel would wait for.
void Channel::read_file() {
  watch_ = loop_.after(std::chrono::milliseconds(0), [this] {
    if (read_some()) read_file();
  });
}

void Channel::close() {
  if (open()) last_words();
  watch_.reset();
  writable_.reset();
  in_.reset();
  out_.reset();
}

void Channel::last_words() {
  while (!unsent().empty() && has_room(out_.get(), kLastPatience)) {
    ssize_t n = write_now(out_.get(), unsent());
    if (n < 0 && errno != EINTR) break;
    if (n > 0) sent_ += static_cast<size_t>(n);
  }
  forget_backlog();
}

void Channel::fail(const std::string& why) {
  if (!open()) return;
  forget_backlog();
  close();
  callbacks_.closed(why);
}

void Channel::send(std::string_view json) {
  if (!open()) return;
  if (sent_ > kReadSize && sent_ > backlog_.size() / 2) backlog_.erase(0, std::exchange(sent_, 0));
  backlog_ += dap::frame(json);
  if (unsent().size() > kMaxBacklog) return fail("the other side does not read");
  if (!writable_) flush();
}

void Channel::flush() {
  while (!unsent().empty() && write_some()) {
  }
  if (!open()) return;
  if (unsent().empty()) {
    forget_backlog();
    writable_.reset();
  } else if (!writable_) {
    writable_ = loop_.watch_writable(out_.get(), [this] { flush(); });
  }
}

std::string_view Channel::unsent() const { return std::string_view(backlog_).substr(sent_); }

void Channel::forget_backlog() {
  backlog_.clear();
  sent_ = 0;
}

// False when there is no room now, or the other side is gone.
bool Channel::write_some() {
  ssize_t n = write_now(out_.get(), unsent());
  if (n >= 0) {
    sent_ += static_cast<size_t>(n);
    return true;
  }
  if (errno == EINTR) return true;
  if (errno != EAGAIN) fail(closed_text(errno));
  return false;
}

// False when there is nothing more to read now.
bool Channel::read_some() {
  if (!open()) return false;
  char buffer[kReadSize];
  ssize_t n = read_now(in_.get(), buffer, sizeof buffer);
  if (n <= 0) {
    bool later = n < 0 && (errno == EAGAIN || errno == EINTR);
    if (!later) fail(n == 0 ? "" : closed_text(errno));
    return false;
  }
  reader_.feed({buffer, static_cast<size_t>(n)});
  while (open()) {
    std::optional<std::string> json = reader_.next();
    if (!json) break;
    callbacks_.message(*json);
  }
  if (!reader_.error().empty()) fail(reader_.error());
  return open();
}

void Channel::drain() {
  while (read_some()) {
  }
}

}  // namespace client
