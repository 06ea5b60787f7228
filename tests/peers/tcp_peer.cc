#include "peers/tcp_peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace peers {

struct TcpPeer::Connection {
  base::Fd socket;
  std::string unread;  // received, not yet expected
};

TcpPeer::TcpPeer(std::vector<Step> steps, Options options)
    : steps_(std::move(steps)),
      options_(std::move(options)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      gate_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE)) {
  if (!listen()) {
    fail("cannot listen on " + options_.address + ": " + std::strerror(errno));
    return;
  }
  acceptor_ = std::thread([this] { accept_loop(); });
}

TcpPeer::~TcpPeer() {
  eventfd_write(stop_.get(), 1);
  if (acceptor_.joinable()) acceptor_.join();
  for (std::thread& connection : connections_) connection.join();
}

bool TcpPeer::listen() {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<uint16_t>(options_.port));
  inet_pton(AF_INET, options_.address.c_str(), &name.sin_addr);
  listener_.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t size = sizeof name;
  auto* address = reinterpret_cast<sockaddr*>(&name);
  if (bind(listener_.get(), address, size) != 0 || ::listen(listener_.get(), 64) != 0 ||
      getsockname(listener_.get(), address, &size) != 0) {
    return false;
  }
  port_ = ntohs(name.sin_port);
  return true;
}

void TcpPeer::open_gate() { eventfd_write(gate_.get(), 1); }

bool TcpPeer::await_at_gate(int connections) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, options_.deadline, [&] { return at_gate_ >= connections; });
}

bool TcpPeer::await_completed(int connections) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, options_.deadline, [&] { return completed_ >= connections; });
}

std::string TcpPeer::received() const {
  std::lock_guard lock(mutex_);
  return received_;
}

std::vector<std::string> TcpPeer::failures() const {
  std::lock_guard lock(mutex_);
  return failures_;
}

void TcpPeer::fail(std::string why) {
  std::lock_guard lock(mutex_);
  failures_.push_back(std::move(why));
}

void TcpPeer::accept_loop() {
  while (true) {
    pollfd fds[] = {{listener_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) return;
    if (fds[1].revents != 0) return;
    base::Fd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket.valid()) continue;  // gone again before we came to it
    connections_.emplace_back(
        [this, socket = std::move(socket)]() mutable { serve(std::move(socket)); });
  }
}

void TcpPeer::serve(base::Fd socket) {
  Connection connection{std::move(socket), {}};
  for (const Step& step : steps_) {
    if (!run_step(connection, step)) return;
  }
  {
    std::lock_guard lock(mutex_);
    ++completed_;
  }
  changed_.notify_all();
  if (connection.socket.valid()) wait_for_end(connection);
}

bool TcpPeer::run_step(Connection& connection, const Step& step) {
  switch (step.kind) {
    case Step::Kind::kExpect: return expect_bytes(connection, step.bytes);
    case Step::Kind::kSend: return send_bytes(connection, step.bytes);
    case Step::Kind::kGate: return stand_at_gate(connection);
    case Step::Kind::kReset: {
      const linger at_once{1, 0};
      setsockopt(connection.socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      [[fallthrough]];
    }
    case Step::Kind::kClose: connection.socket.reset(); return true;
  }
  return false;
}

// False, and a failure noted, if the peer is ending or the deadline has passed.
bool TcpPeer::wait_ready(Connection& connection, int fd, short events, const char* what) {
  const auto until = std::chrono::steady_clock::now() + options_.deadline;
  while (true) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
    pollfd fds[] = {{fd, events, 0}, {stop_.get(), POLLIN, 0}};
    const int ready = poll(fds, 2, static_cast<int>(std::max<long>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready > 0 && fds[1].revents == 0) return true;
    fail(std::string(ready > 0 ? "peer ended" : "deadline passed") + " while waiting " + what +
         (connection.unread.empty() ? "" : "; unread: " + connection.unread));
    return false;
  }
}

bool TcpPeer::receive(Connection& connection) {
  char buffer[4096];
  if (!wait_ready(connection, connection.socket.get(), POLLIN, "for bytes")) return false;
  const ssize_t count = recv(connection.socket.get(), buffer, sizeof buffer, 0);
  if (count <= 0) {
    fail(count == 0 ? "closed by the other side" : std::strerror(errno));
    return false;
  }
  const auto size = static_cast<size_t>(count);
  connection.unread.append(buffer, size);
  std::lock_guard lock(mutex_);
  received_.append(buffer, size);
  return true;
}

bool TcpPeer::expect_bytes(Connection& connection, const std::string& bytes) {
  size_t at;
  while ((at = connection.unread.find(bytes)) == std::string::npos) {
    if (!receive(connection)) return false;
  }
  connection.unread.erase(0, at + bytes.size());
  return true;
}

bool TcpPeer::send_bytes(Connection& connection, std::string_view bytes) {
  const int fd = connection.socket.get();
  while (!bytes.empty()) {
    if (!wait_ready(connection, fd, POLLOUT, "to send")) return false;
    const ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
      fail(std::string("send: ") + std::strerror(errno));
      return false;
    }
    if (count > 0) bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

bool TcpPeer::stand_at_gate(Connection& connection) {
  {
    std::lock_guard lock(mutex_);
    ++at_gate_;
  }
  changed_.notify_all();
  bool open = false;
  eventfd_t one = 0;
  // Another connection may take the opening between poll and read: then wait on.
  while (wait_ready(connection, gate_.get(), POLLIN, "at the gate") &&
         !(open = eventfd_read(gate_.get(), &one) == 0)) {
  }
  std::lock_guard lock(mutex_);
  --at_gate_;
  return open;
}

// A FIN of ours would tell the script something its steps did not say.
bool TcpPeer::wait_for_end(Connection& connection) {
  char buffer[4096];
  pollfd fds[] = {{connection.socket.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  while (poll(fds, 2, -1) > 0 || errno == EINTR) {
    if (fds[1].revents != 0) return false;
    const ssize_t count = recv(connection.socket.get(), buffer, sizeof buffer, 0);
    if (count <= 0) return true;
    std::lock_guard lock(mutex_);
    received_.append(buffer, static_cast<size_t>(count));
  }
  return false;
}

}  // namespace peers
