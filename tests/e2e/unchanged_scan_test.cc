// Under nsedbg a scan's reports and exit status are those of plain nmap.
#include <sstream>

#include "e2e/run.h"
#include "peers/http_peer.h"
#include "peers/tcp_peer.h"

namespace e2e {
namespace {

class UnchangedScan : public EndToEnd {
 protected:
  // The same scan twice, each in a directory of its own; all three reports must be equal.
  void compare(const Words& arguments) {
    std::string alone = sandbox_.make_directory("alone");
    std::string under = sandbox_.make_directory("under");
    Words all = {"-oA", "report"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    Finished first = run(plain(all), alone);
    Finished second = run(debugged({"-ex", "run"}, all), under);
    EXPECT_EQ(first.status, second.status) << second.output;
    for (const char* name : {"/report.nmap", "/report.xml", "/report.gnmap"}) {
      std::string expected = support::read_file(alone + name);
      EXPECT_NE(expected, "") << name << "\n" << first.output;
      EXPECT_EQ(normalised(expected), normalised(support::read_file(under + name))) << name;
    }
    EXPECT_EQ(sandbox_.run_leftovers(), Words{});
  }
  std::string port() const { return std::to_string(http_.port()); }

  peers::HttpPeer http_{support::address()};
};
ON_BOTH_NMAPS(UnchangedScan);

TEST_P(UnchangedScan, of_http_methods) {
  compare({"-p", port(), "--script", "+http-methods", support::address()});
}

TEST_P(UnchangedScan, of_http_title) {
  compare({"-p", port(), "--script", "+http-title", support::address()});
}

TEST_P(UnchangedScan, of_a_script_that_throws) {
  compare({"-p", port(), "--script", support::fixture("throw"), support::address()});
}

TEST_P(UnchangedScan, of_workers) {
  compare({"-p", port(), "--script", support::fixture("workers"), support::address()});
}

TEST_P(UnchangedScan, of_coroutines) {
  compare({"-p", port(), "--script", support::fixture("coroutines"), support::address()});
}

// The texts of errors name nmap's functions and the lines that called them.
TEST_P(UnchangedScan, of_a_script_that_misuses_sockets) {
  compare({"-sn", "--script", support::fixture("misuse"), support::address()});
}

// One script: the order of several on one port differs between two plain runs as well.
TEST_P(UnchangedScan, of_several_hosts_one_of_them_silent) {
  compare({"-p", port() + ",1", "--script", "+http-headers", "--script-args", "http.useragent=a b",
           support::address(1), support::address(2)});
}

// A service that speaks first: nmap would wait six seconds for one that does not.
TEST_P(UnchangedScan, of_version_detection) {
  peers::TcpPeer::Options options;
  options.address = support::address();
  peers::TcpPeer ssh({peers::send("SSH-2.0-OpenSSH_9.2\r\n")}, options);
  compare({"-p", std::to_string(ssh.port()), "-sV", support::address()});
}

TEST_P(UnchangedScan, on_standard_output) {
  for (const char* format : {"-oX", "-oG"}) {
    Words arguments = {format, "-", "-p", port(), "--script", "+http-methods", support::address()};
    Finished alone = run(plain(arguments));
    Finished under = run(debugged({"-ex", "run"}, arguments));
    EXPECT_TRUE(contains(alone.output, "Nmap"));
    EXPECT_EQ(normalised(alone.output) + "[nmap ended]\n", normalised(under.output));
  }
}

// Over 2,400 tests of nselib, which get into every corner of Lua.
TEST_P(UnchangedScan, of_the_unit_tests_of_nselib) {
  auto summary = [](const Finished& run) {
    size_t at = run.output.find("unittest: ");
    if (at == std::string::npos) return "none in " + run.output;
    return run.output.substr(at, run.output.find('\n', at) - at);
  };
  Words arguments = {"-sn",           "-d1",          "--script",        "unittest",
                     "--script-args", "unittest.run", support::address()};
  std::string alone = summary(run(plain(arguments)));
  EXPECT_TRUE(contains(alone, "All tests passed")) << alone;
  EXPECT_EQ(alone, summary(run(debugged({"-ex", "run"}, arguments))));
}

// Its tests run with variables of nsedbg's set; no nmap under nsedbg sees any.
std::string without_ours(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (!contains(line, " NSEDBG_")) out += line + "\n";
  return out;
}

// What scripts and the programs they start can see of nsedbg in the environment: nothing.
TEST_P(UnchangedScan, of_a_script_that_looks_at_the_environment) {
  sandbox_.write("environment.nse", R"(
description = "Shows its environment."
categories = {"safe"}
prerule = function() return true end
action = function()
  local variables = {}
  for variable in io.popen("env"):lines() do
    if not variable:find("^[%u_]*PWD=") and not variable:find("^_=") then
      variables[#variables + 1] = variable
    end
  end
  table.sort(variables)
  return table.concat(variables, "\n")
end
)");
  Words arguments = {"-sn", "--script", sandbox_.path("environment.nse"), support::address()};
  for (const Words& set : {Words{}, Words{"NMAPDIR=" + sandbox_.path("home")}}) {
    Finished alone = run(plain(arguments), "", set);
    EXPECT_TRUE(contains(alone.output, "HOME=" + sandbox_.path("home"))) << alone.output;
    EXPECT_EQ(without_ours(normalised(alone.output)) + "[nmap ended]\n",
              normalised(run(debugged({"-ex", "run"}, arguments), "", set).output));
  }
}

TEST_P(UnchangedScan, of_an_nmap_that_fails) {
  Words wrong = {"--no-such-option", support::address()};
  Finished alone = run(plain(wrong));
  Finished under = run(debugged({"-ex", "run"}, wrong));
  EXPECT_NE(alone.status, 0);
  EXPECT_EQ(alone.status, under.status) << under.output;
}

// The comparison itself must be able to fail.
TEST(Normalised, only_times_do_not_count) {
  EXPECT_EQ(normalised("Host is up (0.000053s latency). at 2026-11-23 17:45 UTC"),
            normalised("Host is up (0.1s latency). at 2027-01-01 00:00 CET"));
  EXPECT_EQ(normalised("<times srtt=\"5\" rttvar=\"6\" to=\"7\"/>"),
            normalised("<times srtt=\"8\" rttvar=\"9\" to=\"10\"/>"));
  for (const char* part : {"8000/tcp open http-alt", "Nmap 7.93", "portid=\"80\"", "1 host up",
                           "exit=\"success\"", "args=\"nmap -n\""})
    EXPECT_EQ(normalised(part), part);
}

}  // namespace
}  // namespace e2e
