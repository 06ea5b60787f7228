// Conditions, hit conditions and log messages of line breakpoints.
#include "dap/scans.h"

namespace conversation {
namespace {

class Conditions : public Conversation {
 protected:
  // On the first line of counter.nse's loop body, which is reached with i = 1 … 10.
  dap::SourceBreakpoint in_the_loop() const {
    dap::SourceBreakpoint breakpoint;
    breakpoint.line = fixture_line("counter", "local square");
    return breakpoint;
  }
  dap::SourceBreakpoint with_condition(const std::string& condition) const {
    dap::SourceBreakpoint breakpoint = in_the_loop();
    breakpoint.condition = condition;
    return breakpoint;
  }
  dap::SourceBreakpoint with_hits(const std::string& hits) const {
    dap::SourceBreakpoint breakpoint = in_the_loop();
    breakpoint.hitCondition = hits;
    return breakpoint;
  }
  dap::SourceBreakpoint with_log(const std::string& message) const {
    dap::SourceBreakpoint breakpoint = in_the_loop();
    breakpoint.logMessage = message;
    return breakpoint;
  }
  // The values of i at which the scan stops.
  std::vector<std::string> stops(const dap::SourceBreakpoint& breakpoint) const {
    Session s(nmap(), scan_with("counter"));
    dap::SourceBreakpoint end;
    end.line = fixture_line("counter", "return \"sum");
    s.set_breakpoints("counter.nse", {breakpoint, end});
    s.run();
    std::vector<std::string> found;
    Stop stop = s.wait_stopped();
    for (; s.top(stop).line != end.line; stop = s.go_on(stop)) found.push_back(s.print(stop, "i"));
    s.resume(stop);
    EXPECT_HAS(s.finish().out, "counter: sum 385");
    return found;
  }
};
ON_BOTH_NMAPS(Conditions);

using Values = std::vector<std::string>;

TEST_P(Conditions, stop_where_they_are_true) {
  EXPECT_EQ(stops(with_condition("i % 4 == 0")), (Values{"4", "8"}));
}

TEST_P(Conditions, that_are_false_never_stop) {
  EXPECT_EQ(stops(with_condition("#seen > 100 or undeclared_name")), Values{});
}

TEST_P(Conditions, see_locals_upvalues_and_globals) {
  EXPECT_EQ(stops(with_condition("type(seen) == 'table' and #seen == 6")), Values{"7"});
  dap::SourceBreakpoint in_action;
  in_action.line = fixture_line("counter", "sum = sum + visit");
  in_action.condition = "type(visit) == 'function' and i == 2";
  EXPECT_EQ(stops(in_action), Values{"2"});
}

TEST_P(Conditions, that_do_not_compile_fail_at_once) {
  Session s(nmap(), scan_with("counter"));
  dap::Breakpoint failed = s.set_breakpoint("counter.nse", with_condition("i == = 2"));
  EXPECT_FALSE(failed.verified);
  EXPECT_EQ(failed.reason, "failed");
  EXPECT_EQ(failed.message->rfind("the condition does not compile: ", 0), 0u) << *failed.message;
  EXPECT_HAS(*failed.message, "near '='");
  s.run();
  EXPECT_HAS(s.finish().out, "counter: sum 385");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Conditions, that_raise_stop_and_say_so) {
  Session s(nmap(), scan_with("counter"));
  s.set_breakpoint("counter.nse", with_condition("i > missing.limit"));
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "breakpoint");
  EXPECT_EQ(s.print(stop, "i"), "1");
  EXPECT_HAS(*stop.description, "the condition 'i > missing.limit' failed: ");
  EXPECT_HAS(*stop.description, "attempt to index a nil value");
}

TEST_P(Conditions, may_not_touch_the_network) {
  Session s(nmap(), scan_with("counter"));
  s.set_breakpoint("counter.nse", with_condition("require('nmap').new_socket()"));
  s.run();
  EXPECT_HAS(*s.wait_stopped().description, "touches the network");
}

TEST_P(Conditions, on_hits_count) {
  EXPECT_EQ(stops(with_hits("3")), Values{"3"});
  EXPECT_EQ(stops(with_hits(">= 9")), (Values{"9", "10"}));
  EXPECT_EQ(stops(with_hits("% 4")), (Values{"4", "8"}));
}

TEST_P(Conditions, on_hits_count_only_where_the_condition_is_true) {
  dap::SourceBreakpoint breakpoint = with_condition("i % 2 == 0");
  breakpoint.hitCondition = "> 3";
  EXPECT_EQ(stops(breakpoint), (Values{"8", "10"}));
}

TEST_P(Conditions, on_hits_that_make_no_sense_fail) {
  Session s(nmap(), scan_with("counter"));
  dap::Breakpoint failed = s.set_breakpoint("counter.nse", with_hits("often"));
  EXPECT_FALSE(failed.verified);
  EXPECT_EQ(failed.reason, "failed");
  EXPECT_HAS(*failed.message, "often");
}

TEST_P(Conditions, log_messages_do_not_stop) {
  Session s(nmap(), scan_with("counter"));
  s.set_breakpoint("counter.nse", with_log("{{i}} = {i}, square {i * i}, {missing.field}"));
  s.run();
  EXPECT_HAS(s.finish().out, "counter: sum 385");
  auto first = s.client().event<dap::OutputEvent>();
  EXPECT_EQ(first.category, "console");
  EXPECT_EQ(first.output.rfind("{i} = 1, square 1, <", 0), 0u) << first.output;
  EXPECT_EQ(first.output.back(), '\n');
  EXPECT_EQ(first.line, fixture_line("counter", "local square"));
  EXPECT_EQ(first.source->name, "counter.nse");
  for (int i = 2; i <= 10; ++i) EXPECT_TRUE(s.client().seen<dap::OutputEvent>()) << i;
  EXPECT_FALSE(s.client().seen<dap::OutputEvent>());
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Conditions, log_messages_with_a_condition_and_hits) {
  Session s(nmap(), scan_with("counter"));
  dap::SourceBreakpoint breakpoint = with_log("i is {i}");
  breakpoint.condition = "i > 5";
  breakpoint.hitCondition = "2";
  s.set_breakpoint("counter.nse", breakpoint);
  s.run();
  s.finish();
  EXPECT_EQ(s.client().event<dap::OutputEvent>().output, "i is 7\n");
  EXPECT_FALSE(s.client().seen<dap::OutputEvent>());
}

TEST_P(Conditions, log_messages_that_do_not_compile_fail) {
  Session s(nmap(), scan_with("counter"));
  dap::Breakpoint failed = s.set_breakpoint("counter.nse", with_log("i is {i +}"));
  EXPECT_FALSE(failed.verified);
  EXPECT_HAS(*failed.message, "the log message does not compile");
}

}  // namespace
}  // namespace conversation
