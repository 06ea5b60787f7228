#include "launch/nmap_args.h"

#include <gtest/gtest.h>

namespace launch {
namespace {

using Words = std::vector<std::string>;

TEST(NmapArgsTest, datadir_in_every_spelling) {
  struct Case {
    Words words;
    size_t word, offset;
  } cases[] = {{{"--datadir", "/x", "host"}, 1, 0}, {{"-n", "--datadir=/x"}, 1, 10},
               {{"-datadir", "/x"}, 1, 0},          {{"host", "--datad=/x"}, 1, 8},
               {{"--datad", "/x"}, 1, 0},           {{"--datadir", "/y", "--datadir", "/x"}, 3, 0}};
  for (const Case& c : cases) {
    NmapArgs args = parse_nmap_args(c.words);
    ASSERT_TRUE(args.datadir.has_value()) << c.words[0];
    EXPECT_EQ(args.datadir->value, "/x") << c.words[0];
    EXPECT_EQ(args.datadir->word, c.word) << c.words[0];
    EXPECT_EQ(args.datadir->offset, c.offset) << c.words[0];
  }
}

TEST(NmapArgsTest, a_value_or_a_target_is_no_datadir) {
  EXPECT_FALSE(parse_nmap_args({"--script-args", "--datadir", "/x"}).datadir.has_value());
  EXPECT_FALSE(parse_nmap_args({"--", "--datadir", "/x"}).datadir.has_value());
  EXPECT_FALSE(parse_nmap_args({"--data", "00"}).datadir.has_value());  // exact, not abbreviated
}

TEST(NmapArgsTest, scripts_are_cut_at_commas) {
  NmapArgs args = parse_nmap_args({"--script=a,b or c", "h", "--script", "+d"});
  EXPECT_EQ(args.scripts, (Words{"a", "b or c", "+d"}));
}

TEST(NmapArgsTest, which_arguments_start_the_script_engine) {
  for (const Words& words : {Words{"-sC"}, Words{"-A"}, Words{"-sVC"}, Words{"-nsSV"}, Words{"-6A"},
                             Words{"--script", "x"}, Words{"--script-help=x"}, Words{"host", "-sV"},
                             Words{"--script-updatedb"}}) {
    EXPECT_TRUE(parse_nmap_args(words).loads_nse) << words[0];
  }
  for (const Words& words : {Words{"-sS"}, Words{"-p", "A"}, Words{"--script-args=x"}, Words{"-sA"},
                             Words{"--", "-sC"}, Words{"-oN", "-A"}, Words{"host"}}) {
    EXPECT_FALSE(parse_nmap_args(words).loads_nse) << words[0];
  }
}

TEST(NmapArgsTest, targets_from_stdin) {
  EXPECT_TRUE(parse_nmap_args({"-iL", "-"}).reads_stdin);
  EXPECT_FALSE(parse_nmap_args({"-iL", "file"}).reads_stdin);
}

TEST(NmapArgsTest, the_engine_of_the_event_loop) {
  EXPECT_EQ(parse_nmap_args({"-sC", "--nsock-e=poll", "host"}).nsock_engine, "poll");
  EXPECT_EQ(parse_nmap_args({"-sC"}).nsock_engine, "");
}

TEST(NmapArgsTest, the_environment_comes_first) {
  NmapArgs args = parse_nmap_args({"host"}, "--datadir \"/a b\"  --script x");
  ASSERT_TRUE(args.datadir.has_value());
  EXPECT_EQ(args.datadir->value, "/a b");
  EXPECT_EQ(args.datadir->word, NmapArgs::kFromEnvironment);
  EXPECT_EQ(args.scripts, Words{"x"});
  EXPECT_EQ(parse_nmap_args({"-n", "--datadir", "/x"}, "--datadir /y").datadir->word, 2u);
}

}  // namespace
}  // namespace launch
