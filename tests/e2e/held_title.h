// A web server whose page is held back until the test opens its gate.
#pragma once

#include <memory>

#include "peers/tcp_peer.h"
#include "support/sandbox.h"

namespace e2e {

inline std::unique_ptr<peers::TcpPeer> held_title() {
  peers::TcpPeer::Options options;
  options.address = support::address();
  options.deadline = std::chrono::seconds(60);
  return std::make_unique<peers::TcpPeer>(
      std::vector<peers::Step>{peers::expect("GET / "), peers::gate(),
                               peers::send("HTTP/1.0 200 OK\r\n\r\n<title>kept</title>"),
                               peers::close()},
      options);
}

}  // namespace e2e
