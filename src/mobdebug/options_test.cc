#include "mobdebug/options.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace mobdebug {
namespace {

std::string error_of(const std::vector<std::string>& arguments) {
  base::Result<Options> options = parse_options(arguments);
  return options ? "" : options.error().text();
}

TEST(MobdebugOptions, DefaultsAreZeroBraneStudios) {
  ::unsetenv("MOBDEBUG_PORT");
  base::Result<Options> options = parse_options({"nmap", "-p", "80"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->host, "localhost");
  EXPECT_EQ(options->port, 8172);
  EXPECT_EQ(options->nmap, (std::vector<std::string>{"nmap", "-p", "80"}));
  ::setenv("MOBDEBUG_PORT", "8173", 1);
  EXPECT_EQ(parse_options({"nmap"})->port, 8173);
  ::unsetenv("MOBDEBUG_PORT");
}

TEST(MobdebugOptions, HostAndPort) {
  base::Result<Options> options =
      parse_options({"--host", "ide.example", "--port=9000", "--", "/opt/scan", "--host"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->host, "ide.example");
  EXPECT_EQ(options->port, 9000);
  EXPECT_EQ(options->nmap, (std::vector<std::string>{"/opt/scan", "--host"}));
}

TEST(MobdebugOptions, ErrorsSayWhatToDo) {
  EXPECT_EQ(error_of({"--prot", "1", "nmap"}),
            "there is no option '--prot'\n  did you mean '--port'?");
  EXPECT_EQ(error_of({"--port", "x", "nmap"}), "'x' is no port\n  give a number from 1 to 65535");
  EXPECT_EQ(error_of({"--port"}), "--port needs a value");
  EXPECT_EQ(error_of({"nmpa"}), "'nmpa' is not nmap\n  did you mean 'nmap'?");
  EXPECT_NE(error_of({}).find("there is no nmap command to run"), std::string::npos);
}

}  // namespace
}  // namespace mobdebug
