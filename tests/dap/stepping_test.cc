// Steps within one script: over, into and out of functions, network calls and coroutines.
#include "dap/scans.h"

namespace conversation {
namespace {

class Stepping : public Conversation {
 protected:
  std::string echo(const std::string& text) const {
    return "echo.nse:" + std::to_string(fixture_line("echo", text));
  }
  std::string coroutines(const std::string& text) const {
    return "coroutines.nse:" + std::to_string(fixture_line("coroutines", text));
  }
  // Stopped there in the given fixture, with no breakpoint left.
  Stop stop_at(Session& s, const std::string& script, const std::string& text) const {
    s.set_breakpoint(script + ".nse", fixture_line(script, text));
    s.run();
    Stop stop = s.wait_stopped();
    s.set_breakpoints(script + ".nse", {});
    return stop;
  }

  peers::TcpPeer peer{{peers::expect("\n"), peers::send("answer\n")}, at(address())};
};
ON_BOTH_NMAPS(Stepping);

TEST_P(Stepping, next_goes_over_network_calls) {
  Session s(nmap(), port_scan(fixture("echo")));
  Stop stop = stop_at(s, "echo", "socket:connect");
  const int thread = stop.thread;
  for (const char* line : {"if not connected", "socket:send", "receive_lines", "socket:close",
                           "return answer", "local second", "local both", "return both"}) {
    stop = s.next(stop);
    EXPECT_EQ(stop.reason, "step");
    EXPECT_EQ(stop.thread, thread);
    EXPECT_EQ(s.place(stop), echo(line));
  }
  EXPECT_EQ(s.print(stop, "both"), "\"answer\\nanswer\\n\"");
  s.client().request<dap::Next>({stop.thread, {}, {}, {}});
  Ended end = s.finish();  // it was the last line
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "answer");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Stepping, in_goes_into_functions_of_lua_and_over_those_of_c) {
  Session s(nmap(), port_scan(fixture("echo")));
  Stop stop = stop_at(s, "echo", "local first");
  stop = s.step_in(stop);
  EXPECT_EQ(s.place(stop), echo("nmap.new_socket()"));
  EXPECT_EQ(s.top(stop).name, "ask");
  stop = s.step_in(stop);
  EXPECT_EQ(s.place(stop), echo("socket:connect"));
  stop = s.step_in(stop);
  EXPECT_EQ(s.place(stop), echo("if not connected"));
}

TEST_P(Stepping, out_goes_over_the_network_calls_that_are_left) {
  Session s(nmap(), port_scan(fixture("echo")));
  Stop stop = stop_at(s, "echo", "socket:connect");
  stop = s.step_out(stop);
  EXPECT_EQ(stop.reason, "step");
  EXPECT_EQ(s.place(stop), echo("local second"));
  EXPECT_EQ(s.print(stop, "first"), "\"answer\\n\"");
}

TEST_P(Stepping, out_of_the_action_ends_the_script) {
  Session s(nmap(), port_scan(fixture("echo")));
  Stop stop = stop_at(s, "echo", "local first");
  s.client().request<dap::StepOut>({stop.thread, {}, {}, {}});
  EXPECT_HAS(s.finish().out, "answer");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Stepping, next_stops_in_the_caller_after_an_error_that_is_caught) {
  Session s(nmap(), scan_with("throw"));
  Stop stop = stop_at(s, "throw", "local ok = pcall");
  for (const char* line : {"local wrapped", "local caught", "local co =", "local resumed",
                           "nmap.registry.throw", "local last"}) {
    stop = s.next(stop);
    EXPECT_EQ(s.place(stop), "throw.nse:" + std::to_string(fixture_line("throw", line)));
  }
}

TEST_P(Stepping, a_breakpoint_ends_a_step_in_its_own_thread) {
  Session s(nmap(), port_scan(fixture("echo")));
  Stop stop = stop_at(s, "echo", "local first");
  s.set_breakpoint("echo.nse", fixture_line("echo", "socket:send"));
  stop = s.next(stop);
  EXPECT_EQ(stop.reason, "breakpoint");
  EXPECT_EQ(s.place(stop), echo("socket:send"));
  s.set_breakpoints("echo.nse", {});
  s.resume(stop);  // the interrupted `next` is over
  EXPECT_EQ(s.finish().status, 0);
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

// --- coroutines --------------------------------------------------------------------------------

TEST_P(Stepping, in_goes_into_a_coroutine_and_back_where_it_yields) {
  Session s(nmap(), port_scan(fixture("coroutines")));
  Stop stop = stop_at(s, "coroutines", "local first");
  const int thread = stop.thread;
  for (const char* line :
       {"nmap.new_socket()", "socket:connect", "coroutine.yield(\"connected", "local second",
        "socket:close", "coroutine.yield(\"closed", "stdnse.sleep"}) {
    stop = s.step_in(stop);
    EXPECT_EQ(s.place(stop), coroutines(line));
    EXPECT_EQ(stop.thread, thread);
  }
}

TEST_P(Stepping, next_goes_over_a_coroutine) {
  Session s(nmap(), port_scan(fixture("coroutines")));
  Stop stop = stop_at(s, "coroutines", "local next_item");
  for (const char* line :
       {"local first", "local second", "stdnse.sleep", "local out", "return out"}) {
    stop = s.next(stop);
    EXPECT_EQ(s.place(stop), coroutines(line));
  }
  EXPECT_EQ(s.print(stop, "out"), "{\"connected true\", \"closed\"}");
}

TEST_P(Stepping, next_within_a_coroutine_stays_in_it) {
  Session s(nmap(), port_scan(fixture("coroutines")));
  Stop stop = stop_at(s, "coroutines", "nmap.new_socket()");
  EXPECT_EQ(s.stack(stop)[0].line, fixture_line("coroutines", "nmap.new_socket()"));
  for (const char* line : {"socket:connect", "coroutine.yield(\"connected", "socket:close"}) {
    stop = s.next(stop);
    EXPECT_EQ(s.place(stop), coroutines(line));
  }
}

TEST_P(Stepping, shows_who_resumed_a_coroutine_below_it) {
  Session s(nmap(), port_scan(fixture("coroutines")));
  Stop stop = stop_at(s, "coroutines", "coroutine.yield(\"connected");
  std::vector<int> lines;
  for (const dap::StackFrame& frame : s.stack(stop))
    if (frame.source && frame.source->name == "coroutines.nse") lines.push_back(frame.line);
  EXPECT_EQ(lines, (std::vector<int>{fixture_line("coroutines", "coroutine.yield(\"connected"),
                                     fixture_line("coroutines", "local first")}));
}

TEST_P(Stepping, out_of_a_coroutine_comes_to_who_resumed_it) {
  Session s(nmap(), port_scan(fixture("coroutines")));
  Stop stop = stop_at(s, "coroutines", "socket:connect");
  stop = s.step_out(stop);
  EXPECT_EQ(s.place(stop), coroutines("local second"));
}

// --- a whole script ----------------------------------------------------------------------------

TEST_P(Stepping, in_to_the_very_end_never_shows_the_engine) {
  Session s(nmap(), port_scan(fixture("coroutines")));
  s.set_functions({"coroutines:action"});
  s.run();
  std::optional<Stop> stop = s.wait_stopped();
  s.set_functions({});
  std::set<std::string> files;
  int steps = 0;
  for (; stop; stop = s.step_in_or_end(*stop)) {
    files.insert(*s.top(*stop).source->name);
    ++steps;
  }
  EXPECT_GE(steps, 12);
  EXPECT_EQ(files, std::set<std::string>{"coroutines.nse"});
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "connected true");
}

using SteppingAScript = HttpConversation;
ON_BOTH_NMAPS(SteppingAScript);

TEST_P(SteppingAScript, http_methods_to_its_end) {
  Session s(nmap(), port_scan("http-methods"));
  s.set_functions({"http-methods:action"});
  s.run();
  std::optional<Stop> stop = s.wait_stopped();
  const int thread = stop->thread;
  s.set_functions({});
  int steps = 0;
  for (; stop; stop = s.step_in_or_end(*stop)) {
    ASSERT_EQ(stop->thread, thread);
    ++steps;
  }
  EXPECT_GT(steps, 1000);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "Potentially risky methods: PUT DELETE");
}

