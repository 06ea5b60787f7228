#include "agent/evaluate.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "agent/expression.h"
#include "agent/network_guard.h"
#include "agent/references.h"
#include "agent/values_fixture.h"

namespace agent {
namespace {

using Evaluate = Script;

TEST_F(Evaluate, SeesWhatTheFrameSees) {
  run("local up = 1; shared = 'g'\nlocal function go(a, ...) local b = a + up; stop() end\ngo(5, "
      "'v1', 'v2')",
      [&](Frame f) {
        EXPECT_EQ("12", eval(f, "a + b + up"));
        EXPECT_EQ("\"g\"", eval(f, "shared"));
        EXPECT_EQ("\"v2\"", eval(f, "(select(2, ...))"));
        EXPECT_EQ("\"v1\", \"v2\"", eval(f, "..."));
        EXPECT_EQ("2", eval(f, "select('#', ...)"));
        EXPECT_EQ("\"demo\"", eval(f, "SCRIPT_NAME"));
        EXPECT_EQ("\"127.0.0.1\"", eval(f, "NSE.host.ip"));
        EXPECT_EQ("\"x\"", eval(f, "NSE['script-args']['http.useragent']"));
      });
}

TEST_F(Evaluate, StrictGlobalsAreNil) {
  run("stop()", [&](Frame f) {
    EXPECT_EQ("nil", eval(f, "undeclared"));
    EXPECT_EQ("true", eval(f, "undeclared == nil"));
    EXPECT_EQ("nil", eval(f, "undeclared", "hover"));
    EXPECT_NE(std::string::npos, eval(f, "undeclared.x").find("'undeclared' is nil"));
  });
}

TEST_F(Evaluate, Assigns) {
  run("local up = 1; mine = 1\nlocal function go(a) local b = up; stop(); return a + up end\n"
      "assert(go(1) == 44); assert(mine == 5); assert(fresh == 6); assert(rawget(_G, 'fresh') == "
      "nil)",
      [&](Frame f) {
        EXPECT_EQ("", eval(f, "a = 4"));
        EXPECT_EQ("", eval(f, "up = 40"));
        EXPECT_EQ("", eval(f, "mine = 5"));
        EXPECT_EQ("", eval(f, "fresh = 6"));
        EXPECT_EQ("4", eval(f, "a"));
        EXPECT_EQ("44", eval(f, "a + up"));
      });
}

TEST_F(Evaluate, AGlobalThatExistsStaysWhereItIs) {
  run("rawset(_G, 'old', 1); stop(); assert(rawget(_G, 'old') == 2)",
      [&](Frame f) { EXPECT_EQ("", eval(f, "old = 2")); });
}

TEST_F(Evaluate, ErrorsAreClean) {
  run("local t; stop()", [&](Frame f) {
    EXPECT_EQ("error: expression:1: unexpected symbol near <eof>", eval(f, "1 +"));
    EXPECT_EQ("error: expression:1: 'end' expected near <eof>", eval(f, "for i = 1, 2 do"));
    EXPECT_EQ(0u, eval(f, "t.x.y").find("error: 't' is nil")) << eval(f, "t.x.y");
    EXPECT_EQ("error: expression:1: oops", eval(f, "error('oops')"));
    EXPECT_EQ("error: error value {code = 1}", eval(f, "error({code = 1})"));
    EXPECT_NE(std::string::npos, eval(f, "coroutine.yield(1)").find("cannot wait or yield"));
    EXPECT_NE(std::string::npos, eval(f, "  ").find("nothing to evaluate"));
    EXPECT_EQ(0u, eval(f, "a b").find("error: expression:1: "));
  });
}

TEST_F(Evaluate, HoverRunsNothing) {
  run("local t = {f = function() error('ran') end, [1] = {x = 2}}; stop()", [&](Frame f) {
    EXPECT_EQ("2", eval(f, "t[1].x", "hover"));
    EXPECT_EQ(0u, eval(f, "t.f()", "hover").find("error: hovering shows"));
    EXPECT_EQ(0u, eval(f, "1 + 1", "hover").find("error: hovering shows"));
  });
}

TEST_F(Evaluate, SeveralResultsAndNone) {
  run("stop()", [&](Frame f) {
    EXPECT_EQ("1, nil, \"x\"", eval(f, "1, nil, 'x'"));
    EXPECT_EQ("", eval(f, "(function() end)()"));
    EXPECT_EQ("5", eval(f, "return 5"));
  });
}

TEST_F(Evaluate, LoadedModulesAreAtHand) {
  run("stop()", [&](Frame f) {
    EXPECT_EQ("{}", eval(f, "nmap.registry.args['absent'] or {}"));
    EXPECT_EQ("\"x\"", eval(f, "nmap.registry.args['http.useragent']", "hover"));
  });
}

TEST_F(Evaluate, SetExpression) {
  run("local t = setmetatable({}, {__newindex = error}); local n = 1; stop(); assert(t.a == 7 and "
      "n == 8)",
      [&](Frame f) {
        dap::SetExpression::Arguments arguments;
        arguments.expression = "t.a", arguments.value = "n + 6";
        EXPECT_EQ("7", set_expression(f, arguments)->value);
        arguments.expression = "n", arguments.value = "8";
        EXPECT_EQ("8", set_expression(f, arguments)->value);
        arguments.expression = "t.b.c";
        EXPECT_EQ("'t.b' is no table", set_expression(f, arguments).error().message);
        arguments.expression = "1 + 1";
        EXPECT_FALSE(set_expression(f, arguments).ok());
      });
}

TEST_F(Evaluate, ClosuresThatOutliveTheStopUseTheEnvironment) {
  run("local secret = 42; g = 1; stop(); assert(keep() == nil); assert(other() == 1); assert(g == "
      "1)\n"
      "set(); assert(g == 9)",
      [&](Frame f) {
        eval(f, "keep = function() return rawget(_ENV, 'secret') end", "repl");
        eval(f, "other = function() return g end", "repl");
        eval(f, "set = function() g = 9 end", "repl");
      });
}

int connect(lua_State*) {
  ADD_FAILURE() << "the network was touched";
  return 0;
}

TEST_F(Evaluate, TheNetworkIsRefused) {
  refuse_in_evaluation(connect, "connect");
  lua_pushcfunction(L, connect);
  lua_setfield(L, LUA_REGISTRYINDEX, "connect");
  run("local s = {connect = debug.getregistry().connect, n = 1}; stop()", [&](Frame f) {
    const char* message = "'connect' touches the network; it would corrupt the stopped script";
    EXPECT_NE(std::string::npos, eval(f, "s:connect('x', 80)").find(message));
    EXPECT_NE(std::string::npos, eval(f, "select(2, pcall(s.connect))").find(message));
    EXPECT_NE(std::string::npos,
              eval(f, "select(2, coroutine.resume(coroutine.create(s.connect)))").find(message));
    EXPECT_EQ("1", eval(f, "s.n + 0"));
  });
}

void on_alarm(int) { interrupt_evaluation(); }

TEST_F(Evaluate, LoopsCanBeInterrupted) {
  struct sigaction action {};
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, nullptr);
  auto soon = [] {
    itimerval timer{{0, 0}, {0, 30000}};
    setitimer(ITIMER_REAL, &timer, nullptr);
  };
  run("stop()", [&](Frame f) {
    soon();
    EXPECT_EQ("error: interrupted", eval(f, "while true do end"));
    soon();
    EXPECT_EQ("error: interrupted",
              eval(f, "while true do pcall(function() while true do end end) end"));
    EXPECT_FALSE(evaluation_running());
    EXPECT_EQ("2", eval(f, "1 + 1"));
  });
  interrupt_evaluation();  // nothing runs: nothing happens
  EXPECT_EQ(nullptr, lua_gethook(L));
}

TEST(Path, Parses) {
  for (const char* good : {"a", "a.b", "a [ 'x y' ] . c", "a[1][-2]", "a[true]", "a[\"\\0\"]"}) {
    EXPECT_TRUE(parse_path(good).has_value()) << good;
  }
  for (const char* bad :
       {"", "1", "a.", "a[", "a[b]", "a()", "a:b", "a + b", "end", "a.end", "(a)", "a[-'x']"}) {
    EXPECT_FALSE(parse_path(bad).has_value()) << bad;
  }
  EXPECT_EQ("a[\"x y\"].c[1]", to_text(*parse_path("a['x y'].c[1]")));
  // Found by tests/fuzz: what children are named by must read back, however odd or long the key.
  std::string odd = "a[\"\\xE5\"]", lengthy = "a[\"" + std::string(100, '-') + "\"]";
  EXPECT_EQ("\xE5", parse_path(to_text(*parse_path(odd)))->keys[0].text);
  EXPECT_EQ(lengthy, to_text(*parse_path(lengthy)));
}

}  // namespace
}  // namespace agent
