// Non-stop mode: one NSE thread stands, the rest of the scan goes on.
#include <set>
#include <thread>

#include "dap/nse_requests.h"
#include "dap/scans.h"

namespace conversation {
namespace {

dap::SourceBreakpoint at_line(const std::string& script, const std::string& text,
                              const std::string& condition = "") {
  dap::SourceBreakpoint breakpoint;
  breakpoint.line = fixture_line(script, text);
  if (!condition.empty()) breakpoint.condition = condition;
  return breakpoint;
}

void await_exit_of(Session& s, int thread) {
  s.client().event<dap::ThreadEvent>([thread](const dap::ThreadEvent& event) {
    return event.reason == "exited" && event.threadId == thread;
  });
}

using NonStop = Conversation;
ON_BOTH_NMAPS(NonStop);

class NonStopHosts : public Conversation {
 protected:
  static std::vector<peers::Step> gated() {
    return {peers::expect("\n"), peers::gate(), peers::send("answer\n")};
  }
  static void open_gates(peers::TcpPeer& peer) {
    peer.open_gate();
    peer.open_gate();
  }
  std::vector<std::string> scan() const {
    return port_scan(fixture("echo"), {address(1), address(2)});
  }
  static int thread_of(Session& s, const std::string& host) {
    for (const dap::Thread& one : s.threads())
      if (one.nseHost == host) return one.id;
    return 0;
  }

  peers::TcpPeer one{gated(), at(address(1))};
  peers::TcpPeer two{gated(), at(address(2))};
};
ON_BOTH_NMAPS(NonStopHosts);

TEST_P(NonStopHosts, one_stands_while_the_other_runs_to_its_end) {
  open_gates(one);
  Session s(nmap(), scan(), non_stop());
  s.set_breakpoints("echo.nse",
                    {at_line("echo", "local second", "host.ip == '" + address(1) + "'")});
  Stop stop = run_to_stop(s);
  EXPECT_EQ(stop.reason, "breakpoint");
  EXPECT_EQ(stop.allThreadsStopped, false);
  EXPECT_EQ(s.thread(stop.thread).nseState, "stopped");
  EXPECT_EQ(s.thread(stop.thread).nseHost, address(1));
  ASSERT_TRUE(two.await_at_gate());
  const int other = thread_of(s, address(2));
  s.wait_until_waiting(other);
  EXPECT_HAS(s.client().error<dap::StackTrace>({other, {}, {}}), "is running");
  EXPECT_HAS(s.client().error<dap::Next>({other, {}, {}, {}}), "is running already");

  auto frames = s.stack(stop);
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames[0].name, "action");
  EXPECT_EQ(frames[0].line, fixture_line("echo", "local second"));
  const dap::Scope locals = s.scope(frames[0].id, "Locals");
  EXPECT_EQ(s.locals(frames[0].id).at("first"), "\"answer\\n\"");

  // A list of all threads looks at each; nothing of those that run on is kept.
  for (const dap::NseThread& listed : s.client().request<dap::NseThreads>().threads)
    if (listed.id == stop.thread) {
      EXPECT_EQ(listed.place->line, frames[0].line);
    }
  open_gates(two);
  await_exit_of(s, other);
  // What was shown of the one that stands is still good.
  EXPECT_EQ(s.children(locals.variablesReference).size(), 3u);
  s.evaluate(frames[0].id, "first = 'changed '");

  EXPECT_FALSE(continues_all(s, stop.thread));
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "echo: answer\n|_answer");
  EXPECT_HAS(end.out, "_echo: changed answer");
}

