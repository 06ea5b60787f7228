#include "lua/lexer.h"

#include <gtest/gtest.h>

namespace lua {
namespace {

std::string kinds(std::string_view text) {
  static const char kLetters[] = "nksd.u$";
  std::string out;
  for (const Token& token : tokenize(text)) out += kLetters[token.kind];
  return out;
}

TEST(Lexer, KnowsEveryKindOfToken) {
  EXPECT_EQ("n.n.s.$", kinds("host.ip[\"a b\"]"));
  EXPECT_EQ("kdkn$", kinds("not 0x1Fp-2 and x -- comment"));
  EXPECT_EQ("s.s$", kinds("[==[ ]] ]==] .. 'x'"));
  EXPECT_EQ("n.u$", kinds("t[\"open"));
  EXPECT_EQ("u$", kinds("--[[ open"));
}

TEST(Lexer, UndoesEscapes) {
  EXPECT_EQ(std::string("a\n\0\x7f\"\xe2\x82\xac", 8),
            tokenize(R"("a\n\0\x7f\"\u{20AC}")")[0].value);
  EXPECT_EQ("12", tokenize(R"("\0492")")[0].value);
}

TEST(Lexer, FreeNamesAreNotFields) {
  bool varargs = false;
  std::vector<std::string> names = free_names("host.ip == x and s:find(x, port.number)", &varargs);
  EXPECT_EQ((std::vector<std::string>{"host", "x", "s", "port"}), names);
  EXPECT_FALSE(varargs);
  free_names("select('#', ...)", &varargs);
  EXPECT_TRUE(varargs);
}

TEST(Lexer, SurvivesRubbish) {
  for (std::string text : {"\"\\", "\\", "[=", "0x", "\"\\x", "\"\\u{", "\xff\xfe", "--", "..."})
    tokenize(text);
}

}  // namespace
}  // namespace lua
