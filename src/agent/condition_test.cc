#include "agent/condition.h"

#include <chrono>

#include "agent/network_guard.h"
#include "agent/values_fixture.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// A world where a line hook tests one condition on every event of one line.
class Conditions : public Script {
 protected:
  // "TTF…" for each time `line` of the code was reached; E and the error for errors.
  std::string outcomes(const std::string& code, int line, const std::string& condition) {
    auto compiled = Condition::compile(condition);
    if (!compiled) return "compile: " + compiled.error().message;
    condition_ = compiled->get();
    line_ = line;
    out_.clear();
    run_hooked(code);
    return out_;
  }

  std::string logged(const std::string& code, int line, const std::string& text) {
    auto compiled = LogMessage::compile(text);
    if (!compiled) return "compile: " + compiled.error().message;
    log_ = compiled->get();
    line_ = line;
    out_.clear();
    run_hooked(code);
    log_ = nullptr;
    return out_;
  }

  void run_hooked(const std::string& code) {
    lua_State* co = lua_newthread(L);
    std::string source = "local _ENV = setmetatable({}, {__index = _G}); " + code;
    ASSERT_EQ(LUA_OK, luaL_loadstring(co, source.c_str())) << lua_tostring(co, -1);
    lua_sethook(co, on_line, LUA_MASKLINE, 0);
    EXPECT_EQ(LUA_OK, lua_pcall(co, 0, 0, 0)) << lua_tostring(co, -1);
    lua_settop(L, 0);
  }

  static void on_line(lua_State* co, lua_Debug* ar) {
    lua_getinfo(co, "l", ar);
    if (ar->currentline != line_) return;
    int top = lua_gettop(co);
    if (log_) {
      out_ += log_->format(co, ar) + "\n";
    } else {
      std::string error;
      Outcome outcome = condition_->test(co, ar, &error);
      out_ += outcome == Outcome::kTrue ? "T" : outcome == Outcome::kFalse ? "F" : "E " + error;
    }
    EXPECT_EQ(top, lua_gettop(co));
    EXPECT_EQ(0, lua_gettop(lua::workbench()));
  }

  static inline Condition* condition_ = nullptr;
  static inline LogMessage* log_ = nullptr;
  static inline int line_ = 0;
  static inline std::string out_;
};

TEST_F(Conditions, LocalsUpvaluesGlobals) {
  const char* loop = "local up = 2; g = 3\nfor i = 1, 4 do\nlocal x = i * up\nlocal y = x\nend";
  EXPECT_EQ("FFTT", outcomes(loop, 4, "x > 4"));
  EXPECT_EQ("FTFF", outcomes(loop, 4, "x == 4 and i == up"));
  EXPECT_EQ("FFTF", outcomes(loop, 4, "i == g"));
  EXPECT_EQ("FTFT", outcomes(loop, 4, "string.format('%d', i):find('[24]') ~= nil"));
  EXPECT_EQ("FFFF", outcomes(loop, 4, "undeclared"));
  EXPECT_EQ("TTTT", outcomes(loop, 4, "_ENV.g == 3"));
  const char* nested = "local up = 2\nlocal function f(a)\nreturn a + up\nend\nf(1) f(2)";
  EXPECT_EQ("FT", outcomes(nested, 3, "a == up"));
}

TEST_F(Conditions, TheNewestOfTheSameName) {
  EXPECT_EQ("T", outcomes("local x = 1; local x = 2\nlocal y = x", 2, "x == 2"));
  // One line, two functions: the same slot is another name.
  EXPECT_EQ("FTFT", outcomes("local function g(f, n) f(n) end\n"
                             "for _, n in ipairs{5, 5} do\n"
                             "g(function(x) return x end, n) end",
                             3, "x == 5")
                        .substr(0, 4));
  EXPECT_EQ("FFTFFT", outcomes("for i = 1, 2 do\n"
                               "for i = 10, 12 do\n"
                               "local z = i end end",
                               3, "i == 12")
                          .substr(0, 6));
}

TEST_F(Conditions, Varargs) {
  EXPECT_EQ("TF", outcomes("local function f(...)\nlocal a = 1\nend\nf(1, 2) f()", 2,
                           "select('#', ...) == 2"));
}

TEST_F(Conditions, MistakesAreReported) {
  EXPECT_EQ("compile: condition 'x ==': expression:1: unexpected symbol near <eof>",
            outcomes("", 1, "x =="));
  EXPECT_EQ(0u, outcomes("", 1, "x = 1").find("compile: "));
  std::string error = outcomes("local t\nlocal x = t", 2, "t.x == 1");
  EXPECT_EQ(0u, error.find("E condition:1: attempt to index a nil value (local 't')")) << error;
  EXPECT_EQ("E the condition raised an error value",
            outcomes("local t\nlocal x = t", 2, "error({})"));
}

