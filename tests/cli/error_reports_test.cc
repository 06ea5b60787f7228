// nsedbg --on-error=report: a script that dies is told, and nmap's own output is what it was.
#include <gtest/gtest.h>

#include "cli/session_fixture.h"

namespace testing_cli {
namespace {

class Reports : public SessionTest {};

TEST_F(Reports, AFailureIsToldAndTheScanGoesOn) {
  Finished run = run_program(
      command({"--on-error=report"}, std::string(TEST_SCRIPTS) + "/throw.nse"), environment());
  EXPECT_EQ(run.status, 4) << run.err;
  EXPECT_TRUE(in_order(
      run.err, {"throw failed in its action: ",
                "throw.nse:15: attempt to index a nil value (local 'nothing')",
                "\n  #0  deepest at throw.nse:15\n      15  return nothing.field\n", "level = 0\n",
                "here = \"level 0\"\n", "nothing = nil", "\n  #1  deepest at throw.nse:17\n",
                "inside = \"the coroutine's own local\"",
                "\n  #3  action at throw.nse:", "\nnsedbg: 1 script failed: throw\n"}));
  EXPECT_EQ(run.out.rfind("Starting Nmap", 0), 0u) << run.out;
  EXPECT_TRUE(in_order(run.out, {"Nmap scan report", "Nmap done: "}));
  EXPECT_FALSE(contains(run.out, "throw failed"));
  EXPECT_FALSE(contains(run.out, "[nmap ended]"));
}

TEST_F(Reports, WithoutFailuresTheStatusIsNmaps) {
  Finished run = run_program(command({"--on-error", "report"}), environment());
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "nsedbg: no scripts failed\n");
  EXPECT_TRUE(contains(run.out, "Supported Methods")) << run.out;
}

TEST_F(Reports, AScriptThatDoesNotLoadIsReported) {
  Finished run =
      run_program(command({"--on-error=report"}, std::string(TEST_SCRIPTS) + "/broken_load.nse"),
                  environment());
  EXPECT_EQ(run.status, 1);  // nmap's own
  EXPECT_TRUE(in_order(run.err, {"broken_load.nse failed while it was loaded: ", "missing = nil",
                                 "nsedbg: 1 script failed: broken_load.nse"}));
}

TEST_F(Reports, AYieldOutOfTheActionIsReported) {
  Finished run = run_program(
      command({"--on-error=report"}, std::string(TEST_SCRIPTS) + "/yields.nse"), environment());
  EXPECT_EQ(run.status, 4);
  EXPECT_TRUE(in_order(run.err, {"yields failed in its action: the script yielded unexpectedly",
                                 "asked = \"for a step\"", "1 script failed: yields"}));
}

TEST_F(Reports, JsonIsOneObjectForEachFailure) {
  Finished run = run_program(
      command({"--on-error=report", "--json"}, std::string(TEST_SCRIPTS) + "/throw.nse"),
      environment());
  EXPECT_EQ(run.status, 4) << run.err;
  EXPECT_TRUE(in_order(
      run.out, {"\n{\"event\":\"failure\",\"subject\":\"throw\",\"filter\":\"uncaught\",",
                "\"thread\":{", "\"nseScript\":\"throw\"", "\"frames\":[{\"name\":\"deepest\"",
                "\"text\":\"    return nothing.field\"", "{\"name\":\"nothing\",\"value\":\"nil\"}",
                "\n{\"event\":\"summary\",\"failures\":1,\"failed\":[\"throw\"]}\n"}));
}

TEST_F(Reports, BreakpointsMayBeSetBeside) {
  Finished run = batch_of("throw", {"--on-error=report", "-b", "throw:action", "-ex", "continue"});
  EXPECT_EQ(run.status, 4) << run.err;
  EXPECT_TRUE(in_order(run.err, {"Breakpoint 1, throw", "throw failed", "1 script failed"}));
}

TEST_F(Reports, IgnoredErrorsDoNotStop) {
  Finished run = batch_of("throw", {"--on-error=ignore", "-ex", "run"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_FALSE(contains(run.out, "Uncaught error"));
  EXPECT_TRUE(contains(run.out, "Nmap done"));
}

}  // namespace
}  // namespace testing_cli
