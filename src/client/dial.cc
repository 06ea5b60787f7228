#include "client/dial.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/text.h"

namespace client {
namespace {

constexpr int kConnectPatience = 10'000;  // ms
constexpr int kAnswerPatience = 20'000;
constexpr size_t kLongestAnswer = 200;
constexpr std::string_view kUnix = "unix:";

bool is_ready(int fd, short events, int patience) {
  pollfd wait{fd, events, 0};
  return ::poll(&wait, 1, patience) > 0;
}

// 0, or why not.
int connect_in_time(int fd, const sockaddr* address, socklen_t size) {
  if (::connect(fd, address, size) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!is_ready(fd, POLLOUT, kConnectPatience)) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

base::Result<base::Fd> connect_tcp(const Address& address) {
  std::string name = address.host + ":" + address.port;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int failed = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found);
  if (failed) return base::fail("cannot find " + address.host + ": " + ::gai_strerror(failed));
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  int error = 0;
  for (addrinfo* one = found; one; one = one->ai_next) {
    base::Fd fd(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    error = fd.valid() ? connect_in_time(fd.get(), one->ai_addr, one->ai_addrlen) : errno;
    if (error != 0) continue;
    int yes = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
  }
  return base::fail("cannot connect to " + name + ": " + std::strerror(error),
                    "is 'nsedbg serve' running there, and the port forwarded to it?");
}

base::Result<base::Fd> connect_unix(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path)
    return base::fail("the path of a socket has at most " +
                      std::to_string(sizeof name.sun_path - 1) + " bytes");
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) == 0) return fd;
  return base::fail("cannot connect to " + path + ": " + std::strerror(errno),
                    "the socket is agent.sock in the directory of a run, and is there while nmap "
                    "runs");
}

// Byte by byte: what follows the line is the agent's.
base::Result<std::string> read_line(int fd) {
  std::string line;
  while (line.size() < kLongestAnswer) {
    char byte;
    if (!is_ready(fd, POLLIN, kAnswerPatience)) return base::fail("it does not answer");
    ssize_t n = ::recv(fd, &byte, 1, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0) return base::fail(line.empty() ? "it has closed the connection" : line);
    line += byte;
    if (byte == '\n') return line;
  }
  return base::fail("it is no 'nsedbg serve'");
}

base::Status show(int fd, const std::string& token) {
  std::string hello = kGreeting + token + "\n";
  if (::send(fd, hello.data(), hello.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(hello.size()))
    return base::fail(std::strerror(errno));
  base::Result<std::string> answer = read_line(fd);
  if (!answer) return answer.take_error();
  if (*answer == kWelcome) return base::ok();
  return base::fail(base::escape(base::trim(*answer)));
}

}  // namespace

base::Result<Address> parse_address(const std::string& text) {
  Address address;
  if (base::starts_with(text, kUnix)) {
    address.path = text.substr(kUnix.size());
    if (!address.path.empty()) return address;
  }
  size_t colon = text.rfind(':');
  long long port = 0;
  if (colon != std::string::npos && colon > 0 && base::parse_int(text.substr(colon + 1), port) &&
      port > 0 && port < 65536) {
    address.port = std::to_string(port);
    address.host = text.substr(0, colon);
    if (address.host.front() == '[' && address.host.back() == ']')
      address.host = address.host.substr(1, address.host.size() - 2);
    return address;
  }
  return base::fail("'" + text + "' is no address", "HOST:PORT, or unix:PATH", 2);
}

base::Result<base::Fd> dial(const Address& address, const std::string& token) {
  if (address.is_unix()) return connect_unix(address.path);
  std::string name = address.host + ":" + address.port;
  if (token.empty())
    return base::fail("a token is needed for " + name,
                      "'nsedbg serve' has said there which file it is in: give a copy of it, or "
                      "$NSEDBG_TOKEN",
                      2);
  base::Result<base::Fd> socket = connect_tcp(address);
  if (!socket) return socket;
  base::Status shown = show(socket->get(), token);
  if (!shown) return base::fail(name + " does not let us in: " + shown.error().message);
  return socket;
}

}  // namespace client