TEST_F(Conditions, StrictModulesAndGotoDoNoHarm) {
  EXPECT_EQ("FFF", outcomes("local i = 0\n::again::\ni = i + 1\nif i < 3 then goto again end", 3,
                            "again"));
#if LUA_VERSION_NUM >= 504
  EXPECT_EQ("T", outcomes("local k <const> = setmetatable({}, {})\nlocal x = k", 2, "k ~= nil"));
#endif
}

int touch(lua_State*) {
  ADD_FAILURE();
  return 0;
}

TEST_F(Conditions, TheNetworkIsRefused) {
  refuse_in_evaluation(touch, "send");
  lua_pushcfunction(L, touch);
  lua_setfield(L, LUA_REGISTRYINDEX, "send");
  std::string error = outcomes("local send = debug.getregistry().send\nlocal x = 1", 2, "send()");
  EXPECT_NE(std::string::npos, error.find("'send' touches the network")) << error;
}

TEST_F(Conditions, OneConditionServesManyFunctions) {
  auto first = Condition::compile("x == 1");
  condition_ = first->get();
  out_.clear();
  line_ = 2;
  run_hooked("local x = 1\nlocal y = x");
  run_hooked("local a, b, x = 1, 2, 3\nlocal y = x");
  run_hooked("x = 1\nlocal y = x");
  run_hooked("local z = 1\nlocal y = z");
  EXPECT_EQ("TFTF", out_);
}

TEST_F(Conditions, LogMessages) {
  const char* code = "local host, n = {ip = '1.2.3.4'}, 2\nlocal x = 1";
  EXPECT_EQ("to 1.2.3.4: 4 {x}\n", logged(code, 2, "to {host.ip}: {n * 2} {{x}}"));
  EXPECT_EQ("{ip = \"1.2.3.4\"}\n", logged(code, 2, "{host}"));
  EXPECT_EQ("3 }\n", logged(code, 2, "{#{1, 2, '}'}} }}"));
  EXPECT_EQ("<condition:1: attempt to index a nil value (local 'nope')>\n",
            logged(code, 2, "{nope.x}"));
  EXPECT_EQ("a\\0b\n", logged(code, 2, "{'a\\0b'}"));
  EXPECT_EQ("say \"hi\"\n", logged(code, 2, "say {'\"hi\"'}"));
  EXPECT_EQ(0u, logged(code, 2, "{x").find("compile: log message: the brace at column 1"));
  EXPECT_EQ(0u, logged(code, 2, "{x y}").find("compile: log message {x y}: "));
}

TEST(HitCondition, Parses) {
  auto holds = [](const char* text, long long hits) {
    auto condition = HitCondition::parse(text);
    EXPECT_TRUE(condition.ok()) << text;
    return condition && condition->holds(hits);
  };
  EXPECT_TRUE(holds("5", 5));
  EXPECT_FALSE(holds("5", 6));
  EXPECT_TRUE(holds("== 5", 5));
  EXPECT_TRUE(holds(">=5", 9));
  EXPECT_FALSE(holds("> 5", 5));
  EXPECT_TRUE(holds("< 5", 4));
  EXPECT_FALSE(holds("< 5", 5));
  EXPECT_TRUE(holds("<=5", 5));
  EXPECT_TRUE(holds("%3", 6));
  EXPECT_FALSE(holds("% 3", 7));
  for (const char* bad : {"", "x", "5x", "%0", "-1", ">"})
    EXPECT_FALSE(HitCondition::parse(bad).ok()) << bad;
}

// Not asserted: what a false condition costs, hook included.
TEST_F(Conditions, Cost) {
  const char* code =
      "local function f(a, b, c) local d = a; local e = b\nlocal y = d\nreturn y end\n"
      "for i = 1, 1000000 do f(i, 2, 3) end";
  auto time = [&](const char* condition) {
    auto compiled = Condition::compile(condition);
    static Condition* tested;
    tested = compiled->get();
    lua_State* co = lua_newthread(L);
    EXPECT_EQ(LUA_OK, luaL_loadstring(co, code));
    auto hook = [](lua_State* state, lua_Debug* ar) {
      if (ar->currentline != 2) return;
      static std::string error;
      tested->test(state, ar, &error);
    };
    auto empty = [](lua_State*, lua_Debug* ar) { (void)ar->currentline; };
    auto measured = [&](lua_Hook h) {
      lua_pushvalue(co, 1);
      lua_sethook(co, h, LUA_MASKLINE, 0);
      auto start = std::chrono::steady_clock::now();
      lua_pcall(co, 0, 0, 0);
      return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start)
                 .count() /
             1e6;
    };
    double base = measured(empty), with = measured(hook);
    lua_settop(L, 0);
    return with - base;
  };
  for (const char* condition :
       {"a == 0", "a == 0 and b == 1 and d", "nosuch == 1", "string.len('x') == a"}) {
    printf("condition %-26s %4.0f ns\n", condition, time(condition));
  }
}

}  // namespace
}  // namespace agent
