#include "cli/peer.h"

#include <algorithm>

#include "base/text.h"

namespace cli {
namespace {

constexpr int kHighestPort = 65535;

base::Status take_port(std::string_view text, Peer& out) {
  long long port = 0;
  std::string_view number = text.substr(0, text.find('/'));
  if (!base::parse_int(number, port) || port < 0 || port > kHighestPort)
    return base::fail("'" + std::string(text) + "' is no port", "HOST:PORT, such as: 10.0.0.5:80");
  out.port = static_cast<int>(port);
  return base::ok();
}

}  // namespace

base::Result<Peer> parse_peer(std::string_view text) {
  std::string_view host = text, port;
  bool has_port = false;
  if (base::starts_with(text, "[")) {
    size_t end = text.find(']');
    if (end == std::string_view::npos)
      return base::fail("'" + std::string(text) + "': the bracket is not closed", "[::1]:80");
    host = text.substr(1, end - 1);
    std::string_view rest = text.substr(end + 1);
    has_port = base::starts_with(rest, ":");
    if (has_port) port = rest.substr(1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    size_t colon = text.find(':');
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  Peer out;
  if (!host.empty()) out.host = std::string(host);
  if (has_port)
    if (base::Status taken = take_port(port, out); !taken) return taken.take_error();
  return out;
}

}  // namespace cli
