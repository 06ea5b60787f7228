// How sessions begin and end, in good ways and in bad ones; the scan survives all of them.
#include <signal.h>
#include <sys/stat.h>

#include "dap/scans.h"

namespace conversation {
namespace {

constexpr char kReport[] = "counter: sum 385";

class Lifecycle : public Conversation {
 protected:
  Stop stop_in_the_loop(Session& s) const {
    s.set_breakpoint("counter.nse", fixture_line("counter", "local square"));
    s.run();
    return s.wait_stopped();
  }
};
ON_BOTH_NMAPS(Lifecycle);

TEST_P(Lifecycle, capabilities_are_what_is_answered) {
  Session s(nmap(), scan_with("counter"));
  auto other = s.connect();
  dap::Initialize::Arguments hello;
  hello.adapterID = "nsedbg";
  auto capabilities = other->request<dap::Initialize>(hello);
  EXPECT_EQ(capabilities.supportsConfigurationDoneRequest, true);
  EXPECT_EQ(capabilities.supportsFunctionBreakpoints, true);
  EXPECT_EQ(capabilities.supportsConditionalBreakpoints, true);
  EXPECT_EQ(capabilities.supportsHitConditionalBreakpoints, true);
  EXPECT_EQ(capabilities.supportsLogPoints, true);
  EXPECT_EQ(capabilities.supportsEvaluateForHovers, true);
  EXPECT_EQ(capabilities.supportsClipboardContext, true);
  EXPECT_EQ(capabilities.supportsSetVariable, true);
  EXPECT_EQ(capabilities.supportsSetExpression, true);
  EXPECT_EQ(capabilities.supportsCompletionsRequest, true);
  EXPECT_EQ(capabilities.supportsExceptionInfoRequest, true);
  EXPECT_EQ(capabilities.supportsLoadedSourcesRequest, true);
  EXPECT_EQ(capabilities.supportsBreakpointLocationsRequest, true);
  EXPECT_EQ(capabilities.supportsTerminateRequest, true);
  EXPECT_EQ(capabilities.supportsCancelRequest, true);
  EXPECT_EQ(capabilities.supportsDelayedStackTraceLoading, true);
  EXPECT_EQ(capabilities.supportsExceptionFilterOptions, true);
  ASSERT_EQ(capabilities.exceptionBreakpointFilters->size(), 4u);
  EXPECT_EQ(capabilities.exceptionBreakpointFilters->front().filter, "uncaught");
  EXPECT_EQ(other->error<dap::Initialize>(hello), "initialize was sent already");
}

TEST_P(Lifecycle, begin_with_initialize) {
  Session s(nmap(), scan_with("counter"));
  auto other = s.connect();
  EXPECT_EQ(other->error<dap::Threads>(), "send initialize first");
}

TEST_P(Lifecycle, nothing_runs_before_configurationDone) {
  Session s(nmap(), scan_with("counter"));
  EXPECT_TRUE(s.client().request<dap::LoadedSources>().sources.empty());
  EXPECT_FALSE(s.ended());
  s.run();
  EXPECT_HAS(s.finish().out, kReport);
  auto exited = s.client().event<dap::ExitedEvent>();
  EXPECT_EQ(exited.exitCode, 0);
  s.client().event<dap::TerminatedEvent>();
}

TEST_P(Lifecycle, the_process_is_nmap) {
  Session s(nmap(), scan_with("counter"));
  auto process = s.client().event<dap::ProcessEvent>();
  EXPECT_EQ(process.systemProcessId, s.process().pid());
  EXPECT_EQ(process.name, nmap().path);
}

TEST_P(Lifecycle, stopOnEntry_stops_in_the_action) {
  SessionOptions options;
  options.stop_on_entry = "action";
  Session s(nmap(), scan_with("counter"), options);
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.top(stop).name, "action");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, kReport);
}

TEST_P(Lifecycle, stopOnEntry_stops_in_the_rule) {
  SessionOptions options;
  options.stop_on_entry = "rule";
  Session s(nmap(), scan_with("counter"), options);
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.thread(stop.thread).nsePhase, "prerule");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, kReport);
}

TEST_P(Lifecycle, disconnect_lets_the_scan_end_normally) {
  Session s(nmap(), scan_with("counter"));
  stop_in_the_loop(s);
  s.client().request<dap::Disconnect>();
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, kReport);
}

TEST_P(Lifecycle, disconnect_may_end_nmap) {
  Session s(nmap(), scan_with("spin"));
  s.set_breakpoint("spin.nse", fixture_line("spin", "while go do"));
  s.run();
  s.wait_stopped();
  dap::Disconnect::Arguments arguments;
  arguments.terminateDebuggee = true;
  s.client().request<dap::Disconnect>(arguments);
  EXPECT_EQ(s.finish().status, 128 + SIGINT);
}

TEST_P(Lifecycle, terminate_ends_nmap_as_its_own_ctrl_c_does) {
  Session s(nmap(), scan_with("spin"));
  s.set_breakpoint("spin.nse", fixture_line("spin", "while go do"));
  s.run();
  Stop stop = s.wait_stopped();
  s.set_breakpoints("spin.nse", {});
  s.resume(stop);
  s.client().request<dap::Terminate>();
  EXPECT_EQ(s.finish().status, 128 + SIGINT);
  s.client().event<dap::TerminatedEvent>();
}

TEST_P(Lifecycle, terminate_ends_nmap_while_stopped_too) {
  Session s(nmap(), scan_with("spin"));
  s.set_breakpoint("spin.nse", fixture_line("spin", "while go do"));
  s.run();
  s.wait_stopped();
  s.client().request<dap::Terminate>();
  EXPECT_EQ(s.finish().status, 128 + SIGINT);
  s.client().event<dap::TerminatedEvent>();
}

