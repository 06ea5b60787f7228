#include "mobdebug/ide.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/text.h"
#include "client/peer_user.h"

namespace mobdebug {
namespace {

constexpr int kConnectPatience = 5000;  // milliseconds
constexpr int kClosePatience = 2000;
constexpr size_t kLongest = 64 * 1024 * 1024;  // of what has come and is no command yet

constexpr const char* kHint =
    "in ZeroBrane Studio choose Project | Start Debugger Server, then try again\n"
    "  (another machine or port: nsedbg mobdebug --host HOST --port PORT -- nmap …)";

bool wait_for(int fd, short what, int milliseconds) {
  pollfd wait{fd, what, 0};
  int ready;
  do {
    ready = ::poll(&wait, 1, milliseconds);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// 0, or errno.
int connect_to(int socket, const addrinfo& address) {
  if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_for(socket, POLLOUT, kConnectPatience)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

bool is_loopback(int socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  if (peer.ss_family == AF_INET)
    return ntohl(reinterpret_cast<sockaddr_in&>(peer).sin_addr.s_addr) >> 24 == 127;
  const in6_addr& six = reinterpret_cast<sockaddr_in6&>(peer).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace

std::string_view Command::verb() const {
  size_t end = line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  return std::string_view(line).substr(0, end);
}

std::string_view Command::rest() const {
  return base::trim(std::string_view(line).substr(verb().size()));
}

base::Result<base::Fd> Ide::connect(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failed)
    return base::fail("the machine '" + host + "' is not known: " + ::gai_strerror(failed),
                      "give its name or address: --host HOST");
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
  int error = ECONNREFUSED;
  for (const addrinfo* one = found; one; one = one->ai_next) {
    base::Fd socket(::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket.valid()) continue;
    error = connect_to(socket.get(), *one);
    if (error) continue;
    int yes = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return socket;
  }
  return base::fail(
      "no IDE listens at " + host + ":" + std::to_string(port) + " (" + std::strerror(error) + ")",
      kHint);
}

Ide::Ide(client::Loop& loop, base::Fd socket, std::function<void()> readable)
    : loop_(loop), socket_(std::move(socket)), readable_(std::move(readable)) {
  out_ = base::Fd(::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 3));
  watch_ = loop_.watch(socket_.get(), [this] { read_some(); });
}

std::optional<bool> Ide::is_trusted() const {
  if (!socket_.valid() || !is_loopback(socket_.get())) return std::nullopt;
  std::optional<uid_t> user = client::peer_user(socket_.get());
  if (!user) return false;
  if (*user == 0 || *user == ::geteuid() || *user == ::getuid()) return true;
  const char* sudo = ::geteuid() == 0 ? std::getenv("SUDO_UID") : nullptr;
  return sudo && std::to_string(*user) == sudo;
}

void Ide::read_some() {
  char bytes[65536];
  ssize_t n = ::read(socket_.get(), bytes, sizeof bytes);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n > 0) in_.append(bytes, static_cast<size_t>(n));
  heard_ |= n > 0;
  if (n <= 0 || in_.size() > kLongest) {
    at_end_ = true;
    watch_.reset();
  }
  readable_();
}

std::optional<Command> Ide::take() {
  size_t end = in_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  Command command;
  command.line = in_.substr(0, end);
  while (!command.line.empty() && command.line.back() == '\r') command.line.pop_back();
  size_t used = end + 1;
  if (command.verb() == "LOAD") {
    std::string_view rest = command.rest();
    long long size = 0;
    (void)base::parse_int(rest.substr(0, rest.find_first_of(" \t")), size);
    if (size < 0 || static_cast<size_t>(size) > kLongest) size = 0;
    if (in_.size() - used < static_cast<size_t>(size)) return std::nullopt;
    command.body = in_.substr(used, static_cast<size_t>(size));
    used += static_cast<size_t>(size);
  }
  in_.erase(0, used);
  return command;
}

const Command* Ide::peek() {
  if (!next_) next_ = take();
  return next_ ? &*next_ : nullptr;
}

// True when nothing is left, or nothing more can be sent.
bool Ide::write_some() {
  while (!unsent_.empty()) {
    ssize_t n = ::send(out_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (n > 0) {
      unsent_.erase(0, static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      return false;
    } else if (errno != EINTR) {
      unsent_.clear();
    }
  }
  return true;
}

void Ide::send(std::string_view text) {
  if (!out_.valid()) return;
  unsent_ += text;
  if (writable_ || write_some()) return;
  writable_ = loop_.watch_writable(out_.get(), [this] {
    if (write_some()) writable_.reset();
  });
}

void Ide::close() {
  if (!out_.valid()) return;
  writable_.reset();
  watch_.reset();
  while (!write_some() && wait_for(out_.get(), POLLOUT, kClosePatience)) {
  }
  socket_ = base::Fd();
  out_ = base::Fd();
  at_end_ = true;
}

}  // namespace mobdebug
