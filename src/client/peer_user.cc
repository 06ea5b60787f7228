#include "client/peer_user.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace client {
namespace {

using Name = int (*)(int, sockaddr*, socklen_t*);

// An address as the kernel writes it: its words in hexadecimal as they lie in memory, then the
// port. An IPv4 address may stand as such or mapped into IPv6, as the peer's socket is.
struct Written {
  std::string four, six;
};

std::string hex(uint32_t word) {
  char text[9];
  std::snprintf(text, sizeof text, "%08X", word);
  return text;
}

Written written(int socket, Name name) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (name(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  char port[6];
  if (address.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    std::snprintf(port, sizeof port, ":%04X", ntohs(four.sin_port));
    std::string word = hex(four.sin_addr.s_addr);
    return {word + port, hex(0) + hex(0) + hex(htonl(0xffff)) + word + port};
  }
  const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
  std::snprintf(port, sizeof port, ":%04X", ntohs(six.sin6_port));
  std::string words;
  for (uint32_t word : six.sin6_addr.s6_addr32) words += hex(word);
  return {"", words + port};
}

// The peer's own socket has our address as its remote one.
std::optional<uid_t> look_up(const char* table, const std::string& local,
                             const std::string& remote) {
  std::ifstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string number, here, there, state, queues, timer, retransmits;
    uid_t user = 0;
    if (fields >> number >> here >> there >> state >> queues >> timer >> retransmits >> user &&
        here == local && there == remote)
      return user;
  }
  return std::nullopt;
}

}  // namespace

std::optional<uid_t> peer_user(int socket) {
  Written peer = written(socket, ::getpeername), ours = written(socket, ::getsockname);
  if (!peer.four.empty())
    if (auto user = look_up("/proc/net/tcp", peer.four, ours.four)) return user;
  return look_up("/proc/net/tcp6", peer.six, ours.six);
}

}  // namespace client
