// More than one NSE thread at once: workers, and the same script against two hosts.
#include "dap/scans.h"

namespace conversation {
namespace {

using Workers = Conversation;
ON_BOTH_NMAPS(Workers);

TEST_P(Workers, have_threads_of_their_own) {
  Session s(nmap(), scan_with("workers"));
  s.set_breakpoint("workers.nse", fixture_line("workers", "local square"));
  s.run();
  Stop first = s.wait_stopped();
  dap::Thread thread = s.thread(first.thread);
  EXPECT_EQ(thread.name, "workers worker " + address());
  EXPECT_EQ(thread.nsePhase, "worker");
  EXPECT_EQ(thread.nseHost, address());
  std::string one = s.print(first, "number");
  Stop second = s.go_on(first);
  EXPECT_NE(second.thread, first.thread);
  EXPECT_NE(s.print(second, "number"), one);
  s.resume(second);
  EXPECT_HAS(s.finish().out, "workers: 2 5");
}

TEST_P(Workers, keep_their_steps) {
  Session s(nmap(), scan_with("workers"));
  s.set_breakpoint("workers.nse", fixture_line("workers", "local square"));
  s.run();
  Stop stop = s.wait_stopped();
  s.set_breakpoints("workers.nse", {});
  const int thread = stop.thread;
  const std::string number = s.print(stop, "number");
  for (const char* line : {"stdnse.sleep", "local answer", "table.insert"}) {
    stop = s.next(stop);
    EXPECT_EQ(s.top(stop).line, fixture_line("workers", line));
    EXPECT_EQ(stop.thread, thread);
    EXPECT_EQ(s.print(stop, "number"), number);
  }
  stop = s.step_out(stop);
  EXPECT_EQ(s.top(stop).line, fixture_line("workers", "condvar \"signal\""));
  EXPECT_EQ(stop.thread, thread);
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "workers: 2 5");
}

TEST_P(Workers, show_the_host_of_the_script_that_made_them) {
  Session s(nmap(), scan_with("workers"));
  s.set_breakpoint("workers.nse", fixture_line("workers", "local square"));
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.print(stop, "NSE.host.ip"), '"' + address() + '"');
  EXPECT_EQ(s.print(stop, "NSE.SCRIPT_NAME"), "\"workers\"");
}

class TwoHosts : public Conversation {
 protected:
  static std::vector<peers::Step> gated() {
    return {peers::expect("\n"), peers::gate(), peers::send("answer\n")};
  }
  void open_all_gates() {
    for (int i = 0; i < 4; ++i) {
      one.open_gate();
      two.open_gate();
    }
  }
  static dap::SourceBreakpoint only_at(const std::string& text, const std::string& host) {
    dap::SourceBreakpoint breakpoint;
    breakpoint.line = fixture_line("echo", text);
    breakpoint.condition = "host.ip == '" + host + "'";
    return breakpoint;
  }
  std::vector<std::string> scan() const {
    return port_scan(fixture("echo"), {address(1), address(2)});
  }

  peers::TcpPeer one{gated(), at(address(1))};
  peers::TcpPeer two{gated(), at(address(2))};
};
ON_BOTH_NMAPS(TwoHosts);

TEST_P(TwoHosts, steps_stay_on_their_own_instance) {
  open_all_gates();
  Session s(nmap(), scan());
  s.set_breakpoint("echo.nse", fixture_line("echo", "local first"));
  s.run();
  Stop stop = s.wait_stopped();
  s.set_breakpoints("echo.nse", {});
  const int thread = stop.thread;
  const std::string host = s.print(stop, "host.ip");
  for (const char* line : {"local second", "local both", "return both"}) {
    stop = s.next(stop);
    EXPECT_EQ(stop.thread, thread);
    EXPECT_EQ(s.top(stop).line, fixture_line("echo", line));
    EXPECT_EQ(s.print(stop, "host.ip"), host);
  }
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(TwoHosts, a_breakpoint_elsewhere_is_announced_and_the_step_is_not_lost) {
  Session s(nmap(), scan());
  s.set_breakpoints("echo.nse",
                    {only_at("receive_lines", address(1)), only_at("socket:close", address(2))});
  s.run();
  Stop first = s.wait_stopped();
  EXPECT_EQ(s.thread(first.thread).nseHost, address(1));
  // The step waits for the first server, which is silent; the second one is not.
  s.client().request<dap::Next>({first.thread, {}, {}, {}});
  ASSERT_TRUE(one.await_at_gate());
  ASSERT_TRUE(two.await_at_gate());
  two.open_gate();
  Stop second = s.wait_stopped();
  EXPECT_EQ(second.reason, "breakpoint");
  EXPECT_EQ(s.thread(second.thread).nseHost, address(2));
  EXPECT_EQ(s.thread(first.thread).nseState, "waiting");
  s.resume(second);
  one.open_gate();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "step");
  EXPECT_EQ(stop.thread, first.thread);
  EXPECT_EQ(s.top(stop).line, fixture_line("echo", "socket:close"));
  s.set_breakpoints("echo.nse", {});
  open_all_gates();
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "Nmap done: 2 IP addresses (2 hosts up)");
}

