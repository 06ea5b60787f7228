#include "cli/peer.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

void expect(const char* text, const char* host, int port) {
  auto peer = parse_peer(text);
  ASSERT_TRUE(peer) << text;
  EXPECT_EQ(peer->host.value_or(""), host) << text;
  EXPECT_EQ(peer->port.value_or(-1), port) << text;
}

TEST(Peer, HostsAndPorts) {
  expect("10.0.0.5", "10.0.0.5", -1);
  expect("10.0.0.5:80", "10.0.0.5", 80);
  expect("10.0.0.5:80/tcp", "10.0.0.5", 80);
  expect(":80", "", 80);
  expect("[::1]:80", "::1", 80);
  expect("[::1]", "::1", -1);
  expect("::1", "::1", -1);
  expect("10.0.0.0/8", "10.0.0.0/8", -1);
  expect("10.0.0.*", "10.0.0.*", -1);
}

TEST(Peer, WhatIsNone) {
  EXPECT_EQ(parse_peer("10.0.0.5:x").error().message, "'x' is no port");
  EXPECT_EQ(parse_peer("10.0.0.5:").error().message, "'' is no port");
  EXPECT_EQ(parse_peer("10.0.0.5:65536").error().message, "'65536' is no port");
  EXPECT_EQ(parse_peer("[::1").error().message, "'[::1': the bracket is not closed");
}

}  // namespace
}  // namespace cli
