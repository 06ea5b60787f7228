#include "launch/script_check.h"

#include <gtest/gtest.h>

#include "launch/test_support.h"

namespace launch {
namespace {

class ScriptCheckTest : public testing::Test {
 protected:
  ScriptCheckTest() {
    dir_.write(
        "data/scripts/script.db",
        "Entry { filename = \"http-methods.nse\", categories = { \"default\", \"safe\", } }\n"
        "Entry { filename = \"http-title.nse\", categories = { \"default\", \"safe\", } }\n");
    dir_.write("data/scripts/not-in-db.nse", "");
    dir_.write("cwd/local.nse", "");
    dir_.make_directory("cwd/folder");
    nmap_.path = dir_.path() + "/bin/nmap";
    nmap_.version = "7.93";
    nmap_.data_dir = dir_.path() + "/data";
  }

  base::Status check(const std::string& scripts) {
    NmapArgs args = parse_nmap_args({"--script", scripts});
    SearchInput input{std::nullopt, std::nullopt, 0, dir_.path() + "/cwd"};
    return check_scripts(args, DataSearch(nmap_, input));
  }

  TempDir dir_;
  Nmap nmap_;
};

TEST_F(ScriptCheckTest, a_typo_is_named_with_what_was_meant) {
  base::Status status = check("http-title,http-metods");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "no script named 'http-metods'; did you mean 'http-methods'?");
  EXPECT_EQ(status.error().exit_code, 2);
  EXPECT_FALSE(check("+http-metods").ok());
  EXPECT_FALSE(check("http-metods.nse").ok());
  EXPECT_EQ(check("defualt").error().message, "no script named 'defualt'; did you mean 'default'?");
  EXPECT_EQ(check("zzzzzz").error().message, "no script named 'zzzzzz'");
}

TEST_F(ScriptCheckTest, what_nmap_accepts_passes) {
  for (const char* scripts : {"http-title", "http-title.nse", "+http-title", " safe ", "SAFE",
                              "all", "not-in-db", "local", "local.nse", "folder/", ""})
    EXPECT_TRUE(check(scripts).ok()) << scripts;
}

TEST_F(ScriptCheckTest, what_only_nmap_can_judge_passes) {
  for (const char* scripts : {"http-*", "safe and not http-metods", "(zzz)", "./zzz.nse", "/zzz"})
    EXPECT_TRUE(check(scripts).ok()) << scripts;
}

TEST_F(ScriptCheckTest, without_a_database_or_behind_a_wrapper_nothing_is_judged) {
  nmap_.is_script = true;
  EXPECT_TRUE(check("http-metods").ok());
  nmap_.is_script = false;
  nmap_.data_dir = "/nowhere";
  EXPECT_TRUE(check("http-metods").ok());
}

TEST(DataSearchTest, old_versions_look_below_updates_first) {
  Nmap nmap;
  nmap.path = "/x/nmap";
  nmap.version = "7.80";
  DataSearch search(nmap, {"/d", std::nullopt, 0, "/"});
  EXPECT_EQ(search.places("f").front(), "/d/updates/7.80/f");
  nmap.version = "7.93";
  DataSearch newer(nmap, {"/d", "/e", 0, "/"});
  EXPECT_EQ(newer.places("f")[0], "/d/f");
  EXPECT_EQ(newer.places("f")[1], "/e/f");
  EXPECT_EQ(newer.places("f").back(), "/x/../share/nmap/f");
}

}  // namespace
}  // namespace launch
