#include "remote/pump.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

namespace remote {
namespace {

constexpr size_t kReadSize = 64 << 10;

base::Fd copy_of(const base::Fd& fd) { return base::Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0)); }

bool is_later(int error) { return error == EAGAIN || error == EINTR; }

}  // namespace

Pump::Pump(client::Loop& loop, base::Fd one, base::Fd other, std::function<void()> over)
    : loop_(loop), over_(std::move(over)) {
  ways_[0].to = copy_of(other);
  ways_[1].to = copy_of(one);
  ways_[0].from = std::move(one);
  ways_[1].from = std::move(other);
  for (Way& way : ways_) way.watch = loop_.watch(way.from.get(), [this, &way] { read(way); });
}

void Pump::read(Way& way) {
  char bytes[kReadSize];
  ssize_t n = ::recv(way.from.get(), bytes, sizeof bytes, 0);
  if (n < 0 && is_later(errno)) return;
  if (n < 0) return fail();
  if (n == 0) return end(way);
  way.unsent.assign(bytes, static_cast<size_t>(n));
  write(way);
}

void Pump::write(Way& way) {
  while (!way.unsent.empty()) {
    ssize_t n = ::send(way.to.get(), way.unsent.data(), way.unsent.size(), MSG_NOSIGNAL);
    if (n > 0) {
      way.unsent.erase(0, static_cast<size_t>(n));
      continue;
    }
    if (!is_later(errno)) return fail();
    way.watch = loop_.watch_writable(way.to.get(), [this, &way] {
      way.watch = loop_.watch(way.from.get(), [this, &way] { read(way); });
      write(way);
    });
    return;
  }
}

void Pump::end(Way& way) {
  way.watch.reset();
  way.ended = true;
  ::shutdown(way.to.get(), SHUT_WR);
  if (ways_[0].ended && ways_[1].ended) fail();
}

void Pump::fail() {
  for (Way& way : ways_) way.watch.reset();
  std::function<void()> over = std::move(over_);
  over_ = nullptr;
  if (over) over();
}

}  // namespace remote
