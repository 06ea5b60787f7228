// catch of the network, inject, hexdump and info sockets at the prompt.
#include <gtest/gtest.h>

#include "cli/session_fixture.h"

namespace testing_cli {
namespace {

class NetworkCommands : public SessionTest {};

TEST_F(NetworkCommands, ASendIsShownChangedAndSent) {
  std::string peer = "127.0.0.1:" + port() + "/tcp";
  Finished run = batch({"-ex", "catch send http-methods :" + port() + " if bytes:find('^OPTIONS')",
                        "-ex", "run", "-ex", "hexdump bytes", "-ex", "x/3 bytes", "-ex",
                        "info sockets", "-ex", "set bytes = bytes:gsub('OPTIONS', 'GET', 1)", "-ex",
                        "info break", "-ex", "delete", "-ex", "continue"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(
      run.out, {"Breakpoint 1 catches send http-methods :" + port(), "Breakpoint 1: send ",
                " bytes to " + peer + ", http-methods ", "00000000  4f 50 54 49 4f 4e 53 20  2f ",
                "|OPTIONS / HTTP/1", "00000000  4f 50 54 ", "|OPT|", "more bytes", "peer", peer,
                "0.", "catch send http-methods :" + port(), "hit 1 time", "Nmap done"}));
  ASSERT_FALSE(http_.requests().empty());
  EXPECT_EQ(http_.requests()[0], "GET /");
}

TEST_F(NetworkCommands, AFailureIsInjectedOnce) {
  Finished run = batch({"-ex", "tcatch connect 127.0.0.*", "-ex", "run", "-ex", "inject timeout",
                        "-ex", "info break", "-ex", "continue"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(
      in_order(run.out, {"Temporary breakpoint 1: connect to 127.0.0.1:" + port() + "/tcp",
                         "connect returns nil, \"TIMEOUT\"", "No breakpoints", "Nmap done"}));
}

TEST_F(NetworkCommands, WhatIsWrongIsSaid) {
  Finished run = batch({"-ex", "catch send a b", "-ex", "catch send 127.0.0.1:x", "-ex",
                        "tcatch sent", "-ex", "info sockets", "-ex", "inject", "-ex", "x"});
  EXPECT_EQ(run.status, 1);
  EXPECT_TRUE(in_order(run.err, {"cannot read 'b'", "'x' is no port", "did you mean 'send'?",
                                 "inject what?", "hexdump what?"}))
      << run.err;
}

}  // namespace
}  // namespace testing_cli
