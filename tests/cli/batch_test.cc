// nsedbg --batch on a real nmap: what goes to stdout, what to stderr, and the exit status.
#include <gtest/gtest.h>

#include "cli/session_fixture.h"

namespace testing_cli {
namespace {

class Batch : public SessionTest {};

TEST_F(Batch, TheSessionOfTheIssue) {
  std::string place = "http-methods.nse:" + std::to_string(request_line());
  Finished run =
      batch({"-ex", "break " + place, "-ex", "run", "-ex", "print host.ip", "-ex", "next", "-ex",
             "print response.status", "-ex", "info registry", "-ex", "continue"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_TRUE(in_order(
      run.out, {"Breakpoint 1, http-methods 127.0.0.1:" + port() + "/tcp, action", "at " + place,
                "\nhost.ip = \"127.0.0.1\"\n", "\nresponse.status = 200\n", "registry = {",
                "Nmap scan report", "Supported Methods", "Nmap done", "[nmap ended]"}));
}

TEST_F(Batch, AFunctionBreakpoint) {
  Finished run = batch({"-b", "http-methods:action", "-ex", "print SCRIPT_NAME"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(in_order(run.out, {"Breakpoint 1, ", "SCRIPT_NAME = \"http-methods\"", "Nmap done"}));
}

TEST_F(Batch, ALibraryFunctionAndItsCaller) {
  Finished run = batch({"-b", "http.generic_request", "-ex", "bt", "-ex", "up", "-ex", "p path"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"generic_request at http.lua:", "* #0  generic_request",
                                 "  #1  action at http-methods.nse:", "path = \"/\""}));
}

TEST_F(Batch, AFalseConditionNeverStops) {
  std::string place = "http-methods.nse:" + std::to_string(request_line());
  Finished run = batch({"-b", place + " if port.number == 1"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_FALSE(contains(run.out, "Breakpoint 1, "));
}

TEST_F(Batch, ALogMessageIsPrintedAndDoesNotStop) {
  Finished run = batch({"-b", "http.generic_request log \"{method} {path}\""});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(contains(run.out, "OPTIONS /")) << run.out;
  EXPECT_FALSE(contains(run.out, "Breakpoint 1, "));
}

TEST_F(Batch, ManyStepsEndWithTheScan) {
  Finished run = batch({"-b", "http-methods:action", "-ex", "step 100000"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"Breakpoint 1, ", "Nmap done", "[nmap ended]"}));
}

TEST_F(Batch, JsonIsOneObjectALine) {
  Finished run = batch({"--json", "-b", "http-methods:action", "-ex", "print host.ip"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"{\"command\":\"break http-methods:action\",\"ok\":true",
                                 "\n{\"event\":\"stopped\",\"reason\":\"function breakpoint\"",
                                 "\n{\"command\":\"run\",\"ok\":true,\"state\":\"stopped\"}\n",
                                 "\"value\":\"\\\"127.0.0.1\\\"\"", "\n{\"event\":\"ended\""}));
  size_t begin = 0;
  for (size_t end; (end = run.out.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_EQ(run.out[begin], '{');
    EXPECT_EQ(run.out[end - 1], '}');
  }
}

TEST_F(Batch, AFailingCommandFailsTheBatchButNotTheScan) {
  Finished run = batch({"-ex", "brek x", "-ex", "run"});
  EXPECT_EQ(run.status, 1);
  EXPECT_TRUE(contains(run.err, "did you mean 'break'?")) << run.err;
  EXPECT_TRUE(contains(run.out, "Nmap done"));
}

TEST_F(Batch, AFileThatIsNeverLoadedIsSaidWithWhatWasMeant) {
  Finished run = batch({"-b", "http-method.nse:10"});
  EXPECT_TRUE(contains(run.err, "Breakpoint 1 (http-method.nse:10) was never set")) << run.err;
  EXPECT_TRUE(contains(run.err, "did you mean 'http-methods.nse'?")) << run.err;
}

TEST_F(Batch, ABreakpointThatNeverStoppedIsExplained) {
  std::string place = "http-methods.nse:" + std::to_string(request_line());
  Finished run = batch({"-b", place + " if port.number == 1"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(
      in_order(run.out, {"No breakpoint at a line or function stopped the scan.",
                         "its condition, port.number == 1, was false once", "[nmap ended]"}))
      << run.out;
}

TEST_F(Batch, WhyIsAnsweredWhenTheScanIsOver) {
  Finished run = batch({"-ex", "run", "-ex", "print host.ip", "-ex", "why http-methods"});
  EXPECT_EQ(run.status, 1);
  EXPECT_TRUE(contains(run.err, "the scan is over")) << run.err;
  EXPECT_TRUE(in_order(run.out, {"[nmap ended]", "its action ran"})) << run.out;
}

TEST_F(Batch, CommandsMayBeGivenInTheArguments) {
  Finished run = batch({"-ex", "break http-methods:action", "-ex", "commands", "-ex", "silent",
                        "-ex", "print port.number", "-ex", "end", "-ex", "run"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(contains(run.out, "\nport.number = " + port() + "\n")) << run.out;
}

TEST_F(Batch, ASavedSessionCanBeRead) {
  std::string file = home_ + "/saved";
  Finished save = batch({"-ex", "break http-methods:action if port.number > 1", "-ex",
                         "display host.ip", "-ex", "save " + file});
  EXPECT_EQ(save.status, 0) << save.err;
  Finished run = batch({"-x", file, "-ex", "run"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"Breakpoint 1, ", "1: host.ip = \"127.0.0.1\""}));
}

TEST_F(Batch, CommandsOfABreakpoint) {
  std::string file = script("commands",
                            "break http-methods:action\ncommands\n  silent\n  print host.ip\n"
                            "  continue\nend\nrun\n");
  Finished run = batch({"-x", file});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"host.ip = \"127.0.0.1\"", "Nmap done"}));
  EXPECT_FALSE(contains(run.out, "Breakpoint 1, "));
}

TEST_F(Batch, CommandsComeByAPipeToo) {
  Finished run =
      run_program(command({}), environment(), "break http-methods:action\nrun\nprint host.ip\n");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"Breakpoint 1, ", "host.ip = \"127.0.0.1\"", "Nmap done"}));
}

TEST_F(Batch, AScriptThatThrowsStopsWithItsLocals) {
  std::string path =
      script("thrower.nse",
             "description = ''\ncategories = {'safe'}\n"
             "portrule = function() return true end\n"
             "action = function()\n  local kept = 'alive'\n  error('thrown')\nend\n");
  Finished run =
      run_program(command({"--batch", "-ex", "run", "-ex", "print kept"}, path), environment());
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"Uncaught error: ", "thrown", "kept = \"alive\"", "Nmap done"}));
}

