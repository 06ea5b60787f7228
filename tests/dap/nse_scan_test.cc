// What the engine is at: locks and deadlocks, scripts and their cost, nmap's levels, and which line
// of a script makes nmap print something.
#include "dap/nse_events.h"
#include "dap/nse_requests.h"
#include "dap/scans.h"

namespace conversation {
namespace {

Stop stop_in(Session& s, const std::string& script, const std::string& text) {
  s.set_breakpoint(script + ".nse", fixture_line(script, text));
  s.run();
  return s.wait_stopped();
}

using Locks = Conversation;
ON_BOTH_NMAPS(Locks);

TEST_P(Locks, have_a_holder_and_a_queue) {
  Session s(nmap(), scan_with("locks"));
  Stop stop = stop_in(s, "locks", "local contended");
  auto answer = s.client().request<dap::NseLocks>();
  ASSERT_EQ(answer.locks.size(), 1u);
  const dap::NseLock& mutex = answer.locks[0];
  EXPECT_EQ(mutex.kind, "mutex");
  EXPECT_EQ(mutex.name, "\"locks\"");
  EXPECT_EQ(mutex.holder, stop.thread);
  EXPECT_EQ(mutex.heldBy, std::to_string(stop.thread) + " locks worker " + address());
  ASSERT_EQ(mutex.waiting.size(), 1u);
  EXPECT_EQ(s.thread(mutex.waiting[0]).nsePhase, "action");
  EXPECT_TRUE(answer.deadlocks.empty());
  s.set_breakpoints("locks.nse", {});
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "locks: done");
}

TEST_P(Locks, that_wait_for_each_other_are_told) {
  Session s(nmap(), scan_with("deadlock"));
  (void)stop_in(s, "deadlock", "local stuck");
  auto answer = s.client().request<dap::NseLocks>();
  EXPECT_EQ(answer.locks.size(), 2u);
  ASSERT_EQ(answer.deadlocks.size(), 1u);
  EXPECT_EQ(answer.deadlocks[0].threadIds.size(), 2u);
  const std::string& text = answer.deadlocks[0].text;
  EXPECT_HAS(text, " deadlock " + address() + " waits for mutex \"left\", held by ");
  EXPECT_HAS(text, " deadlock worker " + address() + " waits for mutex \"right\", held by ");
}

TEST_P(Locks, need_a_stop) {
  Session s(nmap(), scan_with("locks"));
  EXPECT_HAS(s.client().error<dap::NseLocks>(), "pause it first");
  s.run();
  EXPECT_EQ(s.finish().status, 0);
}

using ScanStatus = Conversation;
ON_BOTH_NMAPS(ScanStatus);

dap::NseScript script_of(const dap::NseScan::Response& scan, const std::string& name) {
  for (const dap::NseScript& script : scan.scripts)
    if (script.name == name) return script;
  throw support::Failure("nse/scan does not name " + name);
}

TEST_P(ScanStatus, counts_what_scripts_have_come_to) {
  peers::TcpPeer peer({peers::expect("\n"), peers::send("answer\n")}, at(address(1)));
  peers::TcpPeer other({peers::expect("\n"), peers::send("answer\n")}, at(address(2)));
  auto arguments = port_scan(fixture("echo") + "," + fixture("dying") + "," + fixture("counter"),
                             {address(1), address(2)});
  Session s(nmap(), arguments);
  s.client().request<dap::SetExceptionBreakpoints>({{}, {}});
  dap::SourceBreakpoint breakpoint;
  breakpoint.line = fixture_line("echo", "return both");
  breakpoint.hitCondition = "2";
  s.set_breakpoint("echo.nse", breakpoint);
  s.run();
  Stop stop = s.wait_stopped();
  auto scan = s.client().request<dap::NseScan>();
  EXPECT_EQ(scan.phase, "scan");
  EXPECT_EQ(scan.hosts, 2);
  EXPECT_EQ(scan.ports, 2);
  EXPECT_EQ(scan.runlevel, 1);
  EXPECT_EQ(scan.debugging, 0);
  EXPECT_EQ(scan.verbosity, 0);
  dap::NseScript echo = script_of(scan, "echo");
  EXPECT_EQ(echo.started, 2);
  EXPECT_EQ(echo.finished, 1);
  EXPECT_EQ(echo.running, 1);
  EXPECT_GT(echo.runTime, 0);
  EXPECT_GT(echo.waitTime, 0);
  dap::NseScript counter = script_of(scan, "counter");
  EXPECT_EQ(counter.started, 1);
  EXPECT_EQ(counter.finished, 1);
  EXPECT_EQ(script_of(scan, "dying").started, 2);
  s.set_breakpoints("echo.nse", {});
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

// The same figures come while it runs, and before.
TEST_P(ScanStatus, is_known_at_any_time) {
  Session s(nmap(), scan_with("counter"));
  auto scan = s.client().request<dap::NseScan>();
  EXPECT_EQ(scan.phase, "port scan");
  EXPECT_TRUE(scan.scripts.empty());
  s.run();
  EXPECT_EQ(s.finish().status, 0);
}

using NmapLevels = Conversation;
ON_BOTH_NMAPS(NmapLevels);

TEST_P(NmapLevels, change_while_it_runs) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_in(s, "counter", "return \"sum");
  EXPECT_EQ(s.print(stop, "nmap.debugging()"), "0");
  dap::NseSetLevels::Arguments wanted;
  wanted.debugging = 2;
  wanted.verbosity = 3;
  auto now = s.client().request<dap::NseSetLevels>(wanted);
  EXPECT_EQ(now.debugging, 2);
  EXPECT_EQ(now.verbosity, 3);
  EXPECT_EQ(s.print(stop, "nmap.debugging()"), "2");
  wanted = {};
  wanted.debugging = 1;
  now = s.client().request<dap::NseSetLevels>(wanted);
  EXPECT_EQ(now.debugging, 1);
  EXPECT_EQ(now.verbosity, 3);
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "NSE: Finished counter");  // a line of -d
}

