#include "lua/serialize.h"

#include <gtest/gtest.h>

namespace lua {
namespace {

class Serialize : public ::testing::Test {
 protected:
  void SetUp() override {
    L = luaL_newstate();
    luaL_openlibs(L);
  }
  void TearDown() override { lua_close(L); }

  std::string text(const std::string& code, SerialStyle style = {}, const std::string& root = {}) {
    EXPECT_EQ(LUA_OK, luaL_loadstring(L, code.c_str()));
    EXPECT_EQ(LUA_OK, lua_pcall(L, 0, 1, 0)) << lua_tostring(L, -1);
    Serializer serializer(std::move(style));
    std::string out = serializer.value(L, -1, root);
    for (const std::string& reference : serializer.references()) out += "; " + reference;
    lua_pop(L, 1);
    return out;
  }

  lua_State* L = nullptr;
};

TEST_F(Serialize, ScalarsReadBackTheSame) {
  EXPECT_EQ(text("return nil"), "nil");
  EXPECT_EQ(text("return 7"), "7");
  EXPECT_EQ(text("return 7.0"), "7.0");
  EXPECT_EQ(text("return 0.1"), "0.1");
  EXPECT_EQ(text("return 0/0"), "0/0");
  EXPECT_EQ(text("return 'a\\0\"\\\\\\n\\200'"), R"("a\0\"\\\n\200")");
  SerialStyle style;
  style.numformat = "%.2g";
  EXPECT_EQ(text("return 2/3", style), "0.67");
  EXPECT_EQ(text("return 7.0", style), "7.0");
}

TEST_F(Serialize, OnlyAConversionOfAFloatIsAFormat) {
  EXPECT_TRUE(is_float_format("%.16g"));
  EXPECT_TRUE(is_float_format("%5.3f"));
  for (const char* bad :
       {"", "%", "%s", "%n", "%*g", "%g%g", "x%g", "%gx", "%d", "%1234567890123g"})
    EXPECT_FALSE(is_float_format(bad)) << bad;
}

TEST_F(Serialize, SharedTablesAreReferences) {
  EXPECT_EQ(text("local t = {} return {a = t, b = {t}}", {}, "r"),
            "{a = {}, b = {nil}}; r.b[1]=r.a");
  EXPECT_EQ(text("local t = {} t['two words'] = t return t", {}, "_"),
            "{[\"two words\"] = nil}; _[\"two words\"]=_");
  EXPECT_EQ(text("local t = {} t.t = t return t"), "{t = nil}");
}

TEST_F(Serialize, LimitsAreSerpents) {
  SerialStyle style;
  style.maxlevel = 1;
  EXPECT_EQ(text("return {1, {2}}", style), "{1, {}}");
  style.comment = 5;
  EXPECT_NE(text("return {1, {2}}", style).find("{} --[[maxlvl]]"), std::string::npos);
  style = {};
  style.maxnum = 2;
  style.compact = true;
  EXPECT_EQ(text("return {1, 2, 3, a = 1}", style), "{1,2}");
  EXPECT_EQ(text("return {a = 1, b = 2, c = 3}", style), "{a=1,b=2}");
}

TEST_F(Serialize, NoValueIsEndless) {
  EXPECT_LT(text("local t = {} for i = 1, 1e5 do t = {t} end return t").size(), 1000u);
  SerialStyle style;
  style.total = 1000;
  EXPECT_LT(text("local t = {} for i = 1, 1e5 do t[i] = {i} end return t", style).size(), 3000u);
}

// Nothing of the script's runs.
TEST_F(Serialize, MetamethodsAreLeftAlone) {
  EXPECT_EQ(text("return setmetatable({1}, {__tostring = error, __index = error, __len = error,"
                 " __pairs = error})"),
            "{1}");
}

}  // namespace
}  // namespace lua
