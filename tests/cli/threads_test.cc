// Commands about the threads of a scan: info threads, thread apply, info mutexes, info scan, set
// nmap.
#include <gtest/gtest.h>

#include "cli/session_fixture.h"

namespace testing_cli {
namespace {

// A worker has the mutex that the action waits for when it comes to line 12; then workers wait.
constexpr const char* kScript = R"(description = ''
categories = {'safe'}
local nmap, stdnse = require 'nmap', require 'stdnse'
portrule = function() return true end
action = function()
  local state = {}
  local function hold()
    local mutex = nmap.mutex 'here'
    mutex 'lock'
    state.held = true
    while not state.waits do stdnse.sleep(0.01) end
    state.seen = true
    mutex 'done'
  end
  stdnse.new_thread(hold)
  while not state.held do stdnse.sleep(0.01) end
  state.waits = true
  nmap.mutex 'here' 'lock'
  return 'unlocked'
end
)";

class Threads : public SessionTest {
 protected:
  Finished at_the_lock(const std::vector<std::string>& commands) {
    std::vector<std::string> options = {"--batch", "-b", "lock.nse:12"};
    for (const std::string& command : commands) options.insert(options.end(), {"-ex", command});
    options.insert(options.end(), {"-ex", "delete", "-ex", "continue"});
    return run_program(command(options, script("lock.nse", kScript)), environment());
  }
};

::testing::AssertionResult has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "no '" << part << "' in\n" << text;
}

TEST_F(Threads, AreListedWithWhatTheyWaitFor) {
  Finished run = at_the_lock({"info threads", "info threads state=waiting", "info threads !lock"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(has(run.out, "* "));
  EXPECT_TRUE(has(run.out, "action at lock.nse:18"));
  EXPECT_TRUE(has(run.out, "waits for mutex \"here\", held by "));
  EXPECT_TRUE(has(run.out, "unlocked"));
}

TEST_F(Threads, AreGroupedAndFiltered) {
  Finished run = at_the_lock({"info threads -group phase", "info threads nothing",
                              "info threads script=smb-*", "info threads -sort time"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(has(run.out, "  worker  1  1 stopped  ("));
  EXPECT_TRUE(has(run.out, "No thread fits"));
  EXPECT_TRUE(has(run.out, "ran "));
}

TEST_F(Threads, TakeACommandEach) {
  Finished run =
      at_the_lock({"thread apply lock !worker bt", "thread apply all print SCRIPT_NAME"});
  EXPECT_EQ(run.status, 1) << "'lock' is no filter, but the command";
  run = at_the_lock(
      {"thread apply state=waiting bt", "thread apply worker print state.held", "frame"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(has(run.out, "action at lock.nse:18"));
  EXPECT_TRUE(has(run.out, "state.held = true"));
  EXPECT_TRUE(has(run.out, "hold at lock.nse:12"));
}

TEST_F(Threads, TellWhoHoldsAMutex) {
  Finished run = at_the_lock({"info mutexes"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(has(run.out, "mutex \"here\"  held by "));
  EXPECT_TRUE(has(run.out, "waiting: "));
}

TEST_F(Threads, AreSummedUpByScript) {
  Finished run = at_the_lock({"info scan", "set nmap debug 1", "info scan"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(has(run.out, "Phase: scan; 1 host, 1 port; 2 threads; debug level 0"));
  EXPECT_TRUE(has(run.out, "lock  0 of 1 finished, 1 waiting, 1 worker  ran "));
  EXPECT_TRUE(has(run.out, "nmap's debug level is 1"));
  EXPECT_TRUE(has(run.out, "NSE: Finished lock"));
}

TEST_F(Threads, WrongWordsAreTold) {
  Finished run = at_the_lock(
      {"info threads scrip=x", "info threads -gruop host", "set nmap dbug 1", "thread apply bt"});
  EXPECT_EQ(run.status, 1);
  EXPECT_TRUE(has(run.err, "did you mean 'script'?"));
  EXPECT_TRUE(has(run.err, "did you mean '-group'?"));
  EXPECT_TRUE(has(run.err, "set nmap debug N"));
  EXPECT_TRUE(has(run.err, "apply what to which threads?"));
}

}  // namespace
}  // namespace testing_cli
