// Errors that somebody catches, exits by nmap.new_try, files that do not load, and conditions.
#include <stdio.h>

#include "dap/scans.h"

namespace conversation {
namespace {

void stop_on(Session& s, const std::string& filter) {
  s.client().request<dap::SetExceptionBreakpoints>({{filter}, {}});
}

dap::Breakpoint stop_on(Session& s, const std::string& filter, const std::string& condition) {
  dap::SetExceptionBreakpoints::Arguments arguments;
  arguments.filterOptions = {{{filter, condition}}};
  return s.client().request<dap::SetExceptionBreakpoints>(arguments).breakpoints->front();
}

// The script's part of the report.
std::string result_of(const std::string& report) {
  size_t begin = report.find("| catch:"), end = report.find("\n|_", begin);
  if (end == std::string::npos) return "no result in: " + report;
  return report.substr(begin, report.find('\n', end + 1) - begin);
}

class CaughtErrors : public Conversation {
 protected:
  // What the script says without a debugger.
  std::string plain_result() const {
    std::string command = nmap().path;
    for (const std::string& word : scan_with("catch")) command += " " + word;
    std::string report;
    FILE* pipe = popen((command + " </dev/null 2>&1").c_str(), "r");
    char bytes[4096];
    while (size_t n = fread(bytes, 1, sizeof bytes, pipe)) report.append(bytes, n);
    pclose(pipe);
    return result_of(report);
  }
  int line(const std::string& text) const { return fixture_line("catch", text); }
  const int raising = fixture_line("catch", "error(thrown)");
};
ON_BOTH_NMAPS(CaughtErrors);

TEST_P(CaughtErrors, stop_at_the_line_that_raised_with_its_locals) {
  Session s(nmap(), scan_with("catch"));
  stop_on(s, "caught");
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "exception");
  EXPECT_HAS(*stop.description, "Caught error: ");
  EXPECT_HAS(*stop.text, "catch.nse:16: plain");
  auto frames = s.stack(stop);
  ASSERT_GT(frames.size(), 3u);  // error, raise, pcall, action
  EXPECT_EQ(frames[0].name, "error");
  EXPECT_EQ(frames[1].line, raising);
  EXPECT_EQ(s.locals(frames[1].id).at("thrown"), "\"plain\"");
  EXPECT_EQ(frames[2].name, "pcall");
  EXPECT_EQ(frames[3].name, "action");
}

TEST_P(CaughtErrors, change_nothing_for_the_script) {
  const std::string plain = plain_result();
  EXPECT_HAS(plain, "false error in error handling");
  {
    Session s(nmap(), scan_with("catch"));
    s.run();
    EXPECT_EQ(result_of(s.finish().out), plain);
  }
  {
    Session s(nmap(), scan_with("catch"));
    stop_on(s, "caught", "false");
    s.run();
    EXPECT_EQ(result_of(s.finish().out), plain);
    EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
  }
}

// One stop each: those that pcall or coroutine.wrap raise again, and an error in an error handler,
// are no others.
TEST_P(CaughtErrors, are_each_seen_once) {
  const std::string plain = plain_result();
  Session s(nmap(), scan_with("catch"));
  stop_on(s, "caught");
  s.run();
  std::vector<std::string> seen;
  while (auto event = s.client().event_or_end<dap::StoppedEvent>()) {
    seen.push_back(*event->text);
    s.client().request<dap::Continue>({*event->threadId, {}});
  }
  EXPECT_EQ(result_of(s.finish().out), plain);
  const std::vector<std::string> expected = {
      ": plain",     "{code = 7}",        "{code = 7}",     "nil",
      "no position", ": their",           "'string.rep'",   "'pcall'",
      ": inner",     ": for the handler", "{code = 7}",     ": traced",
      ": an error",  ": after a wait",    ": after a wait", "stack overflow",
      ": resumed",   ": wrapped"};
  ASSERT_EQ(seen.size(), expected.size());
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_HAS(seen[i], expected[i]);
}

TEST_P(CaughtErrors, steps_go_to_where_they_are_caught) {
  for (auto step : {&Session::next, &Session::step_out, &Session::step_in}) {
    Session again(nmap(), scan_with("catch"));
    stop_on(again, "caught");
    again.run();
    Stop raised = again.wait_stopped();
    again.client().request<dap::SetExceptionBreakpoints>({{"uncaught"}, {}});
    Stop after = (again.*step)(raised);
    EXPECT_EQ(after.reason, "step");
    EXPECT_EQ(again.top(after).name, step == &Session::step_in ? "note" : "action");
  }
}

TEST_P(CaughtErrors, have_conditions) {
  Session s(nmap(), scan_with("catch"));
  EXPECT_TRUE(stop_on(s, "caught", "type(err) == 'table' and err.code == 7").verified);
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(*stop.text, "{code = 7}");
  EXPECT_EQ(s.print(stop, "NSE.error.code"), "7");
  const int raiser = s.stack(stop)[1].id;  // above it is the function `error`
  EXPECT_EQ(s.evaluate(raiser, "rawequal(NSE.error, thrown)").result, "true");
}

TEST_P(CaughtErrors, conditions_see_the_locals_where_it_was_raised) {
  Session s(nmap(), scan_with("catch"));
  stop_on(s, "caught", "thrown == 'inner'");
  s.run();
  EXPECT_HAS(*s.wait_stopped().text, ": inner");
}

TEST_P(CaughtErrors, a_bad_condition_is_told) {
  Session s(nmap(), scan_with("catch"));
  dap::Breakpoint bad = stop_on(s, "caught", "err ==");
  EXPECT_FALSE(bad.verified);
  EXPECT_EQ(bad.reason, "failed");
  EXPECT_HAS(*bad.message, "the condition does not compile: ");
  EXPECT_TRUE(stop_on(s, "caught", "err.no.such").verified);
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_HAS(*stop.description, "(the condition 'err.no.such' failed: ");
}

TEST_P(CaughtErrors, are_described_by_exceptionInfo) {
  Session s(nmap(), scan_with("catch"));
  stop_on(s, "caught", "type(err) == 'table'");
  s.run();
  Stop stop = s.wait_stopped();
  auto info = s.client().request<dap::ExceptionInfo>({stop.thread});
  EXPECT_EQ(info.exceptionId, "caught");
  EXPECT_EQ(info.breakMode, "always");
  EXPECT_EQ(*info.details->typeName, "table");
  EXPECT_EQ(s.print(stop, *info.details->evaluateName), "{code = 7}");
  EXPECT_HAS(*info.details->stackTrace, "stack traceback:\n\t[C]: in function 'error'");
  EXPECT_HAS(*info.details->stackTrace, "catch.nse:" + std::to_string(raising));
  s.resume(stop);
}

TEST_P(CaughtErrors, in_coroutines_are_seen_where_they_died) {
  Session s(nmap(), scan_with("catch"));
  stop_on(s, "caught", "thrown == 'resumed'");
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.stack(stop)[1].line, raising);
  auto info = s.client().request<dap::ExceptionInfo>({stop.thread});
  EXPECT_HAS(*info.details->stackTrace, "resumed by\nstack traceback:");
}

