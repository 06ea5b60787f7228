// How a session with the IDE begins, and all the ways in which it ends.
#include "mobdebug/scan.h"

namespace testing_mobdebug {
namespace {

class Lifecycle : public Bridge {};
ON_BOTH_NMAPS(Lifecycle);

// The conversation of ZeroBrane Studio 2.01, line by line.
TEST_P(Lifecycle, the_whole_conversation) {
  peers::TcpPeer peer({peers::expect("\n"), peers::send("answer\n")}, {address(), kPort});
  Ide ide(nmap(), port_scan(fixture("echo")));
  EXPECT_EQ(ide.ask("BASEDIR " + scripts()), "200 OK");
  EXPECT_EQ(ide.ask("DELB * 0"), "200 OK");
  EXPECT_EQ(ide.ask("SETB " + at("echo", "local first = ask")), "200 OK");
  EXPECT_EQ(ide.load("echo.nse", support::read_file(fixture("echo"))),
            "201 Started " + at("echo", "portrule = function"));
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + at("echo", "local first = ask"));
  EXPECT_EQ(ide.go("OVER"), "202 Paused " + at("echo", "local second = ask"));  // network calls
  EXPECT_EQ(ide.eval("first, port.number, host.ip", "{comment = true, maxlength = false}"),
            "\"answer\\n\", 8000, \"" + address() + "\"");
  EXPECT_EQ(ide.stack("s[1][1][1]", "{maxlevel = 3, maxnum = 128}"), "action");
  EXPECT_EQ(ide.go("STEP"), "202 Paused " + at("echo", "local socket = nmap"));
  EXPECT_EQ(ide.stack("s[1][2].question[1] .. #s"), "two2");
  EXPECT_EQ(ide.go("OUT"), "202 Paused " + at("echo", "local both ="));
  ide.run_to_end();
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.out(), "| echo: answer");
  EXPECT_HAS(ide.out(), "Nmap done");
  EXPECT_EQ(ide.err(), "");
  EXPECT_EQ(ide.sandbox().run_leftovers(), std::vector<std::string>{});
}

// mobdebug.lua's own listener begins so.
TEST_P(Lifecycle, a_first_step_stops_at_the_first_line_of_a_script) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  EXPECT_EQ(ide.go("STEP"), "202 Paused " + scripts() + at("counter", "prerule = function"));
  ide.run_to_end();
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.out(), "sum 385");
}

TEST_P(Lifecycle, a_first_run_stops_nowhere) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  ide.run_to_end();
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.out(), "sum 385");
}

TEST_P(Lifecycle, an_ide_that_does_not_listen_is_told_how_to) {
  Ide::Options options;
  options.listen = false;
  Ide ide(nmap(), scan_with(fixture("counter")), options);
  EXPECT_EQ(ide.finish(), 1);
  EXPECT_EQ(ide.out(), "");
  EXPECT_HAS(ide.err(), "no IDE listens at " + address() + ":1 (Connection refused)");
  EXPECT_HAS(ide.err(), "Project | Start Debugger Server");
}

TEST_P(Lifecycle, done_lets_the_scan_go_on) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "sum = sum + visit");
  ide.send("DONE\n");
  EXPECT_TRUE(ide.closed());
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.out(), "sum 385");
}

TEST_P(Lifecycle, an_ide_that_is_gone_lets_the_scan_go_on) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "sum = sum + visit");
  ide.hang_up();
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.out(), "sum 385");
  EXPECT_HAS(ide.err(), "the IDE has closed the connection: the scan goes on without it");
}

// ZeroBrane Studio does so with a second session.
TEST_P(Lifecycle, an_ide_that_wants_nobody_starts_no_scan) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  ide.hang_up();
  EXPECT_EQ(ide.finish(), 1);
  EXPECT_EQ(ide.out().find("sum 385"), std::string::npos) << ide.out();
  EXPECT_HAS(ide.err(), "another session runs there?");
}

TEST_P(Lifecycle, exit_ends_the_scan) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "sum = sum + visit");
  EXPECT_EQ(ide.ask("EXIT"), "200 OK");
  EXPECT_TRUE(ide.closed());
  ide.finish();
  EXPECT_EQ(ide.out().find("sum 385"), std::string::npos) << ide.out();
}

TEST_P(Lifecycle, exit_ends_a_scan_that_runs) {
  Ide ide(nmap(), scan_with(fixture("spin")));
  EXPECT_EQ(ide.ask("RUN"), "200 OK");
  EXPECT_EQ(ide.ask("EXIT"), "200 OK");
  EXPECT_TRUE(ide.closed());
  ide.finish();
  EXPECT_EQ(ide.out().find("ended after"), std::string::npos) << ide.out();
}

TEST_P(Lifecycle, ctrl_c_interrupts_nmap) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "sum = sum + visit");
  ide.interrupt();
  EXPECT_TRUE(ide.closed());
  EXPECT_EQ(ide.finish(), 130);
}

TEST_P(Lifecycle, a_script_whose_rule_says_no_is_told_of) {
  Ide ide(nmap(), scan_with("http-title"));
  std::string answer = ide.begin(scripts(), {}, "counter.nse");
  EXPECT_HAS(answer, "401 Error in Execution ");
  EXPECT_HAS(answer, "no script got to its first line");
  EXPECT_TRUE(ide.closed());
  EXPECT_EQ(ide.finish(), 0);
}

TEST_P(Lifecycle, arguments_without_a_script_are_told_of) {
  Ide ide(nmap(), {"-n", "-sn", "-Pn", address()});
  EXPECT_TRUE(ide.closed());
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.err(), "these arguments run no script");
}

TEST_P(Lifecycle, breakpoints_that_were_never_set_are_told_of) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  (void)ide.begin(scripts(), {"cuonter.nse 17"}, "counter.nse");
  ide.run_to_end();
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.err(), "cuonter.nse:17 was never set");
  EXPECT_HAS(ide.err(), "did you mean 'counter.nse'?");
}

// An error that nobody catches stops where it was raised.
TEST_P(Lifecycle, an_uncaught_error_stops) {
  Ide ide(nmap(), scan_with(fixture("throw")));
  (void)ide.begin(scripts(), {}, "throw.nse");
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + at("throw", "return nothing.field"));
  EXPECT_EQ(ide.eval("level, here"), "0, \"level 0\"");
  EXPECT_HAS(ide.eval("NSE.error"), "attempt to index a nil value");
  ide.await_err("uncaught error: ");
  ide.run_to_end();
  EXPECT_EQ(ide.finish(), 0);
}

TEST_P(Lifecycle, start_in_the_script_stops_there) {
  peers::TcpPeer peer({}, {address(), kPort});
  Ide ide(nmap(), port_scan(fixture("instrumented")));
  (void)ide.begin(scripts(), {}, "instrumented.nse");
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + at("instrumented", "dbg(socket == nil)"));
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + at("instrumented", "dbg() -- between"));
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + at("instrumented", "mobdebug.start()"));
  ide.send("DONE\n");
  EXPECT_EQ(ide.finish(), 0);
}

}  // namespace
}  // namespace testing_mobdebug
