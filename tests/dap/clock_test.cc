// The clock stops when you stop. The one place where tests wait for time to pass: it is what they
// are about.
#include <algorithm>
#include <thread>

#include "dap/nse_requests.h"
#include "dap/scans.h"
#include "peers/tls_peer.h"

namespace conversation {
namespace {

// Longer than every time-out of the scan below, and than all of nmap's own that matter here.
constexpr std::chrono::milliseconds kLong{7000};

void let_pass(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

void set_freeze(Session& s, bool on) {
  dap::NseSet::Arguments wanted;
  wanted.freezeClock = on;
  EXPECT_EQ(s.client().request<dap::NseSet>(wanted).freezeClock, on);
}

// Three scripts that wait at most four seconds for an answer: the first is the one that gets
// stopped, the second waits for plain TCP, the third for TLS.
class StoppedClock : public Conversation {
 protected:
  std::vector<std::string> scan() const {
    std::vector<std::string> arguments =
        port_scan(fixture("patient"), {address(1), address(2), address(3)});
    arguments.insert(arguments.begin(), {"--script-timeout", "5s", "--host-timeout", "6s",
                                         "--script-args", "patient.tls=" + address(3)});
    return arguments;
  }

  // One script stands at a breakpoint in front of its second answer, the others wait for their
  // first.
  Stop stop_while_others_wait(Session& s) {
    dap::SourceBreakpoint breakpoint;
    breakpoint.line = fixture_line("patient", "local second");
    breakpoint.condition = "host.ip == '" + address(1) + "'";
    s.set_breakpoint("patient.nse", breakpoint);
    s.run();
    EXPECT_TRUE(one.await_at_gate());
    EXPECT_TRUE(two.await_at_gate());
    EXPECT_TRUE(three.await("one\n"));
    one.open_gate();
    return s.wait_stopped();
  }

  // What the servers say comes after the scan goes on.
  void answer_all() {
    one.open_gate();
    two.open_gate();
    two.open_gate();
    three.send("tls answer 1\n");
    EXPECT_TRUE(three.await("two\n"));
    three.send("tls answer 2\n");
  }

  static std::vector<peers::Step> steps(const std::string& name) {
    return {peers::expect("one\n"), peers::gate(), peers::send(name + " 1\n"),
            peers::expect("two\n"), peers::gate(), peers::send(name + " 2\n")};
  }
  peers::TcpPeer one{steps("first"), at(address(1))};
  peers::TcpPeer two{steps("second"), at(address(2))};
  peers::TlsPeer three{address(3), kPort};
};
ON_BOTH_NMAPS(StoppedClock);

TEST_P(StoppedClock, no_socket_script_or_host_times_out) {
  ASSERT_TRUE(three.ok()) << three.seen();
  Session s(nmap(), scan());
  Stop stop = stop_while_others_wait(s);
  let_pass(kLong);
  s.resume(stop);
  answer_all();
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "patient: first 1, first 2");
  EXPECT_HAS(end.out, "patient: second 1, second 2");
  EXPECT_HAS(end.out, "patient: tls answer 1, tls answer 2");
  EXPECT_EQ(end.out.find("due to host timeout"), std::string::npos) << end.out;
}

// That the same scan fails without it shows that the test above shows something.
TEST_P(StoppedClock, freeze_off_lets_everything_time_out) {
  ASSERT_TRUE(three.ok()) << three.seen();
  Session::Options options;
  options.freeze_clock = false;
  Session s(nmap(), scan(), options);
  Stop stop = stop_while_others_wait(s);
  let_pass(kLong);
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.out.find("patient:"), std::string::npos) << end.out;
  EXPECT_HAS(end.out, "Skipping host " + address(2) + " due to host timeout");
}

using Clock = Conversation;
ON_BOTH_NMAPS(Clock);

TEST_P(Clock, stands_while_stopped_for_expressions_too) {
  Session s(nmap(), scan_with("counter"));
  s.set_functions({"counter:action"});
  s.run();
  Stop stop = s.wait_stopped();
  const std::string before = s.print(stop, "require('nmap').clock_ms()");
  const std::string second = s.print(stop, "os.time()");
  let_pass(std::chrono::milliseconds(1100));
  EXPECT_EQ(s.print(stop, "require('nmap').clock_ms()"), before);
  EXPECT_EQ(s.print(stop, "os.time()"), second);
  set_freeze(s, false);
  EXPECT_NE(s.print(stop, "require('nmap').clock_ms()"), before);
  EXPECT_NE(s.print(stop, "os.time()"), second);
  set_freeze(s, true);
  EXPECT_EQ(s.print(stop, "require('nmap').clock_ms()"), before);
  s.set_functions({});
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(Clock, goes_on_where_it_stood) {
  Session s(nmap(), scan_with("counter"));
  s.set_functions({"counter:action"});
  s.run();
  Stop stop = s.wait_stopped();
  const double before = std::stod(s.print(stop, "require('nmap').clock()"));
  let_pass(std::chrono::milliseconds(2500));
  stop = s.next(stop);
  const double after = std::stod(s.print(stop, "require('nmap').clock()"));
  EXPECT_GE(after, before);
  EXPECT_LT(after, before + 2);
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

// After a stop in the first host's script nmap scans the ports of the second: its clock and the
// times that the kernel gives the packets must be the same.
TEST_P(Clock, packets_are_timed_by_it) {
  std::vector<std::string> arguments = {
      "--privileged",    "-n",      "-Pn", "-sS", "-p",       "1-20",
      "--max-hostgroup", "1",       "-oX", "-",   "--script", fixture("workers"),
      address(1),        address(2)};
  Session s(nmap(), arguments);
  dap::SourceBreakpoint breakpoint;
  breakpoint.line = fixture_line("workers", "local results = {}");
  breakpoint.mode = "once";
  s.set_breakpoint("workers.nse", breakpoint);
  s.run();
  Stop stop = s.wait_stopped();
  let_pass(std::chrono::milliseconds(1500));
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  size_t second = end.out.find(address(2), end.out.find("<host "));
  const std::string attribute = "<times srtt=\"";
  size_t times = end.out.find(attribute, second);
  ASSERT_NE(times, std::string::npos) << end.out;
  const long round_trip = std::stol(end.out.substr(times + attribute.size()));
  EXPECT_LT(round_trip, 1'000'000) << end.out;  // microseconds
}

TEST_P(Clock, settings_are_told_and_checked) {
  Session s(nmap(), scan_with("counter"));
  dap::NseSet::Response now = s.client().request<dap::NseSet>({});
  EXPECT_EQ(now.freezeClock, true);
  EXPECT_EQ(now.justMyScript, false);
  EXPECT_EQ(now.nonStop, false);
  s.run();
  EXPECT_EQ(s.finish().status, 0);
}

class HangUp : public Conversation {
 protected:
  // What the agent says when the scan goes on after the peer did `last` while it stood.
  std::string said_after(peers::Step last) {
    peers::TcpPeer peer({peers::expect("\n"), peers::gate(), std::move(last)}, at(address()));
    Session s(nmap(), port_scan(fixture("echo")));
    s.run();
    EXPECT_TRUE(peer.await_at_gate());
    Stop stop = s.pause();
    peer.open_gate();
    EXPECT_TRUE(peer.await_completed(1));
    s.resume(stop);
    auto event = s.client().event_or_end<dap::OutputEvent>();
    return event ? event->category.value_or("") + ": " + event->output : "";
  }
};
ON_BOTH_NMAPS(HangUp);

TEST_P(HangUp, during_a_stop_is_told_when_the_scan_goes_on) {
  const std::string expected =
      "important: while the scan stood still, the remote end hung up: " + address() +
      ":8000 (echo)\n";
  EXPECT_EQ(said_after(peers::close()), expected);
  EXPECT_EQ(said_after(peers::reset()), expected);
}

TEST_P(HangUp, is_not_told_of_one_that_stays) {
  peers::TcpPeer peer({peers::expect("\n"), peers::gate(), peers::send("answer\n")}, at(address()));
  Session s(nmap(), port_scan(fixture("echo")));
  s.run();
  ASSERT_TRUE(peer.await_at_gate());
  Stop stop = s.pause();
  s.resume(stop);
  peer.open_gate();
  peer.open_gate();
  EXPECT_EQ(s.finish().status, 0);
  EXPECT_FALSE(s.client().seen<dap::OutputEvent>());
}

}  // namespace
}  // namespace conversation
