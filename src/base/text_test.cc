#include "base/text.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Text, NearestFindsTypos) {
  std::vector<std::string> names = {"http-methods", "http-title", "ssl-cert"};
  EXPECT_EQ(nearest("http-metods", names), "http-methods");
  EXPECT_EQ(nearest("htpt-title", names), "http-title");
  EXPECT_EQ(nearest("redis-info", names), "");
  EXPECT_EQ(did_you_mean("ssl-crt", names), "did you mean 'ssl-cert'?");
}

TEST(Text, EscapeKeepsUtf8AndShowsBytes) {
  EXPECT_EQ(escape("a\"b\\\r\n\t"), "a\\\"b\\\\\\r\\n\\t");
  EXPECT_EQ(escape("grün"), "grün");
  EXPECT_EQ(escape(std::string_view("\0\xff\x01", 3)), "\\0\\255\\1");
  EXPECT_EQ(escape(std::string_view("\0"
                                    "1\x01"
                                    "2",
                                    4)),
            "\\0001\\0012")
      << "digits follow";
  EXPECT_EQ(escape("\xc3("), "\\195(") << "cut UTF-8";
  EXPECT_EQ(escape("\xed\xa0\x80"), "\\237\\160\\128") << "a surrogate is not UTF-8";
}

TEST(Text, ParseIntRefusesWhatIsNotOne) {
  long long value = 7;
  EXPECT_TRUE(parse_int("-12", value));
  EXPECT_EQ(value, -12);
  for (const char* bad : {"", "-", "1x", " 1", "99999999999999999999"}) {
    EXPECT_FALSE(parse_int(bad, value)) << bad;
    EXPECT_EQ(value, -12);
  }
}

TEST(Text, GlobsMatchTheWholeText) {
  EXPECT_TRUE(matches_glob("http-*", "http-title"));
  EXPECT_TRUE(matches_glob("*title*", "http-title"));
  EXPECT_TRUE(matches_glob("*a*b?", "xaabbc"));
  EXPECT_TRUE(matches_glob("", ""));
  EXPECT_TRUE(matches_glob("**", ""));
  EXPECT_FALSE(matches_glob("http", "http-title"));
  EXPECT_FALSE(matches_glob("?", ""));
  EXPECT_FALSE(matches_glob("*b", "abc"));
}

TEST(Text, SplitTrimBasename) {
  EXPECT_EQ(split("a,,b", ',').size(), 3u);
  EXPECT_EQ(trim(" \t x y \n"), "x y");
  EXPECT_EQ(basename("/usr/share/x.nse"), "x.nse");
  EXPECT_EQ(basename("x.nse"), "x.nse");
}

}  // namespace
}  // namespace base