TEST_P(TwoHosts, the_other_thread_can_be_looked_at) {
  Session s(nmap(), scan());
  s.set_breakpoint("echo.nse", only_at("socket:close", address(2)));
  s.run();
  ASSERT_TRUE(one.await_at_gate());
  two.open_gate();
  Stop stop = s.wait_stopped();
  int waiting = 0;
  for (const dap::Thread& thread : s.threads())
    if (thread.nseHost == address(1)) waiting = thread.id;
  ASSERT_NE(waiting, 0);
  auto frames = s.stack(waiting);
  ASSERT_GE(frames.size(), 3u);
  EXPECT_EQ(frames[1].name, "ask");
  EXPECT_EQ(s.evaluate(frames[1].id, "host.ip").result, '"' + address(1) + '"');
  EXPECT_EQ(s.print(stop, "host.ip"), '"' + address(2) + '"');
  s.set_breakpoints("echo.nse", {});
  open_all_gates();
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

// A step that is asked of a thread that waits: where it goes on.
TEST_P(TwoHosts, the_other_thread_can_be_stepped) {
  Session s(nmap(), scan());
  s.set_breakpoints("echo.nse",
                    {only_at("receive_lines", address(1)), only_at("socket:close", address(2))});
  s.run();
  Stop other = s.wait_stopped();
  EXPECT_EQ(s.thread(other.thread).nseHost, address(1));
  s.resume(other);
  two.open_gate();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.thread(stop.thread).nseHost, address(2));
  s.set_breakpoints("echo.nse", {});
  s.client().request<dap::Next>({other.thread, {}, {}, {}});
  open_all_gates();
  stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "step");
  EXPECT_EQ(stop.thread, other.thread);
  EXPECT_EQ(s.top(stop).line, fixture_line("echo", "socket:close"));
}

TEST_P(TwoHosts, threads_come_and_go) {
  open_all_gates();
  Session s(nmap(), scan());
  s.run();
  EXPECT_EQ(s.finish().status, 0);
  std::set<int> alive;
  while (auto event = s.client().seen<dap::ThreadEvent>()) {
    if (event->reason == "started") {
      EXPECT_TRUE(alive.insert(event->threadId).second);
    } else {
      EXPECT_EQ(alive.erase(event->threadId), 1u);
    }
  }
  EXPECT_TRUE(alive.empty());
}

// Each host asks twice: four times without a mode.
TEST_P(TwoHosts, a_breakpoint_may_stop_once_for_each_host_or_once) {
  open_all_gates();
  const std::map<std::string, size_t> stops = {{"every", 4}, {"host", 2}, {"once", 1}};
  for (const auto& [mode, expected] : stops) {
    open_all_gates();
    Session s(nmap(), scan());
    dap::SourceBreakpoint breakpoint;
    breakpoint.line = fixture_line("echo", "local socket");
    breakpoint.mode = mode;
    const int id = *s.set_breakpoint("echo.nse", breakpoint).id;
    s.run();
    std::vector<std::string> hosts;
    while (auto event = s.client().event_or_end<dap::StoppedEvent>()) {
      EXPECT_EQ(event->hitBreakpointIds, std::vector<int>{id});
      hosts.push_back(*s.thread(*event->threadId).nseHost);
      // Setting it again unchanged does not make it forget.
      s.set_breakpoint("echo.nse", breakpoint);
      s.client().request<dap::Continue>({*event->threadId, {}});
    }
    EXPECT_EQ(hosts.size(), expected) << mode;
    EXPECT_EQ(std::set<std::string>(hosts.begin(), hosts.end()).size(),
              std::min<size_t>(expected, 2));
    EXPECT_EQ(s.finish().status, 0);
  }
}

TEST_P(TwoHosts, an_unknown_mode_is_told) {
  open_all_gates();
  Session s(nmap(), scan());
  dap::SourceBreakpoint breakpoint;
  breakpoint.line = 1;
  breakpoint.mode = "hosts";
  dap::Breakpoint bad = s.set_breakpoint("echo.nse", breakpoint);
  EXPECT_EQ(bad.reason, "failed");
  EXPECT_EQ(bad.message, "there is no mode 'hosts'; did you mean 'host'?");
}

}  // namespace
}  // namespace conversation
