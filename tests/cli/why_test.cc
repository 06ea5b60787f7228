// Why a script gave no output: as a command of its own, and at the prompt when the scan is over.
#include <gtest/gtest.h>

#include "cli/session_fixture.h"

namespace testing_cli {
namespace {

class Why : public SessionTest {
 protected:
  // "nsedbg why QUESTION -- nmap …"
  Finished why(const std::vector<std::string>& question, const std::string& script_name) const {
    std::vector<std::string> argv = command({}, script_name);
    argv[1] = "why";
    argv.insert(argv.begin() + 2, question.begin(), question.end());
    return run_program(argv, environment());
  }
};

TEST_F(Why, OneCommandRunsTheScanAndAnswers) {
  Finished run = why({"http-methods", "127.0.0.1:" + port()}, "+http-methods");
  EXPECT_EQ(run.status, 0) << run.err;
  size_t report = run.out.find("Nmap done");
  size_t answer = run.out.find("http-methods 127.0.0.1:" + port() + "/tcp: its action ran");
  EXPECT_NE(report, std::string::npos) << run.out;
  EXPECT_NE(answer, std::string::npos) << run.out;
  EXPECT_LT(report, answer);
}

TEST_F(Why, OfAScriptThatDies) {
  std::string path = script("dies.nse",
                            "portrule = function() return true end\n"
                            "categories = {}\n"
                            "action = function() error('no luck') end\n");
  Finished run = why({"dies"}, path);
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(contains(run.out, "it died of an error: " + path + ":3: no luck")) << run.out;
}

TEST_F(Why, ShowsTheReportThatIsAnOutputTable) {
  Finished run = why({"http-methods"}, "+http-methods");
  EXPECT_TRUE(contains(run.out, "its action ran and returned {[\"Supported Methods\"] = {\"GET\""))
      << run.out;
}

TEST_F(Why, OfAScriptThatDoesNotExist) {
  Finished run = why({"http-metods"}, "+http-methods");
  EXPECT_TRUE(contains(run.out, "did you mean 'http-methods'?")) << run.out;
}

TEST_F(Why, ThePromptAnswersWhenTheScanIsOver) {
  Terminal terminal(command({}), environment());
  ASSERT_TRUE(terminal.sees("(nsedbg) "));
  terminal.enter("break http-methods.nse:1 if false");
  terminal.enter("run");
  ASSERT_TRUE(terminal.sees("[nmap ended]")) << terminal.screen();
  terminal.enter("why http-methods");
  EXPECT_TRUE(terminal.sees("its action ran")) << terminal.screen();
  terminal.enter("why break 1");
  EXPECT_TRUE(terminal.sees("Breakpoint 1 (")) << terminal.screen();
  terminal.enter("why ssl-cert");
  EXPECT_TRUE(terminal.sees("--script ssl-cert")) << terminal.screen();
  terminal.enter("continue");
  EXPECT_TRUE(terminal.sees("the scan is over")) << terminal.screen();
  terminal.enter("run");
  ASSERT_TRUE(terminal.sees("[nmap ended]")) << terminal.screen();
  terminal.enter("quit");
  EXPECT_EQ(terminal.status(), 0) << terminal.screen();
}

}  // namespace
}  // namespace testing_cli
