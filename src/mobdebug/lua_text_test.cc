#include "mobdebug/lua_text.h"

#include <gtest/gtest.h>

namespace mobdebug {
namespace {

TEST(LuaText, ParametersAreTheTableBehindTheChunk) {
  Parameters p = read_parameters(
      "EXEC return x -- {maxlevel = 3, maxnum = 128, maxlength = false, comment = true, "
      "numformat = \"%.16g\", stack = 2}");
  EXPECT_EQ(p.style.maxlevel, 3);
  EXPECT_EQ(p.style.maxnum, 128);
  EXPECT_FALSE(p.style.maxlength);
  EXPECT_GT(p.style.comment, 100);
  EXPECT_EQ(p.style.numformat, "%.16g");
  EXPECT_EQ(p.stack, 2);
}

TEST(LuaText, ATableOfTheChunkIsNone) {
  EXPECT_FALSE(read_parameters("EXEC return {stack = 2}").stack);
  EXPECT_FALSE(read_parameters("STACK").stack);
  EXPECT_FALSE(read_parameters("STACK -- {stack = ").stack);
  EXPECT_FALSE(read_parameters("STACK -- {stack = nonsense, 7, {}}").stack);
  EXPECT_EQ(read_parameters("STACK -- {comment=1;stack=4}  ").stack, 4);
  EXPECT_EQ(read_parameters("EXEC return {a = {}} -- {comment = 0}").style.comment, 0);
}

TEST(LuaText, ResultsAreStringsInATable) {
  EXPECT_EQ(results_chunk({}), "do local _={};return _;end");
  EXPECT_EQ(results_chunk({"1", "{a = \"x\"}"}),
            "do local _={\"1\",\"{a = \\\"x\\\"}\"};return _;end");
}

TEST(LuaText, ErrorsNameTheChunk) {
  EXPECT_EQ(with_chunk_name("expression:1: bad", "return x"), "[string \"return x\"]:1: bad");
  EXPECT_EQ(with_chunk_name("expression:2: bad", "a\nb"), "[string \"a...\"]:2: bad");
  EXPECT_EQ(with_chunk_name("interrupted", "x"), "interrupted");
  std::string longer = with_chunk_name("expression:1: bad", std::string(200, 'x'));
  EXPECT_EQ(longer.substr(longer.size() - 12), "...\"]:1: bad");
  EXPECT_LE(longer.find("]:"), 60u);
}

}  // namespace
}  // namespace mobdebug
