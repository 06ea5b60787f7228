// Why a script gave no output, and why a breakpoint was never hit.
#include "dap/nse_requests.h"
#include "dap/scans.h"

namespace conversation {
namespace {

SessionOptions held() {
  SessionOptions options;
  options.hold_at_end = true;
  return options;
}

class Why : public support::OnBothNmaps {
 protected:
  static std::vector<std::string> scan(const std::string& how, const std::string& more = "") {
    auto arguments = port_scan(fixture("nothing"));
    arguments.insert(arguments.end(), {"--script-args", "nothing.how=" + how + more});
    return arguments;
  }
  static dap::Why::Response ask(Session& s, const std::string& script, const std::string& host = {},
                                int port = 0) {
    dap::Why::Arguments question;
    question.script = script;
    if (!host.empty()) question.host = host;
    if (port) question.port = port;
    return s.client().request<dap::Why>(question);
  }
  static std::string ask(Session& s, const dap::Breakpoint& breakpoint) {
    dap::Why::Arguments question;
    question.breakpointId = breakpoint.id;
    return s.client().request<dap::Why>(question).answer;
  }
  // The scan is over, nmap not yet gone.
  static void run_to_end(Session& s) {
    s.run();
    EXPECT_EQ(s.client().event<dap::EndedEvent>().exitCode, 0);
  }
  static void let_go(Session& s) {
    s.client().request<dap::Disconnect>();
    EXPECT_EQ(s.finish().status, 0);
  }

