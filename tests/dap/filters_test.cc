// Breakpoints for some NSE threads only, and how often each host has hit one.
#include <algorithm>

#include "dap/scans.h"

namespace conversation {
namespace {

class Filters : public Conversation {
 protected:
  // Three hosts, an action and two workers each, no port.
  std::vector<std::string> three_hosts() const {
    return {"-n", "-sn", "-Pn", "--script", fixture("workers"), address(1), address(2), address(3)};
  }
  static dap::Breakpoint set(Session& s, dap::FunctionBreakpoint breakpoint) {
    return s.client()
        .request<dap::SetFunctionBreakpoints>({{std::move(breakpoint)}})
        .breakpoints.at(0);
  }
  static std::vector<std::string> hosts_of_all_stops(Session& s) {
    std::vector<std::string> hosts;
    while (auto event = s.client().event_or_end<dap::StoppedEvent>()) {
      hosts.push_back(s.thread(*event->threadId).nseHost.value_or("none"));
      s.client().request<dap::Continue>({*event->threadId, {}});
    }
    std::sort(hosts.begin(), hosts.end());
    return hosts;
  }
};
ON_BOTH_NMAPS(Filters);

TEST_P(Filters, an_action_against_one_host) {
  Session s(nmap(), three_hosts());
  dap::FunctionBreakpoint breakpoint;
  breakpoint.name = "workers:action";
  breakpoint.nseHost = address(2);
  set(s, breakpoint);
  s.run();
  EXPECT_EQ(hosts_of_all_stops(s), std::vector<std::string>{address(2)});
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(Filters, a_line_of_the_workers_of_one_host) {
  Session s(nmap(), three_hosts());
  dap::SourceBreakpoint breakpoint;
  breakpoint.line = fixture_line("workers", "local answer");
  breakpoint.nseHost = address(1) + "," + address(3);
  breakpoint.condition = "number == 2";
  s.set_breakpoint("workers.nse", breakpoint);
  s.run();
  EXPECT_EQ(hosts_of_all_stops(s), (std::vector<std::string>{address(1), address(3)}));
}

// What is against no port has none.
TEST_P(Filters, that_nothing_fits_stop_nothing) {
  Session s(nmap(), three_hosts());
  dap::FunctionBreakpoint breakpoint;
  breakpoint.name = "workers:action";
  breakpoint.nsePort = "0-65535";
  dap::Breakpoint set_one = set(s, breakpoint);
  s.run();
  EXPECT_EQ(s.finish().status, 0);
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
  (void)set_one;
}

TEST_P(Filters, are_tested_before_the_condition) {
  Session s(nmap(), three_hosts());
  dap::FunctionBreakpoint breakpoint;
  breakpoint.name = "workers:action";
  breakpoint.nseHost = "192.0.2.0/24";
  breakpoint.condition = "error('never asked')";
  set(s, breakpoint);
  s.run();
  EXPECT_EQ(s.finish().status, 0);
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Filters, hits_are_counted_by_host) {
  Session s(nmap(), three_hosts());
  dap::FunctionBreakpoint breakpoint;
  breakpoint.name = "workers:work";
  breakpoint.nseMode = "host";
  set(s, breakpoint);
  s.run();
  std::vector<std::string> hosts;
  Stop stop;
  for (int i = 0; i < 3; ++i) {
    stop = i ? s.go_on(stop) : s.wait_stopped();
    hosts.push_back(s.thread(stop.thread).nseHost.value_or("none"));
  }
  std::sort(hosts.begin(), hosts.end());
  EXPECT_EQ(hosts, (std::vector<std::string>{address(1), address(2), address(3)}));
  auto counted = set(s, breakpoint).nseHostHits;
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted->size(), 3u);
  int all = 0;
  for (const dap::HostHits& one : *counted) all += one.hits;
  EXPECT_EQ(all, *set(s, breakpoint).nseHits);
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(Filters, that_cannot_be_say_why) {
  Session s(nmap(), three_hosts());
  dap::FunctionBreakpoint breakpoint;
  breakpoint.name = "workers:action";
  breakpoint.nsePort = "http";
  dap::Breakpoint bad = set(s, breakpoint);
  EXPECT_FALSE(bad.verified);
  EXPECT_EQ(bad.reason, "failed");
  EXPECT_HAS(*bad.message, "'http' is no port");
  dap::SourceBreakpoint line;
  line.line = 10;
  line.nseHost = "127.0.0.0/33";
  EXPECT_HAS(*s.set_breakpoint("workers.nse", line).message, "'127.0.0.0/33' is no network");
}

// Two ports of one host, two scripts, one library function.
TEST_P(Filters, ports_and_scripts) {
  peers::HttpPeer first(address(), kPort), second(address(), kPort + 1);
  ASSERT_EQ(second.port(), kPort + 1);
  auto scan = [&](dap::FunctionBreakpoint breakpoint) {
    Session s(nmap(),
              {"-n", "-Pn", "-p", "8000,8001", "--script", "+http-title,+http-methods", address()});
    breakpoint.name = "http.generic_request";
    set(s, breakpoint);
    s.run();
    Stop stop = s.wait_stopped();
    return s.thread(stop.thread);
  };
  dap::FunctionBreakpoint port;
  port.nsePort = "8001/tcp";
  EXPECT_EQ(scan(port).nsePort, 8001);
  dap::FunctionBreakpoint script;
  script.nseScript = "*-title";
  EXPECT_EQ(scan(script).nseScript, "http-title");
}

}  // namespace
}  // namespace conversation
