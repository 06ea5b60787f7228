#include "client/lua_color.h"

#include <gtest/gtest.h>

#include "client/ansi.h"

namespace client {
namespace {

// "k:local .:x = n:1": the kinds by their first letter, plain text without one.
std::string shape(std::string_view line, LuaState& state) {
  std::string out;
  for (const Token& token : tokenize(line, state)) {
    const char* kinds = ".ksncb";
    out += kinds[static_cast<int>(token.kind)];
    out += "<" + std::string(token.text) + ">";
  }
  return out;
}

std::string shape(std::string_view line) {
  LuaState state;
  return shape(line, state);
}

TEST(LuaColor, Words) {
  EXPECT_EQ(shape("local x = nil"), "k<local>.< x = >b<nil>");
  EXPECT_EQ(shape("endless"), ".<endless>");
  EXPECT_EQ(shape("x1 = 0x1F + 2.5e3"), ".<x1 = >n<0x1F>.< + >n<2.5e3>");
}

TEST(LuaColor, Strings) {
  EXPECT_EQ(shape("a = \"b\\\"c\" .. 'd'"), ".<a = >s<\"b\\\"c\">.< .. >s<'d'>");
  EXPECT_EQ(shape("x = \"open"), ".<x = >s<\"open>");
  EXPECT_EQ(shape("x = \"open\\"), ".<x = >s<\"open\\>");
}

TEST(LuaColor, Comments) {
  EXPECT_EQ(shape("f() -- if"), ".<f() >c<-- if>");
  EXPECT_EQ(shape("a --[[ b ]] c"), ".<a >c<--[[ b ]]>.< c>");
}

TEST(LuaColor, LongBracketsRunOverLines) {
  LuaState state;
  EXPECT_EQ(shape("x = [==[ one", state), ".<x = >s<[==[ one>");
  EXPECT_EQ(shape("if ]] end", state), "s<if ]] end>");
  EXPECT_EQ(shape("last ]==] .. y", state), "s<last ]==]>.< .. y>");
  EXPECT_EQ(state.level, -1);
}

TEST(LuaColor, AnIndexIsNoLongBracket) {
  EXPECT_EQ(shape("t[i] = a[b[1]]"), ".<t[i] = a[b[>n<1>.<]]>");
}

TEST(LuaColor, TokensAreTheWholeLine) {
  for (const char* line : {"--[==[", "[[", "\"\\", "a-", "'", "[=", "9..8", "\xff\xfe", ""}) {
    LuaState state;
    std::string joined;
    for (const Token& token : tokenize(line, state)) joined += token.text;
    EXPECT_EQ(joined, line);
  }
}

TEST(LuaColor, IsTakenAwayAgain) {
  EXPECT_EQ(without_colors(colored("local x = \"a\"", {})), "local x = \"a\"");
  EXPECT_EQ(without_colors("\033[31"), "");
}

TEST(LuaColor, OfSeveralLines) {
  EXPECT_EQ(colored_lines("{\"a\",\n 7}"), "{\033[32m\"a\"\033[0m,\n \033[35m7\033[0m}");
  EXPECT_EQ(colored_lines("x"), "x");
  EXPECT_EQ(colored_lines(""), "");
}

}  // namespace
}  // namespace client
