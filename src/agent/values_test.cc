#include "agent/values.h"

#include "agent/values_fixture.h"

namespace agent {
namespace {

using Values = Script;

TEST_F(Values, NumbersAreToldApart) {
  run("stop()", [&](Frame f) {
    EXPECT_EQ("1", eval(f, "1"));
    EXPECT_EQ("1.0", eval(f, "1.0"));
    EXPECT_EQ("1e+15", eval(f, "1e15"));
    EXPECT_EQ("0.1", eval(f, "0.1"));
    EXPECT_EQ("0.30000000000000004", eval(f, "0.1 + 0.2"));
    EXPECT_EQ("nan", eval(f, "0/0"));
    EXPECT_EQ("inf", eval(f, "1/0"));
    EXPECT_EQ("-inf", eval(f, "-1/0"));
    EXPECT_EQ("-0.0", eval(f, "-0.0"));
    EXPECT_EQ("-9223372036854775808", eval(f, "math.mininteger"));
  });
}

TEST_F(Values, StringsAreBinarySafeAndNeverCutSilently) {
  run("local s, big, cut = '\\0\\17\\255abc', ('x'):rep(1234), ('é'):rep(500); stop()",
      [&](Frame f) {
        EXPECT_EQ("\"\\0\\17\\255abc\" (6 bytes)", eval(f, "s"));
        EXPECT_EQ("\"" + std::string(100, 'x') + "…\" (1,234 bytes)", eval(f, "big"));
        EXPECT_EQ("\"" + std::string(1234, 'x') + "\"", eval(f, "big", "repl"));
        EXPECT_EQ(std::string::npos, eval(f, "cut").find("\\"));
        EXPECT_EQ("\"a\\nb\"", eval(f, "'a\\nb'"));
        EXPECT_EQ("\"\"", eval(f, "''"));
      });
}

TEST_F(Values, TablesOnOneLine) {
  run("local host = {ip = '127.0.0.1', name = '', mac = '\\0\\1', t = {1, {2, {3}}}, 5, nil}; "
      "stop()",
      [&](Frame f) {
        EXPECT_EQ("{5, ip = \"127.0.0.1\", mac = \"\\0\\1\" (2 bytes), name = \"\", t = {1, {…}}}",
                  eval(f, "host"));
        EXPECT_EQ("{}", eval(f, "{}"));
        EXPECT_EQ("{[\"a b\"] = 1, [\"end\"] = 2}", eval(f, "{['a b'] = 1, ['end'] = 2}"));
      });
}

TEST_F(Values, WhatIsLeftOutIsCounted) {
  run("local t, big = {}, {}; for i = 1, 4325 do t[i] = 1000 end\n"
      "for i = 1, 1000 do big['key' .. i] = i end; stop()",
      [&](Frame f) {
        std::string line = eval(f, "t");
        EXPECT_NE(std::string::npos, line.find(" more}")) << line;
        EXPECT_LT(line.size(), 200u);
        std::string block = eval(f, "t", "repl");
        EXPECT_NE(std::string::npos, block.find("… 4,125 more\n}")) << block;
        EXPECT_EQ(std::string::npos, eval(f, "t", "clipboard").find("more"));
        EXPECT_NE(std::string::npos, eval(f, "big").find("more}"));
      });
}

TEST_F(Values, WrappedRenderingKeepsToTheWidth) {
  run("local r = {status = 501, header = {server = 'a-rather-long-name/1.0', ['content-type'] = "
      "'text/html'}, list = {1, 2, 3}}; r.self = r; stop()",
      [&](Frame f) {
        std::string text = eval(f, "r", "repl");
        EXPECT_EQ(
            "{\n"
            "  header = {[\"content-type\"] = \"text/html\", server = "
            "\"a-rather-long-name/1.0\"},\n"
            "  list = {1, 2, 3},\n"
            "  self = <cycle> table ",
            text.substr(0, text.find("0x")));
        EXPECT_NE(std::string::npos, text.find(",\n  status = 501,\n}"));
      });
}

TEST_F(Values, MetamethodsAreNeverRun) {
  run("local function bad() error('metamethod was run') end\n"
      "local t = setmetatable({a = 1}, {__index = bad, __pairs = bad, __len = bad, __tostring = "
      "bad, "
      "__name = 'Thing'})\n"
      "stop()",
      [&](Frame f) {
        EXPECT_EQ("Thing {a = 1}", eval(f, "t"));
        EXPECT_EQ("Thing {a = 1}", eval(f, "t", "repl"));
        EXPECT_EQ("nil", eval(f, "t.absent", "hover"));
        EXPECT_EQ("nil", eval(f, "t.absent", "watch"));
        EXPECT_NE(std::string::npos, eval(f, "t.absent", "repl").find("metamethod was run"));
      });
}

TEST_F(Values, FunctionsThreadsUserdata) {
  run("local function merge()\nend\nlocal co = coroutine.create(function() coroutine.yield() end)\n"
      "coroutine.resume(co)\nlocal file = io.stdout; stop()",
      [&](Frame f) {
        EXPECT_EQ("function (script.nse:1)", eval(f, "merge"));
        EXPECT_EQ("builtin function string.format", eval(f, "string.format"));
        EXPECT_EQ("builtin function print", eval(f, "print"));
        EXPECT_NE(std::string::npos, eval(f, "co").find("(suspended)")) << eval(f, "co");
        EXPECT_EQ("userdata FILE* 0x", eval(f, "file").substr(0, 17));
        std::vector<std::string> locals = children(scope(f, "Locals"));
        EXPECT_NE(locals.end(),
                  std::find(locals.begin(), locals.end(), "merge = function merge (script.nse:1)"));
      });
}

TEST_F(Values, HexFormat) {
  run("local n, s = 255, '\\1\\2'; stop()", [&](Frame f) {
    dap::Evaluate::Arguments arguments;
    arguments.format = dap::ValueFormat{true, {}};
    arguments.expression = "n";
    EXPECT_EQ("0xff", evaluate(f, arguments)->result);
    arguments.expression = "s";
    EXPECT_EQ("\"\\x01\\x02\" (2 bytes)", evaluate(f, arguments)->result);
  });
}

TEST_F(Values, DeepTablesAreBounded) {
  run("local t = {}; local at = t; for i = 1, 10000 do at.x = {}; at = at.x end; stop()",
      [&](Frame f) {
        EXPECT_EQ("{x = {x = {…}}}", eval(f, "t"));
        EXPECT_NE(std::string::npos, eval(f, "t", "repl").find("{… 1 entry}"));
        EXPECT_NE(std::string::npos, eval(f, "t", "clipboard").find("{… 1 entry}"));
      });
}

}  // namespace
}  // namespace agent
