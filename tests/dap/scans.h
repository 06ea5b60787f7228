// The scans that conversations are about.
#pragma once

#include "dap/conversation.h"
#include "peers/http_peer.h"
#include "peers/tcp_peer.h"

namespace conversation {

using support::address;
using support::fixture;
using support::line_of;

inline constexpr int kPort = 8000;

// A fixture of tests/scripts that needs no port.
inline std::vector<std::string> scan_with(const std::string& script) {
  return {"-n", "-sn", "-Pn", "--script", fixture(script), address()};
}

// One that talks to port 8000 of the test's address, and of others.
inline std::vector<std::string> port_scan(const std::string& script,
                                          std::vector<std::string> hosts = {address()}) {
  std::vector<std::string> arguments = {"-n",       "-Pn", "-p", std::to_string(kPort),
                                        "--script", script};
  arguments.insert(arguments.end(), hosts.begin(), hosts.end());
  return arguments;
}

inline peers::TcpPeer::Options at(const std::string& address) { return {address, kPort}; }

inline int fixture_line(const std::string& script, const std::string& text) {
  return line_of(fixture(script), text);
}

// For tests that need nothing but the two nmaps.
class Conversation : public support::OnBothNmaps {};

// For tests against a web server of ours on port 8000.
class HttpConversation : public support::OnBothNmaps {
 protected:
  void SetUp() override {
    OnBothNmaps::SetUp();
    ASSERT_EQ(peer.port(), kPort) << "cannot listen on " << address();
  }
  int request_line() const { return line_of(nmap().script("http-methods"), "\"OPTIONS\", path)"); }

  peers::HttpPeer peer{address(), kPort};
};

inline Stop run_to_stop(Session& s) {
  s.run();
  return s.wait_stopped();
}

inline Session::Options non_stop() {
  Session::Options options;
  options.non_stop = true;
  return options;
}

// A `continue` of that thread: whether it lets everything go on.
inline bool continues_all(Session& s, int thread) {
  return s.client().request<dap::Continue>({thread, {}}).allThreadsContinued.value_or(true);
}

#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

}  // namespace conversation
