#include "agent/variables.h"

#include "agent/evaluate.h"
#include "agent/values_fixture.h"

namespace agent {
namespace {

using Variables = Script;
using Lines = std::vector<std::string>;

std::string set(int reference, const std::string& name, const std::string& value) {
  dap::SetVariable::Arguments arguments;
  arguments.variablesReference = reference;
  arguments.name = name;
  arguments.value = value;
  auto response = set_variable(arguments);
  return response ? response->value : "error: " + response.error().message;
}

dap::Evaluate::Response value_of(const Frame& frame, const std::string& expression) {
  dap::Evaluate::Arguments arguments;
  arguments.expression = expression;
  auto response = evaluate(frame, arguments);
  EXPECT_TRUE(response.ok());
  return response ? *response : dap::Evaluate::Response();
}

TEST_F(Variables, PagesOfAMillionEntries) {
  run("local array, hash = {}, {}; for i = 1, 1000000 do array[i] = i; hash['k' .. i] = i end; "
      "stop()",
      [&](Frame f) {
        auto array = value_of(f, "array"), hash = value_of(f, "hash");
        EXPECT_EQ(1000000, array.indexedVariables);
        EXPECT_EQ(0, array.namedVariables);
        EXPECT_EQ(1000000, hash.namedVariables);
        EXPECT_EQ((Lines{"[999999] = 999999", "[1000000] = 1000000"}),
                  children(array.variablesReference, 999998, 2, "indexed"));
        EXPECT_EQ(100u, children(hash.variablesReference, 500000, 100, "named").size());
        Lines capped = children(array.variablesReference);
        EXPECT_EQ(1001u, capped.size());
        EXPECT_EQ("… = 999,000 more", capped.back());
        EXPECT_EQ(1002u, children(hash.variablesReference).size());
      });
}

TEST_F(Variables, TheRestIsReachable) {
  run("local t = {}; for i = 1, 1500 do t['k' .. i] = i end; setmetatable(t, {}); stop()",
      [&](Frame f) {
        dap::Variables::Arguments arguments;
        arguments.variablesReference = value_of(f, "t").variablesReference;
        auto page = variables(arguments);
        ASSERT_EQ(1001u, page->variables.size());
        EXPECT_EQ("501 more", page->variables.back().value);
        Lines rest = children(page->variables.back().variablesReference);
        EXPECT_EQ("k1001 = 1001", rest.front());
        EXPECT_EQ("[metatable] = {}", rest.back());
        EXPECT_EQ(501u, rest.size());
      });
}

// What stdnse.output_table makes is empty by raw access.
TEST_F(Variables, AnOutputTableHasItsEntriesAndTheyCanBeSet) {
  run("local t, order = {zebra = 1, ape = 2}, {'zebra', 'ape'}\n"
      "local out = setmetatable({}, {__index = t, __newindex = error, __len = function() return "
      "#order end}); stop()",
      [&](Frame f) {
        auto out = value_of(f, "out");
        EXPECT_EQ("{zebra = 1, ape = 2}", out.result);
        EXPECT_EQ(3, out.namedVariables);
        Lines lines = children(out.variablesReference);
        ASSERT_EQ(3u, lines.size());
        EXPECT_EQ("zebra = 1", lines[0]);
        EXPECT_EQ("ape = 2", lines[1]);
        EXPECT_EQ("7", set(out.variablesReference, "ape", "7"));
        EXPECT_EQ("7", eval(f, "t.ape"));
      });
}

TEST_F(Variables, EvaluateNames) {
  run("local host = {ip = 1, ['a b'] = 2, [1] = 3, [2.5] = 4, [true] = 5}; stop()", [&](Frame f) {
    dap::Variables::Arguments arguments;
    arguments.variablesReference = value_of(f, "host").variablesReference;
    auto page = variables(arguments);
    for (const dap::Variable& v : page->variables) {
      EXPECT_EQ(v.value, eval(f, *v.evaluateName)) << *v.evaluateName;
    }
  });
}

TEST_F(Variables, EveryKindCanBeSet) {
  run("local up, t = 1, setmetatable({a = 1, ['b c'] = 2, [7] = 3}, {__newindex = error})\n"
      "local function go(x, ...) local y, u = 5, up; local f = function() return u end\n"
      "  stop() return x + y + up + select(1, ...) + f() end\n"
      "result = go(1, 10)",
      [&](Frame f) {
        EXPECT_EQ("100", set(scope(f, "Locals"), "x", "100"));
        EXPECT_EQ("200", set(scope(f, "Locals"), "y", "x + 100"));
        EXPECT_EQ("1000", set(scope(f, "Upvalues"), "up", "1000"));
        EXPECT_EQ("10000", set(scope(f, "Varargs"), "[1]", "10000"));
        int inner = value_of(f, "f").variablesReference;
        EXPECT_EQ("100000", set(inner, "u", "100000"));
        EXPECT_EQ((Lines{"u = 100000"}), children(inner));
        EXPECT_EQ("100", eval(f, "x"));
        EXPECT_EQ("error: there is no 'nope'", set(scope(f, "Locals"), "nope", "1"));
        EXPECT_EQ(0u, set(scope(f, "Locals"), "x", "nope.nope").find("error: "));
      });
}

TEST_F(Variables, TableFieldsAreSetRaw) {
  run("local t = setmetatable({a = 1, ['b c'] = 2, [7] = 3}, {__newindex = error}); stop()",
      [&](Frame f) {
        int reference = value_of(f, "t").variablesReference;
        EXPECT_EQ("\"x\"", set(reference, "a", "'x'"));
        EXPECT_EQ("22", set(reference, "[\"b c\"]", "22"));
        EXPECT_EQ("33", set(reference, "[7]", "33"));
        EXPECT_EQ("44", set(reference, "fresh", "44"));
        EXPECT_EQ((Lines{"[7] = 33", "a = \"x\"", "[\"b c\"] = 22", "fresh = 44",
                         "[metatable] = {__newindex = builtin function error}"}),
                  children(reference));
        EXPECT_EQ("nil", set(reference, "[metatable]", "nil"));
        EXPECT_EQ(4u, children(reference).size());
      });
}

TEST_F(Variables, UserdataShowsItsMetatable) {
  run("local file = io.stdout; stop()", [&](Frame f) {
    Lines lines = children(value_of(f, "file").variablesReference);
    EXPECT_EQ(0u, lines[0].find("[metatable] = "));
  });
}

}  // namespace
}  // namespace agent