TEST_P(CaughtErrors, of_a_stack_that_overflows_are_looked_at_in_no_time) {
  Session s(nmap(), scan_with("catch"));
  stop_on(s, "caught", "type(err) == 'string' and err:find('stack overflow')");
  s.run();
  Stop stop = s.wait_stopped();
  auto trace = s.client().request<dap::StackTrace>({stop.thread, 0, 20});
  EXPECT_GT(*trace.totalFrames, 10000);
  EXPECT_EQ(trace.stackFrames.size(), 20u);
  EXPECT_HAS(*s.client().request<dap::ExceptionInfo>({stop.thread}).details->stackTrace,
             "catch.nse");
  stop = s.next(stop);
  EXPECT_EQ(s.top(stop).name, "action");
}

// What one client wants stops, whatever another one sets, until it leaves.
TEST_P(CaughtErrors, filters_belong_to_their_client) {
  Session s(nmap(), scan_with("catch"));
  auto other = s.second_client();
  other->request<dap::SetExceptionBreakpoints>({{"caught"}, {}});
  s.client().request<dap::SetExceptionBreakpoints>({{}, {}});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "exception");
  other->request<dap::Disconnect>();
  other->await_closed();
  s.resume(stop);
  EXPECT_EQ(result_of(s.finish().out), plain_result());
}

using OtherErrors = Conversation;
ON_BOTH_NMAPS(OtherErrors);

TEST_P(OtherErrors, an_exit_by_new_try_stops_if_asked) {
  Session s(nmap(), scan_with("give_up"));
  stop_on(s, "new_try");
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(*stop.description, "nmap.new_try: the other side is silent");
  auto info = s.client().request<dap::ExceptionInfo>({stop.thread});
  EXPECT_EQ(info.exceptionId, "new_try");
  EXPECT_EQ(*info.details->typeName, "nmap.new_try");
  auto frames = s.stack(stop);
  EXPECT_EQ(frames[1].line, fixture_line("give_up", "try(false"));
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(OtherErrors, a_script_that_raises_while_it_loads) {
  Session s(nmap(), {"-n", "-sn", "-Pn", "--script", fixture("broken_load"), address()});
  stop_on(s, "load");
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_HAS(*stop.description, "Load error: ");
  EXPECT_HAS(*stop.text, "attempt to index a nil value (local 'missing')");
  EXPECT_EQ(stop.thread, 1);
  EXPECT_EQ(s.place(stop),
            "broken_load.nse:" + std::to_string(fixture_line("broken_load", "missing.field")));
  s.resume(stop);
  EXPECT_NE(s.finish().status, 0);
}

TEST_P(OtherErrors, a_script_that_does_not_compile) {
  Session s(nmap(), {"-n", "-sn", "-Pn", "--script", fixture("broken_syntax"), address()});
  stop_on(s, "load");
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_HAS(*stop.description, "broken_syntax.nse:8: ");
  s.resume(stop);
  EXPECT_NE(s.finish().status, 0);
}

}  // namespace
}  // namespace conversation
