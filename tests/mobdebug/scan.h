// The scans that the IDE's sessions are about.
#pragma once

#include "mobdebug/zerobrane.h"
#include "peers/tcp_peer.h"

namespace testing_mobdebug {

using support::address;
using support::fixture;

#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

inline constexpr int kPort = 8000;

class Bridge : public support::OnBothNmaps {
 protected:
  static std::string scripts() {  // BASEDIR
    std::string one = fixture("counter");
    return one.substr(0, one.rfind('/') + 1);
  }
  static int line(const std::string& script, const std::string& text) {
    return support::line_of(fixture(script), text);
  }
  static std::string at(const std::string& script, const std::string& text) {
    return script + ".nse " + std::to_string(line(script, text));
  }
  static std::vector<std::string> scan_with(const std::string& script) {
    return {"-n", "-sn", "-Pn", "--script", script, address()};
  }
  static std::vector<std::string> port_scan(const std::string& script) {
    return {"-n", "-Pn", "-p", std::to_string(kPort), "--script", script, address()};
  }
  // A session of a fixture without network that stands in its action.
  std::string begin(Ide& ide, const std::string& script, const std::string& text) {
    (void)ide.begin(scripts(), {at(script, text)}, script + ".nse");
    std::string stop = ide.go("RUN");
    EXPECT_EQ(stop, "202 Paused " + at(script, text));
    return stop;
  }
};

}  // namespace testing_mobdebug
