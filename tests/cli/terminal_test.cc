// nsedbg as a person uses it, in a pseudo-terminal, on a real nmap.
#include <gtest/gtest.h>
#include <signal.h>

#include "cli/session_fixture.h"

namespace testing_cli {
namespace {

constexpr const char* kPrompt = "(nsedbg) ";
constexpr const char* kCtrlC = "\003";
constexpr const char* kCtrlD = "\004";

class Typed : public SessionTest {
 protected:
  // Waits for the prompt, types the line, waits for `answer`.
  static ::testing::AssertionResult says(Terminal& terminal, const std::string& line,
                                         const std::string& answer) {
    if (!terminal.sees(kPrompt))
      return ::testing::AssertionFailure() << "no prompt for '" << line << "' in\n"
                                           << terminal.screen();
    terminal.enter(line);
    if (answer.empty() || terminal.sees(answer)) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "no '" << answer << "' after '" << line << "' in\n"
                                         << terminal.screen();
  }
};

TEST_F(Typed, AWholeSession) {
  Terminal terminal(command({}), environment());
  std::string place = "http-methods.nse:" + std::to_string(request_line());
  EXPECT_TRUE(says(terminal, "b " + place, "Breakpoint 1 at " + place));
  EXPECT_TRUE(says(terminal, "run", "=> " + std::to_string(request_line())));
  EXPECT_TRUE(says(terminal, "p host.ip", "host.ip = \"127.0.0.1\""));
  EXPECT_TRUE(says(terminal, "n", "=> "));
  EXPECT_TRUE(says(terminal, "response.status", "response.status = 200"));
  EXPECT_TRUE(says(terminal, "c", "Nmap done"));
  EXPECT_TRUE(says(terminal, "q", ""));
  EXPECT_EQ(terminal.status(), 0) << terminal.screen();
}

TEST_F(Typed, AnEmptyLineRepeats) {
  Terminal terminal(command({"-b", "http-methods:action"}), environment());
  EXPECT_TRUE(says(terminal, "next", "=> "));
  EXPECT_TRUE(says(terminal, "", "=> "));
  EXPECT_TRUE(says(terminal, "quit end", ""));
  EXPECT_EQ(terminal.status(), 0);
}

TEST_F(Typed, CtrlCRepeatsNothing) {
  Terminal terminal(command({"-b", "http-methods:action"}), environment());
  EXPECT_TRUE(says(terminal, "next", "=> "));
  ASSERT_TRUE(terminal.sees(kPrompt));
  terminal.type(kCtrlC);
  EXPECT_TRUE(says(terminal, "p 6 * 7", "= 42"));
  std::string screen = terminal.screen();
  size_t shown = 0;
  for (size_t at = 0; (at = screen.find("=> ", at)) != std::string::npos; ++at) ++shown;
  EXPECT_EQ(shown, 2u) << screen;  // at the breakpoint, and after the step
  EXPECT_TRUE(says(terminal, "quit end", ""));
}

TEST_F(Typed, UnfinishedLuaGoesOn) {
  Terminal terminal(command({"-b", "http-methods:action"}), environment());
  EXPECT_TRUE(says(terminal, "x = {1,", "\n> "));
  terminal.enter("2}");
  EXPECT_TRUE(says(terminal, "p #x", "#x = 2"));
  EXPECT_TRUE(says(terminal, "quit end", ""));
  EXPECT_EQ(terminal.status(), 0);
}

TEST_F(Typed, TabCompletes) {
  Terminal terminal(command({}), environment());
  ASSERT_TRUE(terminal.sees(kPrompt));
  terminal.type("tbr\thttp-methods:acti\t\r");
  EXPECT_TRUE(terminal.sees("Temporary breakpoint 1 at http-methods:action")) << terminal.screen();
  EXPECT_TRUE(says(terminal, "run", "Temporary breakpoint 1, "));
  ASSERT_TRUE(terminal.sees(kPrompt));
  terminal.type("p host.interface_m\t\r");
  EXPECT_TRUE(terminal.sees("host.interface_mtu = ")) << terminal.screen();
  EXPECT_TRUE(says(terminal, "info b", "No breakpoints"));
  EXPECT_TRUE(says(terminal, "quit end", ""));
  EXPECT_EQ(terminal.status(), 0);
}

TEST_F(Typed, CtrlCClearsTheLine) {
  Terminal terminal(command({}), environment());
  ASSERT_TRUE(terminal.sees(kPrompt));
  terminal.type("nonsense");
  ASSERT_TRUE(terminal.sees("nonsense"));
  terminal.type(kCtrlC);
  EXPECT_TRUE(says(terminal, "echo still here", "still here"));
  EXPECT_TRUE(says(terminal, "q", ""));
  EXPECT_EQ(terminal.status(), 0);
}

constexpr const char* kEndless =
    "description = ''\ncategories = {'safe'}\nportrule = function() return true end\n"
    "action = function()\n  local n = 0\n  while true do\n    n = n + 1\n  end\nend\n";

TEST_F(Typed, CtrlCPausesALoop) {
  Terminal terminal(command({"-b", "endless:action"}, script("endless.nse", kEndless)),
                    environment());
  EXPECT_TRUE(says(terminal, "echo [going on]", "\n[going on]"));
  EXPECT_TRUE(says(terminal, "c", ""));
  ASSERT_TRUE(terminal.sees("c\n"));
  terminal.type(kCtrlC);
  EXPECT_TRUE(terminal.sees("Paused, endless 127.0.0.1:" + port())) << terminal.screen();
  EXPECT_TRUE(says(terminal, "p type(n)", "type(n) = \"number\""));
  EXPECT_TRUE(says(terminal, "kill", "(y or n)"));
  terminal.enter("y");
  EXPECT_TRUE(says(terminal, "q", ""));
  EXPECT_NE(terminal.status(), -1) << terminal.screen();
}

TEST_F(Typed, CtrlCGivesUpAnEvaluation) {
  Terminal terminal(command({"-b", "http-methods:action"}), environment());
  EXPECT_TRUE(says(terminal, "print (function() while true do end end)()", "end)()\n"));
  terminal.type(kCtrlC);
  EXPECT_TRUE(says(terminal, "p host.ip", "host.ip = \"127.0.0.1\""));
  EXPECT_TRUE(says(terminal, "c", "Nmap done"));
  EXPECT_TRUE(says(terminal, "q", ""));
  EXPECT_EQ(terminal.status(), 0) << terminal.screen();
}

TEST_F(Typed, CtrlDAsksAndADetachedScanGoesOn) {
  Terminal terminal(command({"-b", "http-methods:action"}), environment());
  ASSERT_TRUE(terminal.sees(kPrompt)) << terminal.screen();
  terminal.type(kCtrlD);
  ASSERT_TRUE(terminal.sees("stay (s)? ")) << terminal.screen();
  terminal.enter("s");
  ASSERT_TRUE(terminal.sees(kPrompt));
  terminal.type(kCtrlD);
  ASSERT_TRUE(terminal.sees("stay (s)? "));
  terminal.enter("d");
  EXPECT_TRUE(terminal.sees("Nmap done")) << terminal.screen();
  EXPECT_EQ(terminal.status(), 0);
}

TEST_F(Typed, TheTerminalIsPutBackOnSigterm) {
  Terminal terminal(command({}), environment());
  ASSERT_TRUE(terminal.sees(kPrompt));
  terminal.type("ech\t");
  ASSERT_TRUE(terminal.sees("echo "));
  EXPECT_FALSE(terminal.echoes());
  terminal.send_signal(SIGTERM);
  EXPECT_EQ(terminal.status(), 128 + SIGTERM);
  EXPECT_TRUE(terminal.echoes());
}

TEST_F(Typed, HistoryIsPrivateAndKept) {
  {
    Terminal terminal(command({}), environment());
    EXPECT_TRUE(says(terminal, "echo remembered", "\nremembered"));
    EXPECT_TRUE(says(terminal, "q", ""));
    EXPECT_EQ(terminal.status(), 0);
  }
  Terminal terminal(command({}), environment());
  ASSERT_TRUE(terminal.sees(kPrompt));
  terminal.type("\033[A\033[A\r");
  EXPECT_TRUE(terminal.sees("\nremembered")) << terminal.screen();
  EXPECT_TRUE(says(terminal, "q", ""));
  EXPECT_EQ(terminal.status(), 0);
}

}  // namespace
}  // namespace testing_cli
