#include "client/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "client/peer_user.h"

namespace client {
namespace {

using base::fail;
using base::Fd;
using base::Result;

constexpr std::string_view kUnix = "unix:";
constexpr const char* kHint = "give --listen 127.0.0.1:PORT or --listen unix:PATH";

bool is_loopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET)
    return (ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr) >> 24) == 127;
  return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
}

// Numbers only, and the one name that is no question to anybody.
bool parse_host(std::string host, uint16_t port, sockaddr_storage& out, socklen_t& size) {
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  auto& four = reinterpret_cast<sockaddr_in&>(out);
  auto& six = reinterpret_cast<sockaddr_in6&>(out);
  if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    size = sizeof four;
    return true;
  }
  if (::inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) != 1) return false;
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  size = sizeof six;
  return true;
}

uint16_t port_of(int socket) {
  sockaddr_in6 bound{};  // the port stands at the same place in both families
  socklen_t size = sizeof bound;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.sin6_port);
}

// A socket that a killed nsedbg left behind answers to nobody.
bool is_abandoned(const sockaddr_un& address) {
  struct stat info;
  if (::lstat(address.sun_path, &info) != 0 || !S_ISSOCK(info.st_mode)) return false;
  Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
         errno == ECONNREFUSED;
}

}  // namespace

Result<Listener> Listener::open(const std::string& address, const Rules& rules) {
  Listener listener;
  listener.rules_ = rules;
  size_t colon = address.rfind(':');
  bool is_unix = base::starts_with(address, kUnix);
  if (!is_unix && (colon == std::string::npos || colon == 0))
    return fail(rules.option + (": '" + address) + "' is no address", kHint);
  base::Status opened =
      is_unix ? listener.open_unix(address.substr(kUnix.size()))
              : listener.open_tcp(address.substr(0, colon), address.substr(colon + 1));
  if (!opened) return opened.take_error();
  return listener;
}

base::Error Listener::failed(const std::string& what) const {
  std::string text = std::string(rules_.option) + ": " + what + ": " + std::strerror(errno);
  return fail(text, rules_.guard == Guard::kSecret ? "" : kHint);
}

base::Status Listener::open_unix(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path)
    return fail(std::string(rules_.option) + ": the path of a socket has 1 to " +
                    std::to_string(sizeof name.sun_path - 1) + " bytes",
                kHint);
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  socket_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (is_abandoned(name)) ::unlink(path.c_str());
  mode_t before = ::umask(0177);  // 0600 from its first moment
  int bound = ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&name), sizeof name);
  int error = errno;
  ::umask(before);
  errno = error;
  if (bound != 0) return failed("cannot make the socket " + path);
  unlink_ = path;
  address_ = std::string(kUnix) + path;
  if (::listen(socket_.get(), SOMAXCONN) != 0) return failed(path);
  return base::ok();
}

base::Status Listener::open_tcp(const std::string& host, const std::string& port) {
  std::string option = rules_.option;
  long long number = -1;
  if (!base::parse_int(port, number) || number < 0 || number > 65535)
    return fail(option + ": '" + port + "' is no port", kHint);
  sockaddr_storage name{};
  socklen_t size = 0;
  if (!parse_host(host, static_cast<uint16_t>(number), name, size))
    return fail(option + ": '" + host + "' is no IP address", kHint);
  only_loopback_ = is_loopback(name);
  if (!only_loopback_ && rules_.guard != Guard::kSecret)
    return fail(option + ": " + host +
                    " can be reached from other machines, and whoever connects "
                    "may run programs as you",
                std::string("come by 'ssh -L'; ") + kHint);
  socket_ = Fd(::socket(name.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  int yes = 1;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&name), size) != 0 ||
      ::listen(socket_.get(), SOMAXCONN) != 0)
    return failed("cannot listen on " + host + ":" + port);
  address_ = host + ":" + std::to_string(port_of(socket_.get()));
  return base::ok();
}

Fd Listener::accept() {
  Fd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!client.valid() || !unlink_.empty()) return client;
  if (rules_.guard == Guard::kLoopbackAndUser) {
    std::optional<uid_t> user = peer_user(client.get());
    if (!user || (*user != 0 && *user != ::geteuid())) {
      std::fprintf(stderr, "nsedbg dap: a connection of another user was refused\n");
      return Fd();
    }
  }
  int yes = 1;
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return client;
}

Listener::~Listener() {
  if (socket_.valid() && !unlink_.empty()) ::unlink(unlink_.c_str());
}

}  // namespace client