TEST_P(NmapLevels, have_bounds) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_in(s, "counter", "return \"sum");
  dap::NseSetLevels::Arguments wanted;
  wanted.debugging = 11;
  EXPECT_HAS(s.client().error<dap::NseSetLevels>(wanted), "nmap's levels are 0 to 10");
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

using ScriptOutput = Conversation;
ON_BOTH_NMAPS(ScriptOutput);

TEST_P(ScriptOutput, is_told_with_its_line) {
  auto arguments = scan_with("dying");
  arguments.push_back("-d1");
  Session::Options options;
  options.output = true;
  Session s(nmap(), arguments, options);
  s.client().request<dap::SetExceptionBreakpoints>({{}, {}});
  s.run();
  auto one = s.client().event<dap::NseOutputEvent>();
  EXPECT_EQ(one.category, "stdout");
  EXPECT_EQ(one.output, "NSE: [dying " + address() + "] one is dead\n");
  EXPECT_EQ(one.source.name, "dying.nse");
  EXPECT_EQ(one.line, fixture_line("dying", "one is dead"));
  EXPECT_GT(one.threadId.value_or(0), 1);
  auto two = s.client().event<dap::NseOutputEvent>();
  EXPECT_EQ(two.output, "NSE: [dying " + address() + "] two\nlines\n");
  Ended end = s.finish();
  EXPECT_HAS(end.out, one.output);
  EXPECT_HAS(end.out, two.output);
}

TEST_P(ScriptOutput, is_not_told_to_those_who_do_not_ask) {
  auto arguments = scan_with("dying");
  arguments.push_back("-d1");
  Session s(nmap(), arguments);
  s.client().request<dap::SetExceptionBreakpoints>({{}, {}});
  s.run();
  EXPECT_HAS(s.finish().out, "one is dead");
  EXPECT_FALSE(s.client().seen<dap::NseOutputEvent>());
}

}  // namespace
}  // namespace conversation