TEST_F(Batch, SettingsOfTheAgentGoThereAndComeBack) {
  Finished run = batch({"-ex", "set freeze off", "-b", "http-methods:action", "-ex", "show freeze",
                        "-ex", "set freeze on", "-ex", "show freeze"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(run.out, {"freeze = off", "freeze = on", "Nmap done"}));
}

TEST_F(Batch, NonStopShowsOneThreadAfterTheOther) {
  std::string path =
      script("pair.nse",
             "local nmap, stdnse, table = require 'nmap', require 'stdnse', require 'table'\n"
             "description = ''\ncategories = {'safe'}\n"
             "portrule = function() return true end\n"
             "local function work(done, number)\n"
             "  stdnse.sleep(0.02)\n"
             "  local square = number * number\n"
             "  table.insert(done, square)\n"
             "end\n"
             "action = function()\n"
             "  local done = {}\n  local condvar = nmap.condvar(done)\n"
             "  for n = 1, 2 do\n"
             "    stdnse.new_thread(function() work(done, n) condvar 'signal' end)\n"
             "  end\n"
             "  while #done < 2 do condvar 'wait' end\n"
             "  return 'sum ' .. (done[1] + done[2])\n"
             "end\n");
  std::vector<std::string> commands = {"--batch"};
  for (const char* line :
       {"set non-stop on", "break pair.nse:7", "run", "info threads", "print number + 10", "next",
        "print square + 100", "continue", "print number + 20", "continue -a"}) {
    commands.push_back("-ex");
    commands.push_back(line);
  }
  Finished run = run_program(command(commands, path), environment());
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(in_order(
      run.out,
      {"Breakpoint 1, pair worker 127.0.0.1", "stopped", "number + 10 = 1", "square + 100 = 10",
       "Breakpoint 1, pair worker 127.0.0.1", "number + 20 = 2", "sum 5", "Nmap done"}));
}

TEST_F(Batch, WithoutScriptsTheUserIsTold) {
  Finished run = run_program(
      {TEST_NSEDBG, "--batch", "-ex", "run", "nmap", "-n", "-Pn", "-p", port(), "127.0.0.1"},
      environment());
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(contains(run.err, "add --script NAME or -sC")) << run.err;
}

TEST_F(Batch, NmapsExitStatusIsOurs) {
  Finished run =
      run_program({TEST_NSEDBG, "--batch", "-ex", "run", "nmap", "--no-such-option", "127.0.0.1"},
                  environment());
  EXPECT_NE(run.status, 0);
}

}  // namespace
}  // namespace testing_cli
