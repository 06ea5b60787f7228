#include "launch/overlay.h"

#include <gtest/gtest.h>

#include "launch/paths.h"
#include "launch/test_support.h"

namespace launch {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(OverlayTest, config_is_the_table_that_the_agent_gets) {
  OverlayConfig config;
  config.agent_lua53 = "/lib/a53.so";
  config.socket = "/r/agent.sock";
  config.run_dir = "/r";
  config.allow_uid = 1000;
  config.real_places = {"/usr/share/nmap/nse_main.lua"};
  std::string source = overlay_source(config);
  for (const char* line :
       {"[\"Lua 5.3\"] = \"/lib/a53.so\",", "socket = \"/r/agent.sock\",", "run_dir = \"/r\",",
        "nmapdir = false,", "allow_uid = 1000,", "log = false,", "config.real = false",
        "  \"/usr/share/nmap/nse_main.lua\",\n"})
    EXPECT_TRUE(has(source, line)) << line << "\n" << source;
  EXPECT_FALSE(has(source, "Lua 5.4"));
  EXPECT_FALSE(has(source, "@"));
}

TEST(OverlayTest, strings_cannot_leave_their_quotes) {
  OverlayConfig config;
  config.nmapdir = "a\"..os.exit()..\"\n@PLACES@\\";
  config.ask_nmap = false;
  std::string source = overlay_source(config);
  EXPECT_TRUE(has(source, "nmapdir = \"a\\\"..os.exit()..\\\"\\n@PLACES@\\\\\",")) << source;
  EXPECT_TRUE(has(source, "config.real = find_real()"));
}

TEST(OverlayTest, the_shadowed_directory_shows_through_except_nse_main) {
  TempDir dir;
  dir.write("user/nmap-services", "mine");
  dir.write("user/scripts/x.nse", "");
  dir.write("user/nse_main.lua", "theirs");
  std::string overlay = dir.make_directory("overlay");
  ASSERT_TRUE(write_overlay(overlay, {}, dir.path() + "/user").ok());
  EXPECT_EQ(*read_file(overlay + "/nmap-services", 100), "mine");
  EXPECT_EQ(look_at(overlay + "/scripts/x.nse"), FileKind::kFile);
  EXPECT_TRUE(has(*read_file(overlay + "/nse_main.lua", 10000), "Written by nsedbg"));
  EXPECT_EQ(*read_file(dir.path() + "/user/nse_main.lua", 100), "theirs");
}

TEST(OverlayTest, nobody_else_can_read_it) {
  TempDir dir;
  ASSERT_TRUE(write_overlay(dir.path(), {}, "").ok());
  struct stat info;
  ASSERT_EQ(stat((dir.path() + "/nse_main.lua").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST(OverlayTest, a_file_that_is_there_already_is_not_overwritten) {
  TempDir dir;
  dir.write("nse_main.lua", "theirs");
  EXPECT_FALSE(write_overlay(dir.path(), {}, "").ok());
}

}  // namespace
}  // namespace launch
