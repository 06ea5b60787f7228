// Breakpoints on functions: by script and rule, by library and name, by name alone.
#include "dap/scans.h"

namespace conversation {
namespace {

using FunctionBreakpoints = HttpConversation;
ON_BOTH_NMAPS(FunctionBreakpoints);

TEST_P(FunctionBreakpoints, stop_in_the_action_and_in_the_rule) {
  Session s(nmap(), port_scan("http-methods"));
  auto set = s.set_functions({"http-methods:action", "http-methods:portrule"});
  EXPECT_FALSE(set[0].verified);
  EXPECT_EQ(set[0].reason, "pending");
  EXPECT_EQ(set[0].message, "no function 'http-methods:action' is loaded yet");
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "function breakpoint");
  EXPECT_EQ(stop.hitBreakpointIds, std::vector<int>{*set[1].id});
  EXPECT_EQ(s.thread(stop.thread).nsePhase, "portrule");
  EXPECT_EQ(s.top(stop).source->name, "shortport.lua");  // portrule = shortport.http

  stop = s.go_on(stop);
  EXPECT_EQ(stop.hitBreakpointIds, std::vector<int>{*set[0].id});
  EXPECT_EQ(s.thread(stop.thread).nsePhase, "action");
  EXPECT_EQ(s.top(stop).name, "action");
  EXPECT_EQ(s.top(stop).line, line_of(nmap().script("http-methods"), "local path, retest"));
  EXPECT_EQ(s.print(stop, "port.number"), "8000");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "PUT DELETE");
}

TEST_P(FunctionBreakpoints, are_verified_with_the_place_they_found) {
  Session s(nmap(), port_scan("http-methods"));
  int id = *s.set_functions({"http-methods:action"})[0].id;
  s.run();
  s.wait_stopped();
  auto verified = s.client()
                      .event<dap::BreakpointEvent>([&](const auto& event) {
                        return event.breakpoint.id == id && event.breakpoint.verified;
                      })
                      .breakpoint;
  EXPECT_EQ(verified.source->name, "http-methods.nse");
  EXPECT_EQ(verified.line, line_of(nmap().script("http-methods"), "action = function"));
}

TEST_P(FunctionBreakpoints, stop_in_a_library_function) {
  Session s(nmap(), port_scan("http-methods"));
  s.set_functions({"http.generic_request"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "function breakpoint");
  EXPECT_EQ(s.top(stop).name, "generic_request");
  EXPECT_EQ(s.top(stop).source->name, "http.lua");
  EXPECT_EQ(s.print(stop, "method"), "\"OPTIONS\"");
  EXPECT_EQ(s.stack(stop)[1].name, "action");
}

TEST_P(FunctionBreakpoints, stop_in_every_function_of_a_plain_name) {
  Session s(nmap(), port_scan("http-methods"));
  s.set_functions({"merge_headers"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.top(stop).name, "merge_headers");
  EXPECT_EQ(s.top(stop).source->name, "http-methods.nse");
}

TEST_P(FunctionBreakpoints, stop_in_the_action_of_any_script) {
  Session s(nmap(), port_scan("http-methods,http-title"));
  s.set_functions({"*:action"});
  s.run();
  std::set<std::string> scripts;
  Stop stop = s.wait_stopped();
  scripts.insert(*s.thread(stop.thread).nseScript);
  stop = s.go_on(stop);
  scripts.insert(*s.thread(stop.thread).nseScript);
  EXPECT_EQ(scripts, (std::set<std::string>{"http-methods", "http-title"}));
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_HAS(end.out, "http-title: A peer");
  EXPECT_HAS(end.out, "PUT DELETE");
}

TEST_P(FunctionBreakpoints, with_an_unknown_name_stay_pending_and_suggest_one) {
  Session s(nmap(), port_scan("http-methods"));
  int id = *s.set_functions({"http-methods:acton"})[0].id;
  s.run();
  auto change = s.client().event<dap::BreakpointEvent>(
      [&](const auto& event) { return event.breakpoint.id == id; });
  EXPECT_FALSE(change.breakpoint.verified);
  EXPECT_EQ(change.breakpoint.reason, "pending");
  EXPECT_EQ(change.breakpoint.message,
            "no function 'http-methods:acton' is loaded yet; did you mean 'http-methods:action'?");
  EXPECT_HAS(s.finish().out, "PUT DELETE");
}

TEST_P(FunctionBreakpoints, have_conditions_hits_and_log_messages) {
  Session s(nmap(), port_scan("http-methods"));
  dap::SetFunctionBreakpoints::Arguments arguments;
  arguments.breakpoints.resize(2);
  arguments.breakpoints[0].name = "http-methods:action";
  arguments.breakpoints[0].condition = "port.number == 1";
  arguments.breakpoints[1].name = "http.generic_request";
  arguments.breakpoints[1].nseLogMessage = "{method} {path}";
  s.client().request<dap::SetFunctionBreakpoints>(arguments);
  s.run();
  s.finish();
  EXPECT_EQ(s.client().event<dap::OutputEvent>().output, "OPTIONS /\n");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

}  // namespace
}  // namespace conversation
