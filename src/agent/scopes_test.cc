#include "agent/scopes.h"

#include "agent/references.h"
#include "agent/values_fixture.h"

namespace agent {
namespace {

using Scopes = Script;
using Lines = std::vector<std::string>;

TEST_F(Scopes, EveryScopeOfAScript) {
  run("local up = 1; local function action(host, ...) local x = up; stop() return x end\n"
      "action({}, 1, nil, 'three')",
      [&](Frame f) {
        Lines names;
        auto all = scopes(f);
        for (const dap::Scope& s : all->scopes) names.push_back(s.name);
        EXPECT_EQ((Lines{"Locals", "Varargs", "Upvalues", "Script environment", "NSE", "Globals"}),
                  names);
        EXPECT_EQ((Lines{"host = {}", "x = 1"}), children(scope(f, "Locals")));
        EXPECT_EQ((Lines{"[1] = 1", "[2] = nil", "[3] = \"three\""}),
                  children(scope(f, "Varargs")));
        EXPECT_EQ((Lines{"up = 1"}), children(scope(f, "Upvalues")));
        EXPECT_EQ("SCRIPT_NAME = \"demo\"", children(scope(f, "Script environment"))[0]);
        EXPECT_EQ(
            (Lines{"host = {ip = \"127.0.0.1\"}", "port = {number = 80}", "SCRIPT_NAME = \"demo\"",
                   "SCRIPT_PATH = \"/d/demo.nse\"", "SCRIPT_TYPE = \"portrule\"",
                   "script-args = {[\"http.useragent\"] = \"x\"}",
                   "registry = {args = {[\"http.useragent\"] = \"x\"}}"}),
            children(scope(f, "NSE")));
        EXPECT_FALSE(children(scope(f, "Globals")).empty());
      });
}

TEST_F(Scopes, ShadowedLocalsAreShownAndToldApart) {
  run("local x = 1; local x = 2; do local x = 3; for i = 1, 1 do local k, x = i, 4; stop() end end",
      [&](Frame f) {
        Lines lines = children(scope(f, "Locals"));
        EXPECT_EQ("x = 4", lines.back());
        EXPECT_EQ("4", eval(f, "x"));
        int shadowed = 0;
        for (const std::string& line : lines) {
          shadowed += line.find("x (shadowed") == 0;
          EXPECT_EQ(std::string::npos, line.find("(for")) << line;
          EXPECT_EQ(std::string::npos, line.find("temporary")) << line;
        }
        EXPECT_EQ(3, shadowed);
      });
}

TEST_F(Scopes, ReferencesEndWithTheStop) {
  int old = 0;
  run("local t = {1}; stop()", [&](Frame f) {
    old = scope(f, "Locals");
    EXPECT_EQ(2u, children(old).size());  // _ENV and t
  });
  clear_references(L);
  EXPECT_EQ((Lines{"error: this reference is from before the last resume"}), children(old));
  run("stop()", [&](Frame f) { EXPECT_GT(scope(f, "Locals"), old); });
  EXPECT_NE(std::string::npos, children(1 << 29)[0].find("there is no"));
}

TEST_F(Scopes, NothingIsKeptAliveAfterTheStop) {
  run("weak = setmetatable({}, {__mode = 'v'}); local t = {1}; weak[1] = t; keep = weak; _G2 = 1; "
      "stop()\n"
      "rawset(_G, 'weak', weak)",
      [&](Frame f) { children(scope(f, "Locals")); });
  clear_references(L);
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_getglobal(L, "weak");
  lua_rawgeti(L, -1, 1);
  EXPECT_TRUE(lua_isnil(L, -1));
}

TEST_F(Scopes, SuspendedCoroutines) {
  run("local co = coroutine.create(function(a, ...) local b = a + 1; coroutine.yield(b); return b "
      "end)\n"
      "coroutine.resume(co, 1, 'v'); stop()",
      [&](Frame f) {
        dap::Evaluate::Arguments arguments;
        arguments.expression = "co";
        int reference = evaluate(f, arguments)->variablesReference;
        Lines frames = children(reference);
        ASSERT_EQ(2u, frames.size());
        EXPECT_EQ("#0 = builtin function yield", frames[0]);
        lua_getlocal(f.co, nullptr, 0);
        int slot = 0;
        lua_Debug ar;
        lua_getstack(f.co, 1, &ar);
        while (const char* name = lua_getlocal(f.co, &ar, ++slot)) {
          bool found = std::string(name) == "co";
          lua_State* co = found ? lua_tothread(f.co, -1) : nullptr;
          lua_pop(f.co, 1);
          if (!found) continue;
          Frame suspended{co, 1};
          int top = lua_gettop(co);
          EXPECT_EQ((Lines{"a = 1", "b = 2"}), children(scope(suspended, "Locals")));
          EXPECT_EQ((Lines{"[1] = \"v\""}), children(scope(suspended, "Varargs")));
          EXPECT_EQ("3", eval(suspended, "a + b"));
          EXPECT_EQ(0, scope(Frame{co, 0}, "Locals"));
          EXPECT_EQ(top, lua_gettop(co));
          break;
        }
      });
}

}  // namespace
}  // namespace agent
