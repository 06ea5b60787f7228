// nse/errorReport, and a script that yields where NSE cannot go on.
#include "dap/nse_requests.h"
#include "dap/scans.h"

namespace conversation {
namespace {

using ErrorReport = Conversation;
ON_BOTH_NMAPS(ErrorReport);

std::string local(const dap::ReportedFrame& frame, const std::string& name) {
  for (const dap::ReportedLocal& one : frame.locals.value_or(std::vector<dap::ReportedLocal>()))
    if (one.name == name) return one.value;
  return "none";
}

TEST_P(ErrorReport, is_the_error_with_its_stack_and_locals) {
  Session s(nmap(), scan_with("throw"));
  s.stop_on_uncaught_errors();
  s.run();
  Stop stop = s.wait_stopped();
  auto report = s.client().request<dap::ErrorReport>({stop.thread});
  EXPECT_EQ(report.filter, "uncaught");
  EXPECT_HAS(report.message, "attempt to index a nil value (local 'nothing')");
  EXPECT_EQ(report.thread.nseScript, "throw");
  EXPECT_EQ(report.thread.nsePhase, "action");
  ASSERT_EQ(report.frames.size(), 4u);  // deepest twice, the coroutine's function, action
  EXPECT_EQ(report.frames[0].name, "deepest");
  EXPECT_EQ(report.frames[0].line, fixture_line("throw", "return nothing.field"));
  EXPECT_EQ(report.frames[0].text, "    return nothing.field");
  EXPECT_EQ(local(report.frames[0], "here"), "\"level 0\"");
  EXPECT_EQ(local(report.frames[0], "nothing"), "nil");
  EXPECT_EQ(local(report.frames[1], "here"), "\"level 1\"");
  EXPECT_EQ(local(report.frames[2], "inside"), "\"the coroutine's own local\"");
  EXPECT_EQ(report.frames[3].name, "action");
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(ErrorReport, needs_an_error) {
  Session s(nmap(), scan_with("counter"));
  s.set_functions({"counter:action"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_HAS(s.client().error<dap::ErrorReport>({stop.thread}), "has not raised an error");
}

TEST_P(ErrorReport, of_a_script_that_does_not_load) {
  Session s(nmap(), scan_with("broken_load"));
  s.client().request<dap::SetExceptionBreakpoints>({{"load"}, {}});
  s.run();
  Stop stop = s.wait_stopped();
  auto report = s.client().request<dap::ErrorReport>({stop.thread});
  EXPECT_EQ(report.filter, "load");
  ASSERT_FALSE(report.frames.empty());
  EXPECT_EQ(report.frames[0].source->name, "broken_load.nse");
  EXPECT_EQ(local(report.frames[0], "missing"), "nil");
}

TEST_P(ErrorReport, a_yield_out_of_the_action_stops_with_its_stack) {
  Session s(nmap(), scan_with("yields"));
  s.stop_on_uncaught_errors();
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "exception");
  EXPECT_HAS(*stop.description, "Uncaught error: the script yielded unexpectedly");
  auto frames = s.stack(stop);
  ASSERT_GT(frames.size(), 2u);
  EXPECT_EQ(frames[0].name, "yield");
  EXPECT_EQ(frames[1].line, fixture_line("yields", "coroutine.yield(asked)"));
  EXPECT_EQ(s.locals(frames[1].id).at("asked"), "\"for a step\"");
  EXPECT_EQ(frames[2].name, "action");
  EXPECT_EQ(s.locals(frames[2].id).at("first"), "\"fine\"");
  EXPECT_EQ(s.client().request<dap::ExceptionInfo>({stop.thread}).breakMode, "unhandled");
  auto report = s.client().request<dap::ErrorReport>({stop.thread});
  EXPECT_HAS(report.message, "yielded unexpectedly");
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(ErrorReport, a_yield_is_an_uncaught_error_with_conditions) {
  Session s(nmap(), scan_with("yields"));
  dap::SetExceptionBreakpoints::Arguments arguments;
  arguments.filterOptions = {{{"uncaught", "asked == 'nobody'"}}};
  s.client().request<dap::SetExceptionBreakpoints>(arguments);
  s.run();
  EXPECT_EQ(s.finish().status, 0);
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

}  // namespace
}  // namespace conversation
