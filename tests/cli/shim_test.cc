// `nsedbg shim`: scripts that are written for another debugger, on an nmap without nsedbg.
#include <gtest/gtest.h>

#include "cli/session_fixture.h"

namespace testing_cli {
namespace {

class Shim : public SessionTest {
 protected:
  // Where nmap finds it as if it stood in nselib.
  void install(const std::string& module) {
    Finished printed = run_program({TEST_NSEDBG, "shim", module}, environment());
    EXPECT_EQ(printed.status, 0) << printed.err;
    script(module + ".lua", printed.out);
  }
  Finished plain_nmap() const {
    return run_program({"/usr/bin/nmap", "-n", "-Pn", "-p", port(), "--script",
                        std::string(TEST_SCRIPTS) + "/instrumented.nse", "127.0.0.1"},
                       {{"HOME", home_}, {"LUA_PATH", home_ + "/?.lua;;"}});
  }
};

TEST_F(Shim, AScriptRunsAndTheUserIsTold) {
  install("debugger");
  install("mobdebug");
  Finished run = plain_nmap();
  EXPECT_TRUE(contains(run.out, "because of dbg.call 4 the assertion; ")) << run.out << run.err;
  EXPECT_TRUE(contains(run.err, "dbg() does nothing: nmap runs without nsedbg."));
  EXPECT_TRUE(contains(run.err, "mobdebug does nothing: nmap runs without nsedbg."));
  EXPECT_EQ(run.err.find("dbg() does"), run.err.rfind("dbg() does"));  // once
}

// What the documentation promises of nothing at all.
TEST_F(Shim, WithoutItNmapNamesTheModule) {
  Finished run = plain_nmap();
  EXPECT_TRUE(contains(run.err, "module 'debugger' not found")) << run.err;
}

TEST_F(Shim, AnotherNameIsHelped) {
  Finished run = run_program({TEST_NSEDBG, "shim", "debuger"}, environment());
  EXPECT_EQ(run.status, 2);
  EXPECT_TRUE(contains(run.err, "there is none for 'debuger'; did you mean 'debugger'?"));
}

}  // namespace
}  // namespace testing_cli