TEST_P(Lifecycle, a_client_that_dies_while_stopped_is_a_detach) {
  Session s(nmap(), scan_with("counter"));
  stop_in_the_loop(s);
  s.client().vanish();
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, kReport);
}

TEST_P(Lifecycle, a_client_that_dies_in_an_endless_evaluation_is_a_detach) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_in_the_loop(s);
  dap::Evaluate::Arguments endless;
  endless.expression = "while true do end";
  endless.frameId = s.frame(stop);
  s.client().post<dap::Evaluate>(endless);
  s.client().vanish();
  EXPECT_HAS(s.finish().out, kReport);
}

TEST_P(Lifecycle, a_client_that_dies_while_the_scan_waits_is_a_detach) {
  peers::TcpPeer peer({peers::expect("\n"), peers::gate(), peers::send("answer\n")}, at(address()));
  Session s(nmap(), port_scan(fixture("echo")));
  s.set_breakpoint("echo.nse", fixture_line("echo", "socket:close"));
  s.run();
  ASSERT_TRUE(peer.await_at_gate());
  s.client().vanish();
  peer.open_gate();
  peer.open_gate();
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "answer");
}

TEST_P(Lifecycle, a_client_that_dies_before_configurationDone_lets_the_scan_run) {
  Session s(nmap(), scan_with("counter"));
  s.client().vanish();
  EXPECT_HAS(s.finish().out, kReport);
}

// After ten seconds nmap goes its own way.
TEST_P(Lifecycle, without_any_client_the_scan_runs) {
  SessionOptions options;
  options.connect = false;
  Session s(nmap(), scan_with("counter"), options);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, kReport);
}

TEST_P(Lifecycle, a_detached_scan_can_be_attached_to_again) {
  peers::TcpPeer peer({peers::expect("\n"), peers::gate(), peers::send("answer\n")}, at(address()));
  Session s(nmap(), port_scan(fixture("echo")));
  s.set_breakpoint("echo.nse", fixture_line("echo", "socket:close"));
  s.run();
  ASSERT_TRUE(peer.await_at_gate());
  s.client().request<dap::Disconnect>();
  s.client().await_closed();
  auto again = s.second_client();
  again->request<dap::Pause>({1});
  auto stopped = again->event<dap::StoppedEvent>();
  EXPECT_EQ(stopped.reason, "pause");
  again->request<dap::Continue>({*stopped.threadId, {}});
  peer.open_gate();
  peer.open_gate();
  EXPECT_EQ(s.finish().status, 0);
  EXPECT_FALSE(again->seen<dap::StoppedEvent>());  // the old breakpoint went with its client
}

TEST_P(Lifecycle, a_suspended_scan_waits_for_the_next_client) {
  Session s(nmap(), scan_with("counter"));
  stop_in_the_loop(s);
  dap::Disconnect::Arguments arguments;
  arguments.suspendDebuggee = true;
  s.client().request<dap::Disconnect>(arguments);
  s.client().await_closed();
  auto again = s.second_client();
  auto stopped = again->event<dap::StoppedEvent>();
  EXPECT_EQ(stopped.description, "The scan is stopped already");
  EXPECT_FALSE(again->request<dap::StackTrace>({*stopped.threadId, {}, {}}).stackFrames.empty());
  again->request<dap::Continue>({*stopped.threadId, {}});
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, kReport);
}

TEST_P(Lifecycle, the_socket_is_private_and_goes_with_nmap) {
  Session s(nmap(), scan_with("counter"));
  const std::string socket = s.run_dir() + "/agent.sock";
  struct stat info;
  ASSERT_EQ(stat(socket.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  s.run();
  s.finish();
  EXPECT_NE(stat(socket.c_str(), &info), 0);
}

// --- two clients -------------------------------------------------------------------------------

TEST_P(Lifecycle, two_clients_see_the_same) {
  Session s(nmap(), scan_with("counter"));
  auto other = s.second_client();
  Stop stop = stop_in_the_loop(s);
  auto seen = other->event<dap::StoppedEvent>();
  EXPECT_EQ(seen.threadId, stop.thread);
  EXPECT_EQ(seen.hitBreakpointIds, stop.hitBreakpointIds);
  s.set_breakpoints("counter.nse", {});

  other->request<dap::Continue>({stop.thread, {}});
  auto continued = s.client().event<dap::ContinuedEvent>();
  EXPECT_EQ(continued.threadId, stop.thread);
  EXPECT_EQ(continued.allThreadsContinued, true);
  EXPECT_HAS(s.finish().out, kReport);
  other->event<dap::TerminatedEvent>();
}

TEST_P(Lifecycle, a_client_that_joins_a_stopped_scan_learns_it) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_in_the_loop(s);
  auto late = s.second_client();
  auto seen = late->event<dap::StoppedEvent>();
  EXPECT_EQ(seen.threadId, stop.thread);
  EXPECT_EQ(late->request<dap::StackTrace>({stop.thread, {}, {}}).stackFrames[0].name, "visit");
}

TEST_P(Lifecycle, one_of_two_clients_may_leave) {
  Session s(nmap(), scan_with("counter"));
  auto other = s.second_client();
  Stop stop = stop_in_the_loop(s);
  other->vanish();
  EXPECT_EQ(s.print(stop, "i"), "1");  // still stopped, for the one that is left
  stop = s.go_on(stop);
  EXPECT_EQ(s.print(stop, "i"), "2");
}

}  // namespace
}  // namespace conversation
