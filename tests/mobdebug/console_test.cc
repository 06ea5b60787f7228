// EXEC: the Remote Console, watches, and what opens a value in the Stack window.
#include "mobdebug/scan.h"

namespace testing_mobdebug {
namespace {

class Console : public Bridge {};
ON_BOTH_NMAPS(Console);

TEST_P(Console, values_are_lua_source) {
  Ide ide(nmap(), scan_with(fixture("values")));
  begin(ide, "values", "return integer, outside");
  EXPECT_EQ(ide.eval("integer, float, truth, nothing, text"), "42, 1.5, true, nil, \"plain\"");
  EXPECT_EQ(ide.eval("1.0, -0.5, 1/0, -1/0, 2^53", "{comment = 0}"),
            "1.0, -0.5, 1/0 --[[math.huge]], -1/0 --[[-math.huge]], 9007199254740992.0");
  EXPECT_EQ(ide.eval("1/3, 7", "{numformat = \"%.3g\"}"), "0.333, 7");
  EXPECT_EQ(ide.eval("bytes"), R"("a\0b\255\n")");
  EXPECT_EQ(ide.eval("list", "{comment = 0}"), "{10, 20, 30}");
  EXPECT_EQ(ide.eval("record", "{comment = 0}"), R"({"one", name = "n", ["two words"] = 2})");
  EXPECT_EQ(ide.eval("self", "{comment = 0}"), "{self = nil}");
  EXPECT_HAS(ide.eval("self"), "{self = nil} --[[table: 0x");
  EXPECT_HAS(ide.eval("self"), "incomplete output with shared/self-references skipped");
  EXPECT_HAS(ide.eval("{[list] = 1}", "{comment = 0}"), "{[\"table: 0x");
  EXPECT_HAS(ide.eval("socket"), "\"nmap socket, not connected\"");
  EXPECT_HAS(ide.eval("down"), "function() --[[..skipped..]] end --[[function (values.nse:");
  EXPECT_EQ(ide.eval("..."), "\"first\", \"second\"");
  EXPECT_EQ(ide.eval("select(2, ...)"), "\"second\"");
  EXPECT_EQ(ide.exec("DONE"), "error: [string \"DONE\"]:1: syntax error near <eof>");
}

TEST_P(Console, limits_are_kept) {
  Ide ide(nmap(), scan_with(fixture("values")));
  begin(ide, "values", "return integer, outside");
  EXPECT_EQ(ide.eval("many", "{maxnum = 3, comment = 0}"), "{1, 2, 3}");
  EXPECT_HAS(ide.eval("many", "{maxnum = 3}"), ", 2497 more]]");
  EXPECT_EQ(ide.eval("{1, {2, {3, {4}}}}", "{maxlevel = 1, comment = false}"), "{1, {}}");
  EXPECT_EQ(ide.eval("{1, {2, {3, {4}}}}", "{maxlevel = 2, comment = false}"), "{1, {2, {}}}");
  EXPECT_EQ(ide.eval("{1, {2}}", "{comment = false, indent = '  '}"),
            "{\n  1,\n  {\n    2\n  }\n}");
  EXPECT_EQ(ide.eval("#many, {11, 22, 33, 44}", "{maxlength = 5, comment = false}"),
            "2500, {11, 22, 33}");
  // However it is asked, there is an end.
  EXPECT_EQ(ide.exec("nest = {} for i = 1, 100000 do nest = {nest} end"), "");
  EXPECT_LT(ide.eval("nest", "{comment = false}").size(), 1000u);
  EXPECT_EQ(ide.exec("wide = {} for i = 1, 2e5 do wide[i] = {i} end"), "");
  EXPECT_LT(ide.eval("wide", "{comment = false, maxnum = false}").size(), 4000000u);
  EXPECT_HAS(ide.eval("('x'):rep(3000000)"), "… (3000000 bytes)\"");
  EXPECT_EQ(ide.exec("wide = nil nest = nil"), "");
}

TEST_P(Console, assignments_take_effect) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "sum = sum + visit");
  EXPECT_EQ(ide.exec("sum = 1000"), "");
  EXPECT_EQ(ide.eval("sum"), "1000");
  EXPECT_EQ(ide.exec("seen.extra = i\r\fseen.extra = seen.extra + 1"), "");  // two lines
  EXPECT_EQ(ide.eval("seen", "{comment = 0}"), "{extra = 2}");
  EXPECT_EQ(ide.exec("print('from the console')"), "");
  EXPECT_EQ(ide.ask("DELB * 0"), "200 OK");
  ide.run_to_end();
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.out(), "sum 1385");
  EXPECT_HAS(ide.out(), "from the console");
}

TEST_P(Console, errors_name_the_chunk_as_lua_does) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "sum = sum + visit");
  EXPECT_HAS(ide.eval("nothing.field"),
             "error: [string \"return nothing.field\"]:1: attempt to index a nil value");
  EXPECT_HAS(ide.exec("error('mine')"), "error: [string \"error('mine')\"]:1: mine");
  EXPECT_HAS(ide.exec("x ="), "error: [string \"x =\"]:1: unexpected symbol near <eof>");
  EXPECT_HAS(ide.eval("require('nmap').new_socket()"), "touches the network");
  EXPECT_EQ(ide.eval("undeclared_global"), "nil");  // strict.lua or not
  EXPECT_EQ(ide.eval("1", "{stack = 99}"), "error: there is no stack frame 99");
}

TEST_P(Console, an_expression_that_loops_can_be_broken) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  begin(ide, "counter", "sum = sum + visit");
  ide.send("EXEC while true do end\n");
  ide.send("SUSPEND\n");
  EXPECT_HAS(ide.wait_paused(), "interrupted");
  EXPECT_EQ(ide.eval("i"), "1");
}

TEST_P(Console, a_frame_is_chosen_by_its_number) {
  Ide ide(nmap(), scan_with(fixture("values")));
  begin(ide, "values", "return integer, outside");
  EXPECT_EQ(ide.stack("s[2][2].level[1]"), "1");
  EXPECT_EQ(ide.eval("level", "{maxlevel = 1, stack = 1}"), "0");
  EXPECT_EQ(ide.eval("level", "{maxlevel = 1, stack = 3}"), "2");
  EXPECT_EQ(ide.eval("NSE[\"registry\"]", "{maxlevel = 1, stack = 1, comment = 0}"),
            ide.eval("nmap.registry", "{maxlevel = 1, comment = 0}"));
}

}  // namespace
}  // namespace testing_mobdebug
