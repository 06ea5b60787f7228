// What stops the scan at the prompt: catch, filters, watchpoints; and where steps go: skip, finish.
#include <gtest/gtest.h>

#include "cli/session_fixture.h"

namespace testing_cli {
namespace {

class Stops : public SessionTest {};

TEST_F(Stops, CatchCaughtWithACondition) {
  Finished run = batch_of("throw", {"-ex", "catch caught if level == 0", "-ex", "info break", "-ex",
                                    "run", "-ex", "print here"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"Caught errors stop the scan if level == 0\n", "No breakpoints\n",
                                 "catch error  Uncaught errors stop the scan\n",
                                 "catch caught  Caught errors stop the scan if level == 0\n",
                                 "Caught error: ", "here = \"level 0\""}));
}

TEST_F(Stops, CatchErrorOff) {
  Finished run = batch_of("throw", {"-ex", "catch error off", "-ex", "run"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(contains(run.out, "Uncaught errors do not stop the scan\n"));
  EXPECT_FALSE(contains(run.out, "Uncaught error: "));
}

TEST_F(Stops, CatchNewTryAndLoad) {
  Finished tried = batch_of("give_up", {"-ex", "catch new_try", "-ex", "run"});
  EXPECT_TRUE(contains(tried.out, "nmap.new_try: the other side is silent")) << tried.out;
  Finished load = batch_of("broken_load", {"-ex", "catch load", "-ex", "run", "-ex", "p missing"});
  EXPECT_TRUE(in_order(load.out, {"Load error: ", "missing = nil"}));
}

TEST_F(Stops, CatchSaysWhatIsWrong) {
  Finished run = batch({"-ex", "catch eror", "-ex", "catch", "-ex", "catch caught of", "-ex",
                        "catch caught if", "-ex", "catch caught if err ==", "-ex", "run"});
  EXPECT_TRUE(in_order(run.err, {"there is no 'catch eror'", "did you mean 'error'?", "catch what?",
                                 "there are: error, caught, new_try, load", "what is 'of' here?",
                                 "'if' needs a condition", "the condition does not compile"}));
}

TEST_F(Stops, AFilterThatFitsStopsAndCountsByHost) {
  Finished run = batch({"-b",
                        "http-methods:action on host 127.0.0.0/8 on port " + port() +
                            " on script http-* first-per-host",
                        "-ex", "info break"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(
      run.out, {"Breakpoint 1, http-methods 127.0.0.1", "1     set       http-methods",
                "only on host 127.0.0.0/8 on port " + port() + " on script http-* first-per-host",
                "hit 1 time: 127.0.0.1 1\n"}));
}

TEST_F(Stops, AFilterThatDoesNotFitStopsNothing) {
  Finished run = batch({"-b", "http.generic_request on host 192.0.2.7 if error('never asked')"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_FALSE(contains(run.out, "Breakpoint 1, "));
}

TEST_F(Stops, AFilterSaysWhatIsWrong) {
  Finished run =
      batch({"-ex", "break http-methods:action on hots 1.2.3.4", "-ex",
             "break http-methods:action on port", "-b", "http-methods:action on port x"});
  EXPECT_TRUE(in_order(run.err, {"cannot be set: 'x' is no port", "there is no filter 'on hots'",
                                 "did you mean 'host'?", "'on port' takes one word"}))
      << run.err;
}

TEST_F(Stops, AFilterIsSaved) {
  std::string file = home_ + "/saved";
  Finished save =
      batch({"-ex", "break http-methods:action on host 10.0.0.* if x", "-ex", "catch caught if err",
             "-ex", "skip http.lua", "-ex", "save " + file, "-ex", "shell cat " + file});
  EXPECT_TRUE(contains(save.out,
                       "break http-methods:action on host 10.0.0.* if x\n"
                       "catch caught if err\nskip file http.lua\n"))
      << save.out;
}

TEST_F(Stops, AWatchedLocalStopsWithBothValues) {
  Finished run = batch_of("counter", {"-ex", "break counter.nse:19",
                                      "-ex", "run",
                                      "-ex", "delete",
                                      "-ex", "watch sum",
                                      "-ex", "continue",
                                      "-ex", "info watch",
                                      "-ex", "info break",
                                      "-ex", "condition 2 sum > 100",
                                      "-ex", "continue",
                                      "-ex", "disable 2",
                                      "-ex", "continue"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"Watchpoint 2: sum\n", "Watchpoint 2: sum changed from 0 to 1",
                                 "in counter, action at counter.nse", "2     set       watch sum\n",
                                 "hit 1 time\n", "2     set       watch sum\n",
                                 "Watchpoint 2: sum changed from 91 to 140", "Nmap done"}));
}

TEST_F(Stops, AWatchEndsWithItsFunction) {
  Finished run = batch_of("counter", {"-ex", "break counter.nse:19", "-ex", "run", "-ex", "delete",
                                      "-ex", "watch sum if sum > 9999", "-ex", "continue"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(
      contains(run.out, "Watchpoint 2 (sum) is deleted: the function of the local has returned\n"))
      << run.out;
}

TEST_F(Stops, AFieldOfTheRegistryIsWatched) {
  Finished run = batch_of(
      "throw", {"-b", "throw:action", "-ex", "watch nmap.registry.throw", "-ex", "continue"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(contains(run.out, "Watchpoint 2: nmap.registry.throw changed from nil to {"))
      << run.out;
}

TEST_F(Stops, AWatchSaysWhyItCannotBe) {
  Finished run =
      batch_of("counter", {"-b", "counter:action", "-ex", "watch nosuch", "-ex", "watch 1 + 1",
                           "-ex", "watch", "-ex", "continue", "-ex", "watch sum"});
  EXPECT_TRUE(in_order(run.err, {"cannot watch 'nosuch'", "only fields of tables and locals",
                                 "watch what?", "the scan is over"}));
}

TEST_F(Stops, FinishShowsWhatWasReturned) {
  Finished run =
      batch_of("returns", {"-ex", "break returns.nse:13", "-ex", "run", "-ex", "finish", "-ex",
                           "print NSE.returned[1]", "-ex", "next", "-ex", "info locals"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"Run until one at returns.nse:13 returns",
                                 "Value returned is 42 (one)\n", "NSE.returned[1] = 42"}));
}

TEST_F(Stops, StepsGoThroughWhatIsSkipped) {
  std::string place = "http-methods.nse:" + std::to_string(request_line());
  Finished run = batch({"-b", place, "-ex", "skip nselib", "-ex", "skip function foo*", "-ex",
                        "info skip", "-ex", "step", "-ex", "info line", "-ex", "skip delete 1",
                        "-ex", "skip disable 2", "-ex", "info skip"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(
      run.out, {"Skip 1: steps go through every library\n", "1  on   every library\n",
                "2  on   function foo*\n", "/http-methods.nse\n", "2  off  function foo*\n"}))
      << run.out;
  EXPECT_FALSE(contains(run.out, "at http.lua"));
}

TEST_F(Stops, JustMyScript) {
  std::string place = "http-methods.nse:" + std::to_string(request_line());
  Finished on =
      batch({"-ex", "set just-my-script on", "-b", place, "-ex", "step", "-ex", "info line"});
  EXPECT_TRUE(contains(on.out, "/http-methods.nse\n")) << on.out;
  Finished off = batch({"-b", place, "-ex", "step", "-ex", "info line"});
  EXPECT_TRUE(contains(off.out, "/http.lua\n")) << off.out;
}

TEST_F(Stops, RulesAndActionsByName) {
  for (const char* rule : {"action", "portrule"}) {
    Finished run = batch_of("coroutines", {"-b", std::string("coroutines:") + rule, "-ex", "bt 1"});
    EXPECT_TRUE(contains(run.out, "Breakpoint 1, coroutines 127.0.0.1")) << rule << run.out;
  }
  Finished pre = batch_of("counter", {"-b", "counter:prerule", "-ex", "bt 1"});
  EXPECT_TRUE(contains(pre.out, "Breakpoint 1, counter")) << pre.out;
  Finished host = batch_of("workers", {"-b", "workers:hostrule", "-ex", "bt 1"});
  EXPECT_TRUE(contains(host.out, "Breakpoint 1, workers 127.0.0.1")) << host.out;
  std::string path = script("late.nse",
                            "description = ''\ncategories = {'safe'}\n"
                            "postrule = function() return true end\naction = function() end\n");
  Finished post =
      run_program(command({"--batch", "-b", "late:postrule", "-ex", "bt 1"}, path), environment());
  EXPECT_TRUE(contains(post.out, "Breakpoint 1, late")) << post.out;
}

}  // namespace
}  // namespace testing_cli