class JustMyScript : public HttpConversation {
 protected:
  // The line after the one that calls into http.lua, one step in from there.
  Stop step_in_at_request(Session& s) const {
    s.set_breakpoint("http-methods.nse", request_line());
    s.run();
    Stop stop = s.wait_stopped();
    s.set_breakpoints("http-methods.nse", {});
    return s.step_in(stop);
  }
};
ON_BOTH_NMAPS(JustMyScript);

TEST_P(JustMyScript, steps_do_not_go_into_libraries) {
  Session::Options options;
  options.just_my_script = true;
  Session s(nmap(), port_scan("http-methods"), options);
  Stop stop = step_in_at_request(s);
  EXPECT_EQ(s.place(stop), "http-methods.nse:" + std::to_string(request_line() + 1));
  // A breakpoint in a library still stops, and from there on steps are in it.
  s.set_functions({"http.generic_request"});
  stop = s.go_on(stop);
  EXPECT_EQ(s.top(stop).source->name, "http.lua");
  stop = s.next(stop);
  EXPECT_EQ(s.top(stop).source->name, "http.lua");
}

TEST_P(JustMyScript, is_off_unless_asked_for) {
  Session s(nmap(), port_scan("http-methods"));
  EXPECT_EQ(s.top(step_in_at_request(s)).source->name, "http.lua");
}

}  // namespace
}  // namespace conversation
