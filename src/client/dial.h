// A connection to an agent that is not ours to find in a run directory: on another machine, by a
// port of `nsedbg serve`; or by a Unix socket that ssh has forwarded.
//
// On a port the client speaks first, one line: "nsedbg TOKEN\n". The other side answers "ok\n",
// and from then on it is the agent's; or one line that says why not, and closes.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace client {

inline constexpr const char* kGreeting = "nsedbg ";
inline constexpr const char* kWelcome = "ok\n";

struct Address {
  std::string path;  // of a Unix socket, or
  std::string host;
  std::string port;

  bool is_unix() const { return !path.empty(); }
};

// "HOST:PORT", "[IPV6]:PORT" or "unix:PATH".
base::Result<Address> parse_address(const std::string& text);

// Waits, at most half a minute: the other side takes its time over a wrong token. The socket is
// non-blocking then. A Unix socket needs no token: the kernel tells who comes.
base::Result<base::Fd> dial(const Address& address, const std::string& token);

}  // namespace client
