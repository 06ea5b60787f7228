#include "launch/nmap.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "launch/test_support.h"

namespace launch {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

base::Result<Nmap> find(const std::string& word, const std::string& path = "/nowhere") {
  Command command;
  command.words = {word};
  Environment environment;
  environment.set("PATH", path);
  return find_nmap(command, environment, "/");
}

TEST(NmapTest, version_and_lua_of_a_distribution_nmap) {
  base::Result<Nmap> nmap = judge_version_text("/n", kNmap793);
  ASSERT_TRUE(nmap.ok());
  EXPECT_EQ(nmap->version, "7.93");
  EXPECT_EQ(nmap->lua, "5.3");
}

TEST(NmapTest, bundled_lua_counts_too) {
  base::Result<Nmap> nmap =
      judge_version_text("/n", replaced(kNmap793, "liblua-5.3.6", "nmap-liblua-5.4.6"));
  ASSERT_TRUE(nmap.ok());
  EXPECT_EQ(nmap->lua, "5.4");
}

TEST(NmapTest, without_lua_there_is_nothing_to_debug) {
  std::string text = replaced(kNmap793, "liblua-5.3.6 ", "") + "Compiled without: liblua";
  base::Result<Nmap> nmap = judge_version_text("/n", text);
  ASSERT_FALSE(nmap.ok());
  EXPECT_NE(nmap.error().message.find("'/n' (nmap 7.93) was built without Lua"), std::string::npos);
  EXPECT_EQ(nmap.error().exit_code, 3);
}

TEST(NmapTest, unknown_lua_is_named) {
  for (const char* release : {"5.2.4", "5.5.0", "5.31"}) {
    base::Result<Nmap> nmap = judge_version_text("/n", replaced(kNmap793, "5.3.6", release));
    ASSERT_FALSE(nmap.ok()) << release;
    EXPECT_NE(nmap.error().message.find(std::string("has Lua ") + release), std::string::npos);
  }
}

TEST(NmapTest, another_program_is_not_nmap) {
  TempDir dir;
  std::string path = dir.program("nmap", "echo GNU nmap-like tool 1.0");
  base::Result<Nmap> nmap = find(path);
  ASSERT_FALSE(nmap.ok());
  EXPECT_EQ(nmap.error().message, "'" + path + "' is not nmap: its --version does not say so");
}

TEST(NmapTest, wrapper_in_the_path_is_accepted) {
  TempDir dir;
  std::string path =
      dir.program("nmap", "NMAPDIR=/x; cat <<'EOF'\n" + std::string(kNmap793) + "EOF");
  base::Result<Nmap> nmap = find("nmap", "/nowhere:" + dir.path() + ":/usr/bin");
  ASSERT_TRUE(nmap.ok()) << nmap.error().text();
  EXPECT_EQ(nmap->path, path);
  EXPECT_TRUE(nmap->is_script);
  EXPECT_TRUE(nmap->script_sets_dirs);
}

TEST(NmapTest, not_found_suggests_the_package) {
  base::Result<Nmap> nmap = find("nmap");
  ASSERT_FALSE(nmap.ok());
  EXPECT_EQ(nmap.error().message, "'nmap' was not found in $PATH");
  EXPECT_NE(nmap.error().hint.find("apt-get install nmap"), std::string::npos);
  EXPECT_EQ(find("nmpa").error().hint, "did you mean 'nmap'?");
}

TEST(NmapTest, not_executable_is_not_the_same_as_not_found) {
  TempDir dir;
  std::string path = dir.write("nmap", "", 0644);
  EXPECT_EQ(find("nmap", dir.path()).error().message, "'" + path + "' is not executable for you");
  EXPECT_EQ(find(dir.path()).error().message, "'" + dir.path() + "' is a directory, not a program");
}

TEST(NmapTest, the_compiled_in_directory_is_read_from_the_program) {
  ASSERT_EQ(access("/usr/bin/nmap", X_OK), 0) << "scripts/install-deps installs nmap";
  base::Result<Nmap> nmap = find("nmap", "/usr/bin");
  ASSERT_TRUE(nmap.ok()) << nmap.error().text();
  EXPECT_EQ(nmap->data_dir, "/usr/share/nmap");
  EXPECT_FALSE(nmap->is_script);
}

}  // namespace
}  // namespace launch
