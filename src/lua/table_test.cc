#include "lua/table.h"

#include <gtest/gtest.h>

#include "lua/literal.h"

namespace lua {
namespace {

class Table : public ::testing::Test {
 protected:
  void SetUp() override {
    L = luaL_newstate();
    luaL_openlibs(L);
  }
  void TearDown() override { lua_close(L); }

  void push(const std::string& expression) {
    ASSERT_EQ(LUA_OK, luaL_loadstring(L, ("return " + expression).c_str()));
    ASSERT_EQ(LUA_OK, lua_pcall(L, 0, 1, 0)) << lua_tostring(L, -1);
  }

  std::string listed(const std::string& expression, lua_Integer limit = 100,
                     lua_Integer start = 0) {
    push(expression);
    int table = lua_gettop(L);
    Order order = push_order(L, table, limit);
    std::string out;
    for (EntryWalk walk(L, table, table + 1, order, start); walk.next();) {
      out += key_text(L, -2, false) + " ";
    }
    EXPECT_EQ(table + 1, lua_gettop(L));
    lua_settop(L, table - 1);
    return out;
  }

  lua_State* L = nullptr;
};

TEST_F(Table, ListsArrayThenNumbersStringsBooleans) {
  EXPECT_EQ("[1] [2] [-1] [2.5] [10] a2 a10 b [\"x y\"] [false] [true] ",
            listed("{'p', 'q', b = 1, a10 = 1, a2 = 1, ['x y'] = 1, [true] = 1, [false] = 1, "
                   "[2.5] = 1, [-1] = 1, [10] = 1}"));
}

TEST_F(Table, ListsFromTheMiddle) {
  EXPECT_EQ("[3] a b ", listed("{1, 2, 3, a = 1, b = 2}", 100, 2));
}

TEST_F(Table, LargeTablesKeepLuasOrderAndAreComplete) {
  push("(function() local t = {1, 2, 3}; for i = 1, 5000 do t['k' .. i] = i end return t end)()");
  Order order = push_order(L, 1, 100);
  EXPECT_FALSE(order.sorted);
  EXPECT_EQ(5000, order.named);
  lua_newtable(L);
  int seen = 0;
  for (lua_Integer start : {0, 1000, 2000, 3000, 4000, 5000}) {
    EntryWalk walk(L, 1, 2, order, start);
    for (int i = 0; i < 1000 && walk.next(); ++i) {
      lua_pushvalue(L, -2);
      bool is_new = lua_rawget(L, 3) == LUA_TNIL;
      lua_pop(L, 1);
      lua_pushvalue(L, -2);
      lua_pushboolean(L, true);
      lua_rawset(L, 3);
      seen += is_new;
    }
    lua_settop(L, 3);
  }
  EXPECT_EQ(5003, seen);
}

// As nselib/stdnse.lua makes them: what an upvalue of __len is called is all that is relied on.
const char kOutputTable[] = R"((function()
  local t, order = {}, {}
  local out = setmetatable({}, {
    __newindex = function(_, k, v) order[#order + 1] = k; t[k] = v end,
    __index = t,
    __len = function() return #order end,
  })
  out.zebra = 1
  out.ape = {2}
  return out
end)())";

TEST_F(Table, AnOutputTableListsItsEntriesInTheirOrder) {
  EXPECT_EQ("zebra ape ", listed(kOutputTable));
  EXPECT_EQ("ape ", listed(kOutputTable, 100, 1));
  push(kOutputTable);
  EXPECT_EQ(2, count_entries(L, -1).named);
  push_listed(L, -1);
  push_raw_field(L, -1, "zebra");
  EXPECT_EQ(1, lua_tointeger(L, -1));
}

TEST_F(Table, AnEmptyTableWithAnotherMetatableIsEmpty) {
  EXPECT_EQ("", listed("setmetatable({}, {__index = {a = 1}})"));
  EXPECT_EQ("", listed("setmetatable({}, {__index = {a = 1}, __len = function() return 1 end})"));
  EXPECT_EQ("", listed("setmetatable({}, {__index = {a = 1}, __len = string.len})"));
}

TEST_F(Table, ChainFollowsTablesAndStopsAtFunctions) {
  push(
      "setmetatable({}, {__index = setmetatable({a = 1}, {__index = function() error('called') "
      "end})})");
  lua_pushliteral(L, "a");
  EXPECT_EQ(Chain::kFound, push_chained(L, 1));
  EXPECT_EQ(1, lua_tointeger(L, -1));
  lua_pushliteral(L, "b");
  EXPECT_EQ(Chain::kBlocked, push_chained(L, 1));
  lua_pushliteral(L, "len");
  lua_pushliteral(L, "text");
  lua_insert(L, -2);
  EXPECT_EQ(Chain::kFound, push_chained(L, -2));
  EXPECT_TRUE(lua_isfunction(L, -1));
  push("(function() local t = {}; return setmetatable(t, {__index = t}) end)()");
  lua_pushliteral(L, "x");
  EXPECT_EQ(Chain::kAbsent, push_chained(L, -2));
}

TEST(NaturalLess, ComparesRunsOfDigits) {
  EXPECT_TRUE(natural_less("a2", "a10"));
  EXPECT_FALSE(natural_less("a10", "a2"));
  EXPECT_TRUE(natural_less("a", "a1"));
  EXPECT_FALSE(natural_less("x", "x"));
  EXPECT_TRUE(natural_less("a01", "a1") != natural_less("a1", "a01"));
  EXPECT_TRUE(natural_less("99999999999999999999998", "99999999999999999999999"));
}

}  // namespace
}  // namespace lua
