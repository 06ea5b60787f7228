// Each command of MobDebug 0.805 and what is answered when it is wrong.
#include "mobdebug/scan.h"

namespace testing_mobdebug {
namespace {

class Commands : public Bridge {
 protected:
  void end(Ide& ide) {
    ide.run_to_end();
    EXPECT_EQ(ide.finish(), 0);
    EXPECT_HAS(ide.out(), "sum 385");
  }
};
ON_BOTH_NMAPS(Commands);

TEST_P(Commands, what_is_no_command_is_a_bad_request) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  for (const char* bad : {"FOO", "run", "", "SETB", "SETB x", "SETB 14", "DELB x y", "DELW",
                          "DELW x", "DELW 1", "SETW", "EXEC", "LOAD", "LOAD x", "BASEDIR", "OUTPUT",
                          "OUTPUT stderr c", "OUTPUT stdout x", "OUTPUT stdout"})
    EXPECT_EQ(ide.ask(bad), "400 Bad Request") << bad;
  end(ide);
}

TEST_P(Commands, before_nmap_has_run_there_is_nothing_to_look_at) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  EXPECT_HAS(ide.eval("1"), "error: nmap has not run a script yet");
  EXPECT_EQ(ide.stack("#s"), "0");
  ide.send("SETW i ==\n");
  EXPECT_HAS(ide.wait_paused(), "401 Error in Expression ");
  end(ide);
}

TEST_P(Commands, breakpoints_come_and_go) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "sum = sum + visit");
  EXPECT_EQ(ide.ask("SETB " + at("counter", "return square")), "200 OK");
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + at("counter", "return square"));
  EXPECT_EQ(ide.ask("DELB " + at("counter", "return square")), "200 OK");
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + at("counter", "sum = sum + visit"));
  EXPECT_EQ(ide.ask("SETB - " + std::to_string(line("counter", "local square"))), "200 OK");
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + at("counter", "local square"));
  EXPECT_EQ(ide.ask("DELALLB"), "200 OK");
  end(ide);
}

TEST_P(Commands, an_absolute_path_is_as_good) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  std::string place = std::to_string(line("counter", "return square"));
  (void)ide.begin("/nowhere", {fixture("counter") + " " + place}, fixture("counter"));
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + fixture("counter") + " " + place);
  EXPECT_EQ(ide.ask("DELB * 0"), "200 OK");
  end(ide);
}

TEST_P(Commands, while_the_scan_runs_breakpoints_are_set_without_an_answer) {
  Ide ide(nmap(), scan_with(fixture("spin")));
  const std::string loop = at("spin", "while go do"), last = at("spin", "return \"ended after");
  (void)ide.begin(scripts(), {last}, "spin.nse");
  EXPECT_EQ(ide.ask("RUN"), "200 OK");
  ide.send("DELB " + last + "\nSETB " + loop + "\n");
  EXPECT_EQ(ide.wait_paused(), "202 Paused " + loop);
  EXPECT_EQ(ide.ask("DELB " + loop), "200 OK");
  EXPECT_EQ(ide.ask("RUN"), "200 OK");
  ide.send("SUSPEND\n");
  EXPECT_EQ(ide.wait_paused(), "202 Paused " + loop);
  EXPECT_EQ(ide.exec("go = false"), "");
  ide.run_to_end();  // the other breakpoint is gone
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.out(), "ended after some turns: true");
}

// As mobdebug.lua does: any other command suspends, and is answered then.
TEST_P(Commands, a_command_that_needs_a_stop_suspends_the_scan) {
  Ide ide(nmap(), scan_with(fixture("spin")));
  const std::string loop = at("spin", "while go do");
  (void)ide.begin(scripts(), {loop}, "spin.nse");
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + loop);
  EXPECT_EQ(ide.ask("DELB " + loop), "200 OK");
  EXPECT_EQ(ide.ask("RUN"), "200 OK");  // in the loop, and not on the way to it
  ide.send("EXEC return go\n");
  EXPECT_EQ(ide.wait_paused(), "202 Paused " + loop);
  const std::string chunk = "do local _={\"true\"};return _;end";
  EXPECT_EQ(ide.line(), "200 OK " + std::to_string(chunk.size()));
  EXPECT_EQ(ide.bytes(chunk.size()), chunk);
  EXPECT_EQ(ide.ask("SUSPEND\nDELB * 0"), "200 OK");  // SUSPEND has no answer
  EXPECT_EQ(ide.ask("EXIT"), "200 OK");
  ide.finish();
}

TEST_P(Commands, a_watch_expression_stops_where_it_is_true) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  (void)ide.begin(scripts(), {}, "counter.nse");
  EXPECT_EQ(ide.ask("SETW i == 7"), "200 OK 1");
  EXPECT_EQ(ide.ask("SETW nowhere.field == 1"), "200 OK 2");  // raises: counts as false
  EXPECT_EQ(ide.go("RUN"), "203 Paused " + at("counter", "sum = sum + visit") + " 1");
  EXPECT_EQ(ide.eval("i, sum"), "7, 91");
  EXPECT_EQ(ide.go("RUN"), "203 Paused " + at("counter", "local square") + " 1");
  EXPECT_EQ(ide.ask("DELW 1"), "200 OK");
  EXPECT_EQ(ide.ask("SETW sum and sum > 200"), "200 OK 3");
  EXPECT_EQ(ide.go("RUN"), "203 Paused " + at("counter", "for i = 1, 10 do") + " 3");
  EXPECT_EQ(ide.eval("sum"), "204");
  EXPECT_EQ(ide.ask("DELW 3"), "200 OK");
  EXPECT_EQ(ide.ask("DELW 4"), "400 Bad Request");
  end(ide);
}

TEST_P(Commands, output_is_copied) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  EXPECT_EQ(ide.ask("OUTPUT stdout c"), "200 OK");
  begin(ide, "counter", "return \"sum \"");
  ide.run_to_end();
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.out(), "sum 385");
  EXPECT_HAS(ide.output(), "sum 385");
}

TEST_P(Commands, output_is_redirected) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  EXPECT_EQ(ide.ask("OUTPUT stdout r"), "200 OK");
  begin(ide, "counter", "return \"sum \"");
  ide.run_to_end();
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_EQ(ide.out().find("sum 385"), std::string::npos) << ide.out();
  EXPECT_HAS(ide.output(), "sum 385");
}

TEST_P(Commands, output_goes_back_to_the_default) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  EXPECT_EQ(ide.ask("OUTPUT stdout r"), "200 OK");
  begin(ide, "counter", "return \"sum \"");
  EXPECT_EQ(ide.ask("OUTPUT stdout d"), "200 OK");
  EXPECT_EQ(ide.ask("DELB * 0"), "200 OK");
  end(ide);
  EXPECT_EQ(ide.output().find("sum 385"), std::string::npos) << ide.output();
}

}  // namespace
}  // namespace testing_mobdebug