  peers::TcpPeer peer{{}, at(address())};
};
ON_BOTH_NMAPS(Why);

TEST_P(Why, the_rule_said_no_at_a_line_with_values) {
  Session s(nmap(), scan("", ",nothing.port=1"), held());
  run_to_end(s);
  auto why = ask(s, "nothing", address(), kPort);
  ASSERT_EQ(why.outcomes->size(), 1u);
  const dap::ScriptOutcome& one = why.outcomes->front();
  EXPECT_EQ(one.outcome, "refused");
  EXPECT_EQ(one.rule, "portrule");
  EXPECT_EQ(one.line, fixture_line("nothing", "return false"));
  EXPECT_HAS(*one.values, "port = {number = 8000, protocol = \"tcp\", state = \"open\"");
  EXPECT_HAS(*one.values, "wanted = \"1\"");
  EXPECT_HAS(why.answer, "its portrule said no at nothing.nse:" + std::to_string(*one.line));
  let_go(s);
}

TEST_P(Why, the_action_returned_nothing_at_a_line) {
  Session s(nmap(), scan("network"), held());
  run_to_end(s);
  auto why = ask(s, "nothing");
  const dap::ScriptOutcome& one = why.outcomes->front();
  EXPECT_EQ(one.outcome, "nothing");
  EXPECT_EQ(one.line, fixture_line("nothing", "return nil"));
  EXPECT_HAS(*one.values, "how = \"network\"");
  EXPECT_HAS(why.answer, "its action ran and returned nothing at nothing.nse:");
  let_go(s);
}

// 30,000 calls: the budget of last_return.h is used up, and the answer says so.
TEST_P(Why, after_much_computing_the_line_is_not_known) {
  Session s(nmap(), scan("busy"), held());
  run_to_end(s);
  auto why = ask(s, "nothing");
  EXPECT_EQ(why.outcomes->front().outcome, "nothing");
  EXPECT_FALSE(why.outcomes->front().line);
  EXPECT_HAS(why.answer, "the line is not known");
  let_go(s);
}

TEST_P(Why, a_script_that_failed_or_gave_output) {
  Session s(nmap(),
            {"-n", "-sn", "-Pn", "--script",
             fixture("throw") + "," + fixture("give_up") + "," + fixture("counter"), address()},
            held());
  dap::SetExceptionBreakpoints::Arguments none;
  s.client().request<dap::SetExceptionBreakpoints>(none);
  run_to_end(s);
  auto failed = ask(s, "throw").outcomes->front();
  EXPECT_EQ(failed.outcome, "failed");
  EXPECT_HAS(*failed.detail, "throw.nse:");
  auto exited = ask(s, "give_up.nse").outcomes->front();
  EXPECT_EQ(exited.outcome, "exited");
  EXPECT_EQ(exited.detail, "the other side is silent");
  auto output = ask(s, "counter").outcomes->front();
  EXPECT_EQ(output.outcome, "output");
  EXPECT_HAS(*output.detail, "sum 385");
  let_go(s);
}

TEST_P(Why, a_script_that_was_not_selected) {
  Session s(nmap(), scan(""), held());
  run_to_end(s);
  EXPECT_HAS(ask(s, "http-title").answer, "--script http-title, --script default (or -sC)");
  EXPECT_HAS(ask(s, "http-tilte").answer, "did you mean 'http-title'?");
  EXPECT_HAS(ask(s, "nothing", address(), 81).answer, "open or open|filtered");
  EXPECT_HAS(ask(s, "nothing", "10.9.8.7").answer, "nor has any other script at that host");
  let_go(s);
}

TEST_P(Why, a_script_without_a_rule_of_that_kind) {
  Session s(nmap(), scan_with("counter"), held());
  run_to_end(s);
  EXPECT_HAS(ask(s, "counter", address(), 80).answer, "no portrule");
  let_go(s);
}

// after_spin depends on spin: a higher runlevel.
TEST_P(Why, a_script_that_waits_for_another) {
  auto arguments = scan_with("spin");
  arguments[4] += "," + fixture("after_spin");
  Session s(nmap(), arguments);
  s.set_breakpoint("spin.nse", fixture_line("spin", "while go do"));
  s.run();
  Stop stop = s.wait_stopped();
  auto answer = ask(s, "after_spin").answer;
  EXPECT_HAS(answer, "it waits for its runlevel, 2 (it depends on spin)");
  EXPECT_HAS(answer, "\n    spin");
  EXPECT_EQ(ask(s, "spin").outcomes->front().outcome, "action");
}

TEST_P(Why, a_script_that_timed_out) {
  peers::TcpPeer silent({peers::expect("\n"), peers::gate()}, at(address(2)));
  auto arguments = port_scan(fixture("echo"), {address(2)});
  arguments.insert(arguments.end(), {"--script-timeout", "1s"});
  Session s(nmap(), arguments, held());
  run_to_end(s);
  auto why = ask(s, "echo");
  EXPECT_EQ(why.outcomes->front().outcome, "dropped");
  EXPECT_HAS(why.answer, "nmap gave it up: timed out");
  let_go(s);
  silent.open_gate();
}

TEST_P(Why, a_breakpoint_was_not_hit) {
  Session s(nmap(), scan("network"), held());
  dap::SourceBreakpoint never, condition, other_way;
  never.line = fixture_line("nothing", "local sum = 0");
  condition.line = fixture_line("nothing", "socket:close()");
  condition.condition = "problem == 'none of these'";
  other_way.line = fixture_line("nothing", "return false");
  auto set = s.set_breakpoints("nothing.nse", {never, condition, other_way});
  auto absent = s.set_breakpoint("nothign.nse", 3);
  run_to_end(s);
  EXPECT_HAS(ask(s, set[0]), "nobody has called 'busy'");
  EXPECT_HAS(ask(s, set[1]),
             "was reached once; its condition, problem == 'none of these', was false once");
  EXPECT_HAS(ask(s, set[2]), "was called once and went other ways");
  EXPECT_HAS(ask(s, absent), "did you mean 'nothing.nse'?");
  let_go(s);
}

TEST_P(Why, another_copy_of_the_file_was_loaded) {
  Session s(nmap(), scan(""), held());
  const std::string copy = s.sandbox().make_directory("copy") + "/nothing.nse";
  s.sandbox().write("copy/nothing.nse", "-- another one\n");
  auto set = s.set_breakpoint(copy, 1);
  run_to_end(s);
  std::string why = ask(s, set);
  EXPECT_HAS(why, "nmap loaded ");
  EXPECT_HAS(why, "yours:  " + copy + ", SHA-256 ");
  let_go(s);
}

TEST_P(Why, needs_something_to_ask_about) {
  Session s(nmap(), scan(""), held());
  EXPECT_HAS(s.client().error<dap::Why>(), "needs a script or a breakpointId");
  dap::Why::Arguments early;
  early.script = "nothing";
  EXPECT_HAS(s.client().error<dap::Why>(early), "nmap has not chosen its scripts yet");
  dap::Why::Arguments unknown;
  unknown.breakpointId = 4711;
  EXPECT_HAS(s.client().error<dap::Why>(unknown), "there is no breakpoint with id 4711");
}

// nmap is let go when its holder vanishes without a word, too.
TEST_P(Why, the_end_is_held_no_longer_than_its_client_lives) {
  Session s(nmap(), scan(""), held());
  run_to_end(s);
  s.client().vanish();
  EXPECT_EQ(s.finish().status, 0);
}

}  // namespace
}  // namespace conversation
