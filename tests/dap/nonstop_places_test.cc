// Non-stop mode: the places in which a thread can stand.
#include "dap/scans.h"

namespace conversation {
namespace {

using NonStopPlaces = Conversation;
ON_BOTH_NMAPS(NonStopPlaces);

TEST_P(NonStopPlaces, steps_line_by_line) {
  Session s(nmap(), scan_with("counter"), non_stop());
  s.set_functions({"counter:action"});
  Stop stop = run_to_stop(s);
  EXPECT_EQ(stop.reason, "function breakpoint");
  for (const char* line : {"for i = 1", "sum = sum +", "local square", "seen[#seen"}) {
    stop = s.step_in(stop);
    EXPECT_EQ(s.top(stop).line, fixture_line("counter", line)) << line;
    EXPECT_EQ(stop.allThreadsStopped, false);
  }
  stop = s.step_out(stop);
  EXPECT_EQ(s.top(stop).name, "action");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "counter: sum 385");
}

TEST_P(NonStopPlaces, stands_in_a_nested_coroutine) {
  peers::TcpPeer peer({}, at(address()));
  Session s(nmap(), port_scan(fixture("coroutines")), non_stop());
  s.set_breakpoint("coroutines.nse", fixture_line("coroutines", "coroutine.yield(\"connected"));
  Stop stop = run_to_stop(s);
  EXPECT_EQ(stop.allThreadsStopped, false);
  EXPECT_EQ(s.print(stop, "status"), "true");
  bool has_action = false;
  for (const dap::StackFrame& frame : s.stack(stop)) has_action |= frame.name == "action";
  EXPECT_TRUE(has_action);
  s.set_breakpoints("coroutines.nse", {});
  stop = s.step_out(stop);
  EXPECT_EQ(s.place(stop),
            "coroutines.nse:" + std::to_string(fixture_line("coroutines", "local second")));
  EXPECT_EQ(s.print(stop, "first"), "\"connected true\"");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "connected true");
}

TEST_P(NonStopPlaces, where_nothing_can_yield_everything_stops_and_says_so) {
  Session s(nmap(), scan_with("sorter"), non_stop());
  s.set_breakpoint("sorter.nse", fixture_line("sorter", "local less"));
  Stop stop = run_to_stop(s);
  EXPECT_EQ(stop.allThreadsStopped, true);
  EXPECT_HAS(*stop.description, "(everything is stopped: this place cannot yield)");
  s.set_breakpoints("sorter.nse", {});
  EXPECT_EQ(s.print(stop, "a ~= nil"), "true");
  EXPECT_TRUE(continues_all(s, stop.thread));
  EXPECT_HAS(s.finish().out, "sorter: 1 2 3");
}

TEST_P(NonStopPlaces, stands_within_pcall) {
  Session s(nmap(), scan_with("catch"), non_stop());
  s.set_breakpoint("catch.nse", fixture_line("catch", "error(thrown)"));
  Stop stop = run_to_stop(s);
  EXPECT_EQ(stop.allThreadsStopped, false);
  EXPECT_EQ(s.print(stop, "thrown"), "\"plain\"");
  s.set_breakpoints("catch.nse", {});
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "catch.nse:16: plain");
}

// A thread on its way from an inner coroutine to the engine runs lines of the outer one: what asks
// about it meanwhile must not be answered from there. Each stop is a chance to be that early.
TEST_P(NonStopPlaces, an_inner_coroutine_is_shown_however_soon_one_asks) {
  Session s(nmap(), scan_with("generator"), non_stop());
  s.set_breakpoint("generator.nse", fixture_line("generator", "coroutine.yield(square)"));
  s.run();
  for (int i = 1; i <= 100; ++i) {
    Stop stop = s.wait_stopped();
    ASSERT_EQ(s.print(stop, "square"), std::to_string(i * i));
    s.resume(stop);
  }
  EXPECT_HAS(s.finish().out, "generator: sum 338350");
}

}  // namespace
}  // namespace conversation
