// What the sessions have in common: an HTTP target, a home of their own, the program's arguments.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "peers/http_peer.h"

namespace testing_cli {

class SessionTest : public ::testing::Test {
 protected:
  SessionTest();
  ~SessionTest() override;

  // "nsedbg OPTIONS nmap -n -Pn -p PORT --script +http-methods 127.0.0.1"
  std::vector<std::string> command(std::vector<std::string> options) const;
  // The same with another script.
  std::vector<std::string> command(std::vector<std::string> options,
                                   const std::string& script) const;
  Environment environment() const;
  Finished batch(std::vector<std::string> options) const;
  // With a fixture of tests/scripts.
  Finished batch_of(const std::string& fixture, std::vector<std::string> options) const;
  // A script file of the test's own.
  std::string script(const std::string& name, const std::string& text) const;

  int request_line() const;  // of the first http.generic_request in http-methods.nse
  std::string port() const { return std::to_string(http_.port()); }

  std::string home_;
  peers::HttpPeer http_;
};

bool contains(const std::string& text, const std::string& part);
// The parts appear in this order.
::testing::AssertionResult in_order(const std::string& text, const std::vector<std::string>& parts);

}  // namespace testing_cli
