// What a function has returned, shown at the stop of the step that left it.
#include "dap/scans.h"

namespace conversation {
namespace {

using Values = std::vector<std::string>;

class Returned : public Conversation {
 protected:
  static int line(const std::string& text) { return fixture_line("returns", text); }
  // Stopped at the first arrival at the line with `text`.
  static Stop stop_at(Session& s, const std::string& text) {
    s.set_breakpoint("returns.nse", line(text));
    s.run();
    Stop stop = s.wait_stopped();
    s.set_breakpoints("returns.nse", {});
    return stop;
  }
  static Values values(const Stop& stop) {
    return stop.nseReturned ? stop.nseReturned->values : Values{};
  }
};
ON_BOTH_NMAPS(Returned);

TEST_P(Returned, is_the_last_of_the_locals_and_can_be_evaluated) {
  Session s(nmap(), scan_with("returns"));
  Stop stop = s.step_out(stop_at(s, "local doubled"));
  EXPECT_EQ(s.place(stop), "returns.nse:" + std::to_string(line("local b =")));
  EXPECT_EQ(values(stop), Values{"42"});
  EXPECT_EQ(stop.nseReturned->function, "one");
  dap::Scope locals = s.scope(s.frame(stop), "Locals");
  auto children = s.children(locals.variablesReference);
  EXPECT_EQ(*locals.namedVariables, static_cast<int>(children.size()));
  EXPECT_EQ(children.back().name, "Return value");
  EXPECT_EQ(children.back().value, "42");
  EXPECT_EQ(s.print(stop, *children.back().evaluateName), "42");
  stop = s.next(stop);  // over the next call: no function was left
  EXPECT_FALSE(stop.nseReturned);
  EXPECT_EQ(s.locals(s.frame(stop)).count("Return value"), 0u);
  EXPECT_EQ(s.print(stop, "NSE.returned"), "nil");
}

TEST_P(Returned, are_as_many_as_there_are) {
  Session s(nmap(), scan_with("returns"));
  Stop stop = s.step_out(stop_at(s, "return first"));
  EXPECT_EQ(values(stop), (Values{"1", "\"two\"", "nil", "\"x\""}));
  EXPECT_EQ(s.locals(s.frame(stop)).at("Return value 2"), "\"two\"");
  EXPECT_EQ(s.print(stop, "NSE.returned[4]"), "\"x\"");
}

TEST_P(Returned, of_a_tail_call_are_the_callers) {
  Session s(nmap(), scan_with("returns"));
  Stop stop = s.step_out(stop_at(s, "local here"));
  EXPECT_EQ(values(stop), (Values{"1", "\"two\"", "nil", "5", "\"six\""}));
  s.set_breakpoint("returns.nse", line("local more"));
  stop = s.go_on(stop);
  stop = s.step_out(stop);
  EXPECT_EQ(values(stop), Values{"10"});
  EXPECT_EQ(stop.nseReturned->function, "one");
}

TEST_P(Returned, nothing_is_nothing) {
  Session s(nmap(), scan_with("returns"));
  Stop stop = s.step_out(stop_at(s, "local unused"));
  EXPECT_EQ(s.place(stop), "returns.nse:" + std::to_string(line("local d =")));
  EXPECT_FALSE(stop.nseReturned);
}

TEST_P(Returned, after_a_wait_for_the_network) {
  Session s(nmap(), scan_with("returns"));
  Stop stop = s.step_out(stop_at(s, "stdnse.sleep"));
  EXPECT_EQ(values(stop), Values{"\"waited\""});
}

TEST_P(Returned, by_next_and_step_in_at_the_end_of_a_function) {
  for (auto step : {&Session::next, &Session::step_in}) {
    Session s(nmap(), scan_with("returns"));
    Stop stop = (s.*step)(stop_at(s, "return doubled"));
    EXPECT_EQ(s.top(stop).name, "action");
    EXPECT_EQ(values(stop), Values{"42"});
    EXPECT_EQ(s.locals(s.frame(stop)).at("Return value"), "42");
  }
}

TEST_P(Returned, from_a_coroutine) {
  Session s(nmap(), scan_with("returns"));
  Stop stop = stop_at(s, "from inside");
  stop = s.step_in(stop);  // into the function on the same line
  EXPECT_EQ(s.place(stop), "returns.nse:" + std::to_string(line("from inside")));
  stop = s.step_out(stop);
  EXPECT_EQ(values(stop), Values{"\"from inside\""});
}

// Not the value of the function that is called at the same depth afterwards.
TEST_P(Returned, only_of_the_function_that_was_left) {
  Session s(nmap(), scan_with("returns"));
  Stop stop = stop_at(s, "local g =");
  stop = s.step_in(stop);
  EXPECT_EQ(s.locals(s.frame(stop)).at("n"), "1");
  stop = s.step_out(stop);  // one(1), and then one(2) runs in the same line
  EXPECT_EQ(s.place(stop), "returns.nse:" + std::to_string(line("return \"end")));
  EXPECT_EQ(values(stop), Values{"2"});
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "end 42");
}

}  // namespace
}  // namespace conversation