TEST_P(NonStopHosts, several_stand_and_go_on_one_by_one) {
  open_gates(one);
  open_gates(two);
  Session s(nmap(), scan(), non_stop());
  s.set_breakpoints("echo.nse", {at_line("echo", "local both")});
  Stop first = run_to_stop(s);
  Stop second = s.wait_stopped();
  EXPECT_NE(first.thread, second.thread);
  EXPECT_EQ(s.thread(first.thread).nseState, "stopped");
  EXPECT_EQ(s.thread(second.thread).nseState, "stopped");
  const int frame = s.frame(first);
  const int reference = s.scope(s.frame(second), "Locals").variablesReference;

  s.resume(second);
  await_exit_of(s, second.thread);
  EXPECT_EQ(s.evaluate(frame, "host.ip").result, "\"" + *s.thread(first.thread).nseHost + "\"");
  dap::Variables::Arguments stale;
  stale.variablesReference = reference;
  EXPECT_HAS(s.client().error<dap::Variables>(stale), "from before the last resume");

  s.resume(first);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(NonStopHosts, one_that_was_listed_while_it_waited_stands_where_it_is) {
  open_gates(one);
  Session s(nmap(), scan(), non_stop());
  s.set_breakpoints("echo.nse", {at_line("echo", "local both")});
  Stop first = run_to_stop(s);
  ASSERT_TRUE(two.await_at_gate());
  EXPECT_GE(s.client().request<dap::NseThreads>().threads.size(), 3u);
  open_gates(two);
  Stop second = s.wait_stopped();
  EXPECT_NE(first.thread, second.thread);
  for (const Stop& stop : {first, second}) {
    EXPECT_EQ(s.top(stop).line, fixture_line("echo", "local both"));
    EXPECT_EQ(s.print(stop, "first .. second"), "\"answer\\nanswer\\n\"");
    s.resume(stop);
  }
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(NonStopHosts, steps_go_over_network_calls) {
  open_gates(two);
  Session s(nmap(), scan(), non_stop());
  s.set_breakpoints("echo.nse",
                    {at_line("echo", "socket:send", "host.ip == '" + address(1) + "'")});
  Stop stop = run_to_stop(s);
  s.set_breakpoints("echo.nse", {});
  const int thread = stop.thread;
  stop = s.next(stop);
  EXPECT_EQ(s.place(stop), "echo.nse:" + std::to_string(fixture_line("echo", "receive_lines")));
  one.open_gate();
  stop = s.next(stop);
  EXPECT_EQ(s.place(stop), "echo.nse:" + std::to_string(fixture_line("echo", "socket:close")));
  stop = s.step_out(stop);
  EXPECT_EQ(s.place(stop), "echo.nse:" + std::to_string(fixture_line("echo", "local second")));
  EXPECT_EQ(s.print(stop, "first"), "\"answer\\n\"");
  stop = s.step_in(stop);
  EXPECT_EQ(s.place(stop), "echo.nse:" + std::to_string(fixture_line("echo", "new_socket()")));
  EXPECT_EQ(stop.thread, thread);
  EXPECT_EQ(stop.allThreadsStopped, false);
  one.open_gate();
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

// The first stands longer than its time-out; the second waits for a silent server, and is ended.
TEST_P(NonStopHosts, time_outs_run_for_those_that_run) {
  open_gates(one);
  auto arguments = scan();
  arguments.insert(arguments.begin(), {"--script-timeout", "3s"});
  Session s(nmap(), arguments, non_stop());
  s.set_breakpoints("echo.nse",
                    {at_line("echo", "local second", "host.ip == '" + address(1) + "'")});
  Stop stop = run_to_stop(s);
  ASSERT_TRUE(two.await_at_gate());
  const int other = thread_of(s, address(2));
  while (s.thread(stop.thread).nseState == "stopped") {  // `threads` sees what nmap has dropped
    if (auto event = s.client().seen<dap::ThreadEvent>())
      if (event->reason == "exited" && event->threadId == other) break;
  }
  EXPECT_EQ(s.thread(stop.thread).nseState, "stopped");
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_HAS(end.out, "echo: answer\n|_answer");
  EXPECT_EQ(end.out.find("echo: "), end.out.rfind("echo: ")) << end.out;
}

TEST_P(NonStopHosts, a_client_that_leaves_lets_them_go_on) {
  open_gates(one);
  open_gates(two);
  Session s(nmap(), scan(), non_stop());
  s.set_breakpoints("echo.nse", {at_line("echo", "local second")});
  s.run();
  (void)s.wait_stopped();
  (void)s.wait_stopped();
  s.client().request<dap::Disconnect>({});
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.out.find("ERROR"), std::string::npos) << end.out;
}

TEST_P(NonStopHosts, who_comes_later_is_told_who_stands) {
  open_gates(one);
  open_gates(two);
  Session s(nmap(), scan(), non_stop());
  s.set_breakpoints("echo.nse", {at_line("echo", "local second")});
  Stop first = run_to_stop(s);
  Stop second = s.wait_stopped();
  auto other = s.second_client();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(other->event<dap::StoppedEvent>().allThreadsStopped, false);
  s.resume(first);
  auto event = other->event<dap::ContinuedEvent>();
  EXPECT_EQ(event.threadId, first.thread);
  EXPECT_EQ(event.allThreadsContinued, false);
  other->request<dap::Continue>({second.thread, {}});
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(NonStopHosts, switched_off_the_next_stop_is_that_of_all) {
  open_gates(one);
  Session s(nmap(), scan(), non_stop());
  s.set_breakpoints("echo.nse",
                    {at_line("echo", "local second", "host.ip == '" + address(1) + "'")});
  Stop stop = run_to_stop(s);
  ASSERT_TRUE(two.await_at_gate());
  dap::NseSet::Arguments off;
  off.nonStop = false;
  EXPECT_EQ(s.client().request<dap::NseSet>(off).nonStop, false);
  s.set_breakpoints("echo.nse", {});
  Stop all = s.pause();
  EXPECT_EQ(all.allThreadsStopped, true);
  EXPECT_EQ(s.thread(stop.thread).nseState, "stopped");
  EXPECT_TRUE(continues_all(s, all.thread));  // both
  open_gates(two);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(NonStop, every_hit_of_a_loop_stops_once) {
  Session s(nmap(), scan_with("counter"), non_stop());
  s.set_breakpoint("counter.nse", fixture_line("counter", "local square"));
  s.run();
  for (int i = 1; i <= 10; ++i) {
    Stop stop = s.wait_stopped();
    EXPECT_EQ(s.print(stop, "i"), std::to_string(i));
    s.resume(stop);
  }
  EXPECT_HAS(s.finish().out, "counter: sum 385");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(NonStop, workers_stand_one_by_one_and_time_outs_of_their_script_do_not_run) {
  auto arguments = scan_with("workers");
  arguments.insert(arguments.begin(), {"--script-timeout", "3s", "--host-timeout", "4s"});
  Session s(nmap(), arguments, non_stop());
  s.set_breakpoint("workers.nse", fixture_line("workers", "local square"));
  Stop first = run_to_stop(s);
  Stop second = s.wait_stopped();
  EXPECT_EQ(s.thread(first.thread).nsePhase, "worker");
  EXPECT_EQ(s.thread(second.thread).nsePhase, "worker");
  std::this_thread::sleep_for(std::chrono::milliseconds(4700));  // the time-outs are the thing
  s.resume(first);
  await_exit_of(s, first.thread);
  s.resume(second);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "workers: 2 5");
}

TEST_P(NonStop, an_error_stops_everything) {
  Session s(nmap(), scan_with("throw"), non_stop());
  s.stop_on_uncaught_errors();
  Stop stop = run_to_stop(s);
  EXPECT_EQ(stop.reason, "exception");
  EXPECT_EQ(stop.allThreadsStopped, true);
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(NonStop, one_thread_is_paused) {
  Session s(nmap(), scan_with("spin"), non_stop());
  const int loop = fixture_line("spin", "while go do");
  s.set_breakpoint("spin.nse", loop);
  Stop stop = run_to_stop(s);
  s.set_breakpoints("spin.nse", {});
  const int thread = stop.thread;
  s.resume(stop);
  s.client().request<dap::Pause>({thread});
  stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "pause");
  EXPECT_EQ(stop.allThreadsStopped, false);
  EXPECT_EQ(s.place(stop), "spin.nse:" + std::to_string(loop));
  s.evaluate(s.frame(stop), "go = false");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "ended after some turns: true");
}

TEST_P(NonStop, one_that_stands_can_be_ended) {
  Session s(nmap(), scan_with("counter"), non_stop());
  s.set_breakpoint("counter.nse", fixture_line("counter", "local square"));
  Stop stop = run_to_stop(s);
  s.client().request<dap::TerminateThreads>({{{stop.thread}}});
  await_exit_of(s, stop.thread);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.out.find("counter"), std::string::npos) << end.out;
}

TEST_P(NonStop, many_that_stand_are_warned_of) {
  std::vector<std::string> arguments = scan_with("workers");
  arguments.insert(arguments.begin(), {"--min-hostgroup", "32"});
  for (int n = 2; n <= 20; ++n) arguments.push_back(address(n));
  Session s(nmap(), arguments, non_stop());
  s.set_functions({"workers:action"});
  s.run();
  std::vector<Stop> stops;
  for (int n = 1; n <= 20; ++n) stops.push_back(s.wait_stopped());
  auto warning = s.client().event<dap::OutputEvent>();
  EXPECT_EQ(warning.category, "important");
  EXPECT_HAS(warning.output, "20 threads stand now");
  s.set_functions({});
  for (const Stop& stop : stops) s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

}  // namespace
}  // namespace conversation
