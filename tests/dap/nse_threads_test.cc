// nse/threads: what the threads of a scan do and wait for, which of them are meant, in pages and
// groups.
#include "dap/nse_requests.h"
#include "dap/scans.h"

namespace conversation {
namespace {

std::vector<dap::NseThread> list(Session& s, const std::string& filter) {
  dap::NseThreads::Arguments arguments;
  arguments.filter = filter;
  return s.client().request<dap::NseThreads>(arguments).threads;
}

dap::NseThread only(Session& s, const std::string& filter) {
  auto found = list(s, filter);
  if (found.size() != 1)
    throw support::Failure(std::to_string(found.size()) + " threads fit " + filter);
  return found.front();
}

Stop stop_in(Session& s, const std::string& script, const std::string& text) {
  s.set_breakpoint(script + ".nse", fixture_line(script, text));
  s.run();
  return s.wait_stopped();
}

void end(Session& s, const Stop& stop, const std::string& script, const std::string& output) {
  s.set_breakpoints(script + ".nse", {});
  s.resume(stop);
  Ended ended = s.finish();
  EXPECT_EQ(ended.status, 0);
  EXPECT_HAS(ended.out, output);
}

using NseThreadList = Conversation;
ON_BOTH_NMAPS(NseThreadList);

TEST_P(NseThreadList, names_the_mutex_and_who_holds_it) {
  Session s(nmap(), scan_with("locks"));
  Stop stop = stop_in(s, "locks", "local contended");
  dap::NseThread worker = only(s, "state=stopped");
  EXPECT_EQ(worker.id, stop.thread);
  EXPECT_EQ(worker.phase, "worker");
  EXPECT_EQ(worker.place->source->name, "locks.nse");
  EXPECT_EQ(worker.place->line, fixture_line("locks", "local contended"));
  dap::NseThread waiting = only(s, "wait=mutex");
  EXPECT_EQ(worker.parent, waiting.id);
  EXPECT_EQ(waiting.state, "waiting");
  EXPECT_EQ(waiting.wait->object, "\"locks\"");
  EXPECT_EQ(waiting.wait->holder, worker.id);
  EXPECT_EQ(waiting.place->line, fixture_line("locks", "waits for the worker"));
  EXPECT_HAS(waiting.text, "waits for mutex \"locks\", held by " + std::to_string(worker.id) +
                               " locks worker " + address() + ", ");
  EXPECT_GT(*waiting.waitTime, 0);
  end(s, stop, "locks", "locks: done");
}

TEST_P(NseThreadList, names_the_condition_variable) {
  Session s(nmap(), scan_with("locks"));
  Stop stop = stop_in(s, "locks", "local watched");
  dap::NseThread waiting = only(s, "wait=condvar");
  EXPECT_HAS(waiting.text, "waits for condition variable table: 0x");
  EXPECT_FALSE(waiting.wait->holder);
  end(s, stop, "locks", "locks: done");
}

TEST_P(NseThreadList, takes_filters) {
  Session s(nmap(), scan_with("locks"));
  Stop stop = stop_in(s, "locks", "local contended");
  EXPECT_EQ(list(s, "").size(), 3u);  // the engine, too
  EXPECT_EQ(list(s, "script=lock*").size(), 2u);
  EXPECT_EQ(list(s, "script=lock* !worker").size(), 1u);
  EXPECT_EQ(list(s, "host=127.0.0.0/8").size(), 2u);
  EXPECT_EQ(list(s, "host=10.0.0.0/8").size(), 0u);
  EXPECT_EQ(only(s, "engine").id, 1);
  dap::NseThreads::Arguments bad;
  bad.filter = "stat=x";
  EXPECT_HAS(s.client().error<dap::NseThreads>(bad), "did you mean 'state'?");
  bad = {};
  bad.sort = "tim";
  EXPECT_HAS(s.client().error<dap::NseThreads>(bad), "did you mean 'time'?");
  bad = {};
  bad.group = "scrip";
  EXPECT_HAS(s.client().error<dap::NseThreads>(bad), "did you mean 'script'?");
  end(s, stop, "locks", "locks: done");
}

TEST_P(NseThreadList, keeps_the_dead_with_their_errors) {
  Session s(nmap(), scan_with("dying"));
  s.client().request<dap::SetExceptionBreakpoints>({{}, {}});
  Stop stop = stop_in(s, "dying", "local after");
  dap::NseThread failed = only(s, "error");
  EXPECT_EQ(failed.state, "dead");
  EXPECT_EQ(failed.outcome, "failed");
  EXPECT_EQ(failed.error, "the worker failed");
  EXPECT_EQ(failed.text, "failed: the worker failed");
  EXPECT_EQ(failed.parent, stop.thread);
  dap::NseThread gave_up = only(s, "state=dead !error");
  EXPECT_EQ(gave_up.outcome, "gave up");
  EXPECT_EQ(gave_up.text, "gave up: nobody is there");
  end(s, stop, "dying", "dying: done");
}

TEST_P(NseThreadList, knows_the_worker_of_a_worker) {
  Session s(nmap(), scan_with("dying"));
  s.client().request<dap::SetExceptionBreakpoints>({{}, {}});
  Stop stop = stop_in(s, "dying", "local after");
  auto outer = only(s, "worker state!=dead parent=" + std::to_string(stop.thread));
  auto inner = only(s, "worker parent=" + std::to_string(outer.id));
  EXPECT_EQ(inner.script, "dying");
  EXPECT_EQ(inner.host, address());
  EXPECT_EQ(inner.name, "dying worker " + address());
  EXPECT_EQ(inner.wait ? inner.wait->call : inner.state, inner.wait ? "sleep" : "ready");
  end(s, stop, "dying", "dying: done");
}

TEST_P(NseThreadList, shows_the_peer_and_the_timeout_of_a_call) {
  peers::TcpPeer peer({peers::expect("\n"), peers::gate(), peers::send("answer\n")},
                      at(address(1)));
  peers::TcpPeer other({peers::expect("\n"), peers::gate(), peers::send("answer\n")},
                       at(address(2)));
  Session s(nmap(), port_scan(fixture("echo"), {address(1), address(2)}));
  dap::SourceBreakpoint breakpoint;
  breakpoint.line = fixture_line("echo", "socket:close");
  breakpoint.condition = "host.ip == '" + address(2) + "'";
  breakpoint.hitCondition = "2";  // the first may be in the very round in which the other one sends
  s.set_breakpoint("echo.nse", breakpoint);
  s.run();
  ASSERT_TRUE(peer.await_at_gate());
  other.open_gate();
  other.open_gate();
  Stop stop = s.wait_stopped();
  dap::NseThread waiting = only(s, "host=" + address(1));
  EXPECT_EQ(waiting.state, "waiting");
  EXPECT_EQ(waiting.wait->call, "receive_lines");
  EXPECT_HAS(*waiting.wait->object, address(1));
  EXPECT_GT(waiting.wait->timeout.value_or(0), 0);
  EXPECT_HAS(waiting.text, "waits in receive_lines, " + address(1));
  s.set_breakpoints("echo.nse", {});
  for (int i = 0; i < 4; ++i) {
    peer.open_gate();
    other.open_gate();
  }
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

// While the scan runs the list comes from the agent's own thread: without locks and places.
TEST_P(NseThreadList, is_there_while_the_scan_runs) {
  peers::TcpPeer peer({peers::expect("\n"), peers::gate(), peers::send("answer\n")},
                      at(address(1)));
  Session s(nmap(), port_scan(fixture("echo"), {address(1)}));
  s.run();
  ASSERT_TRUE(peer.await_at_gate());
  dap::NseThread waiting = only(s, "script=echo");
  EXPECT_EQ(waiting.phase, "action");
  EXPECT_FALSE(waiting.place);
  for (int i = 0; i < 4; ++i) peer.open_gate();
  EXPECT_EQ(s.finish().status, 0);
}

class ManyThreads : public support::OnBothNmaps {
 protected:
  static std::vector<std::string> scan(int workers) {
    auto arguments = scan_with("many_workers");
    arguments.push_back("--script-args");
    arguments.push_back("workers=" + std::to_string(workers));
    return arguments;
  }
};
ON_BOTH_NMAPS(ManyThreads);

TEST_P(ManyThreads, come_in_pages_and_groups) {
  constexpr int kWorkers = 3000;
  Session s(nmap(), scan(kWorkers));
  Stop stop = stop_in(s, "many_workers", "local all");
  dap::NseThreads::Arguments arguments;
  arguments.filter = "wait=condvar";
  arguments.start = 100;
  arguments.count = 10;
  auto page = s.client().request<dap::NseThreads>(arguments);
  EXPECT_EQ(page.total, kWorkers);
  ASSERT_EQ(page.threads.size(), 10u);
  arguments.count = 0;
  arguments.start = 0;
  auto all = s.client().request<dap::NseThreads>(arguments);
  ASSERT_EQ(all.threads.size(), static_cast<size_t>(kWorkers));
  EXPECT_EQ(page.threads[0].id, all.threads[100].id);
  EXPECT_EQ(page.threads[9].id, all.threads[109].id);
  arguments.start = kWorkers + 5;
  EXPECT_TRUE(s.client().request<dap::NseThreads>(arguments).threads.empty());
  arguments = {};
  arguments.group = "phase";
  auto groups = *s.client().request<dap::NseThreads>(arguments).groups;
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].name, "worker");
  EXPECT_EQ(groups[0].count, kWorkers);
  ASSERT_EQ(groups[0].states.size(), 1u);
  EXPECT_EQ(groups[0].states[0].name, "waiting");
  EXPECT_EQ(groups[0].threadIds.size(), 5u);
  end(s, stop, "many_workers", "many_workers: " + std::to_string(kWorkers));
}

}  // namespace
}  // namespace conversation
