// STACK: what the IDE's Stack window is made of.
#include "mobdebug/scan.h"

namespace testing_mobdebug {
namespace {

class Stack : public Bridge {};
ON_BOTH_NMAPS(Stack);

TEST_P(Stack, frames_are_as_mobdebug_has_them) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "return square");
  std::string line = std::to_string(this->line("counter", "return square"));
  EXPECT_EQ(ide.stack("#s"), "2");
  EXPECT_EQ(ide.stack("table.concat(s[1][1], ' ')"),
            "visit counter.nse " + std::to_string(this->line("counter", "local function visit")) +
                " " + line + " Lua upvalue counter.nse");
  EXPECT_EQ(ide.stack("s[2][1][1] .. s[2][1][4]"),
            "action" + std::to_string(this->line("counter", "sum = sum + visit")));
  EXPECT_EQ(ide.stack("s[1][2].square[1] + s[1][2].i[1]"), "2");
  EXPECT_EQ(ide.stack("s[1][2].square[2] .. s[1][2].seen[2]:match('^table: 0x')"), "1table: 0x");
  EXPECT_EQ(ide.stack("type(s[2][3].visit[1])"), "function");
}

TEST_P(Stack, shared_and_cyclic_tables_are_what_they_are) {
  Ide ide(nmap(), scan_with(fixture("values")));
  begin(ide, "values", "return integer, outside");
  EXPECT_EQ(ide.stack("s[1][2].self[1].self == s[1][2].self[1]"), "true");
  EXPECT_EQ(ide.stack("s[1][2].bytes[1] == 'a\\0b\\255\\n'"), "true");
  EXPECT_EQ(ide.stack("s[1][2].record[1]['two words']"), "2");
  EXPECT_EQ(ide.stack("s[1][2]['(*vararg 2)'][1]"), "second");
  EXPECT_EQ(ide.stack("s[1][3].outside[1]"), "an upvalue");
  EXPECT_EQ(ide.stack_reply().find('\n'), std::string::npos);
}

TEST_P(Stack, limits_are_kept) {
  Ide ide(nmap(), scan_with(fixture("values")));
  begin(ide, "values", "return integer, outside");
  EXPECT_EQ(ide.stack("#s[1][2].many[1]", "{maxlevel = 3, maxnum = 128}"), "128");
  EXPECT_EQ(ide.stack("#s[1][2].many[1]"), "2500");
  EXPECT_EQ(ide.stack("next(s[1][2].list[1])", "{maxlevel = 0}"), "nil");
}

TEST_P(Stack, the_registry_shows) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "sum = sum + visit");
  EXPECT_EQ(ide.exec("NSE.registry.found = {1, 2}"), "");
  EXPECT_EQ(ide.stack("s[1][3].NSE[1].registry.found[2]", "{maxlevel = 3, maxnum = 128}"), "2");
  EXPECT_EQ(ide.stack("s[1][3].NSE[1].SCRIPT_NAME"), "counter");
}

TEST_P(Stack, a_script_of_a_port_has_its_host_and_port) {
  peers::TcpPeer peer({peers::expect("\n"), peers::send("answer\n")}, {address(), kPort});
  Ide ide(nmap(), port_scan(fixture("echo")));
  begin(ide, "echo", "local second = ask");
  EXPECT_EQ(ide.stack("s[1][3].NSE[1].host.ip"), address());
  EXPECT_EQ(ide.stack("s[1][2].host[1].ip"), address());
  EXPECT_EQ(ide.stack("s[1][2].port[1].number + s[1][3].NSE[1].port.number"), "16000");
}

}  // namespace
}  // namespace testing_mobdebug
