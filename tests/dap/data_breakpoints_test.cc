// Stops when a field of a table or a local changes.
#include "dap/scans.h"

namespace conversation {
namespace {

class DataBreakpoints : public Conversation {
 protected:
  // In the action of counter.nse, before its first visit.
  Stop stop_in_action(Session& s) const {
    s.set_breakpoint("counter.nse", line("sum = sum"));
    s.run();
    Stop stop = s.wait_stopped();
    s.set_breakpoints("counter.nse", {});
    return stop;
  }
  static int line(const std::string& text) { return fixture_line("counter", text); }

  static dap::DataBreakpointInfo::Response info(Session& s, const Stop& stop,
                                                const std::string& name) {
    dap::DataBreakpointInfo::Arguments arguments;
    arguments.name = name;
    arguments.frameId = s.frame(stop);
    return s.client().request<dap::DataBreakpointInfo>(arguments);
  }
  // dataId is a JSON string.
  static std::string id_of(const dap::DataBreakpointInfo::Response& info) {
    return info.dataId.text.substr(1, info.dataId.text.size() - 2);
  }
  static dap::Breakpoint watch(Session& s, dap::DataBreakpoint breakpoint) {
    return s.client().request<dap::SetDataBreakpoints>({{std::move(breakpoint)}}).breakpoints.at(0);
  }
};
ON_BOTH_NMAPS(DataBreakpoints);

TEST_P(DataBreakpoints, a_local_stops_with_its_old_and_new_value) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_in_action(s);
  dap::DataBreakpointInfo::Arguments arguments;
  arguments.variablesReference = s.scope(s.frame(stop), "Locals").variablesReference;
  arguments.name = "sum";
  auto sum = s.client().request<dap::DataBreakpointInfo>(arguments);
  EXPECT_EQ(sum.description, "local sum");
  EXPECT_EQ(sum.accessTypes, std::vector<std::string>{"write"});
  dap::Breakpoint breakpoint = watch(s, {id_of(sum), "write", {}, {}});
  EXPECT_TRUE(breakpoint.verified);
  stop = s.go_on(stop);
  EXPECT_EQ(stop.reason, "data breakpoint");
  EXPECT_EQ(stop.hitBreakpointIds, std::vector<int>{*breakpoint.id});
  EXPECT_HAS(*stop.description, "sum changed from 0 to 1");
  EXPECT_EQ(s.top(stop).name, "action");
  stop = s.go_on(stop);
  EXPECT_HAS(*stop.description, "sum changed from 1 to 5");
  s.client().request<dap::SetDataBreakpoints>({});
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "sum 385");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(DataBreakpoints, a_local_ends_with_its_function) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_in_action(s);
  dap::DataBreakpoint breakpoint{id_of(info(s, stop, "sum")), {}, "sum > 9999", {}};
  const int id = *watch(s, breakpoint).id;
  s.resume(stop);
  auto event = s.client().event<dap::BreakpointEvent>(
      [id](const dap::BreakpointEvent& one) { return one.breakpoint.id == id; });
  EXPECT_FALSE(event.breakpoint.verified);
  EXPECT_EQ(event.breakpoint.message, "the function of the local has returned");
  EXPECT_HAS(s.finish().out, "sum 385");
}

TEST_P(DataBreakpoints, a_field_stops_after_the_line_that_wrote_it) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_in_action(s);
  auto third = info(s, stop, "seen[3]");
  EXPECT_EQ(third.description, "seen[3]");
  EXPECT_TRUE(watch(s, {id_of(third), {}, {}, {}}).verified);
  stop = s.go_on(stop);
  EXPECT_EQ(stop.reason, "data breakpoint");
  EXPECT_HAS(*stop.description,
             "seen[3] changed from nil to 9, at counter.nse:" + std::to_string(line("seen[#seen")));
  EXPECT_EQ(s.place(stop), "counter.nse:" + std::to_string(line("return square")));
  stop = s.next(stop);  // it stops once, and steps go on from there
  EXPECT_EQ(stop.reason, "step");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "sum 385");
}

TEST_P(DataBreakpoints, of_an_opened_table_are_its_fields) {
  Session s(nmap(), scan_with("values"));
  s.set_breakpoint("values.nse", fixture_line("values", "return integer"));
  s.run();
  Stop stop = s.wait_stopped();
  dap::DataBreakpointInfo::Arguments arguments;
  arguments.variablesReference = s.evaluate(s.frame(stop), "record").variablesReference;
  arguments.name = "[\"two words\"]";
  auto field = s.client().request<dap::DataBreakpointInfo>(arguments);
  EXPECT_EQ(field.description, "record: [\"two words\"]");
  EXPECT_TRUE(watch(s, {id_of(field), {}, {}, {}}).verified);
}

TEST_P(DataBreakpoints, have_conditions_and_hit_conditions) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_in_action(s);
  auto sum = info(s, stop, "sum");
  watch(s, {id_of(sum), {}, "sum > 100", {}});
  stop = s.go_on(stop);
  EXPECT_HAS(*stop.description, "sum changed from 91 to 140");
  watch(s, {id_of(sum), {}, {}, "2"});
  stop = s.go_on(stop);
  EXPECT_HAS(*stop.description, "sum changed from 204 to 285");
  watch(s, {id_of(sum), {}, "sum.x.y", {}});
  EXPECT_HAS(*s.go_on(stop).description, "(the condition 'sum.x.y' failed: ");
}

TEST_P(DataBreakpoints, that_cannot_be_say_why) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_in_action(s);
  auto none = info(s, stop, "nosuch");
  EXPECT_EQ(none.dataId.text, "null");
  EXPECT_EQ(none.description, "cannot watch 'nosuch': 'nosuch' is no local of the frame");
  EXPECT_HAS(info(s, stop, "sum + 1").description, "only fields of tables and locals");
  EXPECT_HAS(info(s, stop, "sum.x").description, "it is no field of a table");
  dap::Breakpoint bad = watch(s, {"77", {}, {}, {}});
  EXPECT_FALSE(bad.verified);
  EXPECT_EQ(bad.reason, "failed");
  EXPECT_HAS(*bad.message, "there is no dataId '77'");
  std::string id = id_of(info(s, stop, "sum"));
  EXPECT_EQ(watch(s, {id, "read", {}, {}}).message, "only writes can be watched");
  EXPECT_HAS(*watch(s, {id, {}, "sum ==", {}}).message, "the condition does not compile");
  EXPECT_HAS(*watch(s, {id, {}, {}, "often"}).message, "is no hit condition");
}

}  // namespace
}  // namespace conversation
