// The end of one script on one host, while the scan goes on.
#include "dap/scans.h"

namespace conversation {
namespace {

void terminate(Session& s, int thread) { s.client().request<dap::TerminateThreads>({{{thread}}}); }

void await_exit_of(Session& s, int thread) {
  s.client().event<dap::ThreadEvent>([thread](const dap::ThreadEvent& event) {
    return event.reason == "exited" && event.threadId == thread;
  });
}

using Terminate = Conversation;
ON_BOTH_NMAPS(Terminate);

TEST_P(Terminate, ends_the_stopped_script_at_its_next_line) {
  Session s(nmap(), scan_with("counter"));
  s.set_breakpoint("counter.nse", fixture_line("counter", "local square"));
  s.run();
  Stop stop = s.wait_stopped();
  s.set_breakpoints("counter.nse", {});
  s.stop_on_uncaught_errors();  // its end is none
  terminate(s, stop.thread);
  s.resume(stop);
  await_exit_of(s, stop.thread);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.out.find("counter"), std::string::npos) << end.out;
  EXPECT_HAS(end.out, "Nmap done: 1 IP address (1 host up)");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Terminate, is_not_held_up_by_pcall_nor_by_coroutines) {
  Session s(nmap(), scan_with("catch"));
  s.set_breakpoint("catch.nse", fixture_line("catch", "error(thrown)"));
  s.run();
  Stop stop = s.wait_stopped();
  s.set_breakpoints("catch.nse", {});
  s.client().request<dap::SetExceptionBreakpoints>({{"uncaught", "caught", "new_try"}, {}});
  terminate(s, stop.thread);
  s.resume(stop);
  await_exit_of(s, stop.thread);
  Ended end = s.finish();
  EXPECT_EQ(end.out.find("catch"), std::string::npos) << end.out;
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Terminate, ends_a_busy_loop_while_it_runs) {
  Session s(nmap(), scan_with("spin"));
  s.set_functions({"spin:action"});
  s.run();
  Stop stop = s.wait_stopped();
  s.resume(stop);
  terminate(s, stop.thread);
  await_exit_of(s, stop.thread);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(Terminate, ends_the_workers_too) {
  Session s(nmap(), scan_with("workers"));
  s.set_breakpoint("workers.nse", fixture_line("workers", "local square"));
  s.run();
  Stop stop = s.wait_stopped();
  s.set_breakpoints("workers.nse", {});
  int base = 0;
  for (const dap::Thread& thread : s.threads())
    if (thread.nsePhase == "action") base = thread.id;
  terminate(s, base);
  s.resume(stop);
  await_exit_of(s, base);
  Ended end = s.finish();
  EXPECT_EQ(end.out.find("workers: "), std::string::npos) << end.out;
}

TEST_P(Terminate, says_what_is_wrong) {
  Session s(nmap(), scan_with("counter"));
  s.set_functions({"counter:action"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_HAS(s.client().error<dap::TerminateThreads>({}), "threadIds says which");
  EXPECT_HAS(s.client().error<dap::TerminateThreads>({{{1}}}), "to end the scan, send terminate");
  EXPECT_HAS(s.client().error<dap::TerminateThreads>({{{99}}}), "there is no thread 99");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "counter: sum 385");
}

class TerminateOneOfTwo : public Conversation {
 protected:
  static std::vector<peers::Step> gated() {
    return {peers::expect("\n"), peers::gate(), peers::send("answer\n")};
  }
  peers::TcpPeer one{gated(), at(address(1))};
  peers::TcpPeer two{gated(), at(address(2))};
};
ON_BOTH_NMAPS(TerminateOneOfTwo);

// The script that waits for the silent server ends, the other one has its result.
TEST_P(TerminateOneOfTwo, ends_one_that_waits_and_leaves_the_other) {
  Session s(nmap(), port_scan(fixture("echo"), {address(1), address(2)}));
  s.run();
  ASSERT_TRUE(one.await_at_gate());
  ASSERT_TRUE(two.await_at_gate());
  int thread = 0;
  for (const dap::Thread& each : s.threads())
    if (each.nseHost == address(1)) thread = each.id;
  terminate(s, thread);
  await_exit_of(s, thread);
  for (int i = 0; i < 4; ++i) two.open_gate();
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  size_t first = end.out.find("report for " + address(1));
  size_t second = end.out.find("report for " + address(2));
  ASSERT_LT(first, second);
  EXPECT_EQ(end.out.substr(first, second - first).find("echo"), std::string::npos) << end.out;
  EXPECT_HAS(end.out.substr(second), "echo: answer\n|_answer");
}

}  // namespace
}  // namespace conversation
