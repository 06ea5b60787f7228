#include "remote/options.h"

#include <gtest/gtest.h>

namespace remote {
namespace {

TEST(ServeOptionsTest, NmapsOwnLineBeginsAtItsName) {
  auto options = parse_serve({"--port=7", "--bind", "::1", "nmap", "-p", "80"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->port, "7");
  EXPECT_EQ(options->bind, "::1");
  EXPECT_EQ(options->nmap, (std::vector<std::string>{"nmap", "-p", "80"}));
  EXPECT_EQ(parse_serve({"--", "nmap"})->nmap, std::vector<std::string>{"nmap"});
}

TEST(ServeOptionsTest, MistakesAreNamed) {
  EXPECT_EQ(parse_serve({"--prot", "7", "nmap"}).error().text(),
            "there is no option '--prot'\n  did you mean '--port'?");
  EXPECT_EQ(parse_serve({"--port"}).error().message, "--port needs a value");
  EXPECT_EQ(parse_serve({}).error().exit_code, 2);
  EXPECT_FALSE(parse_serve({"--socket", "/x", "nmap"}).ok());
}

}  // namespace
}  // namespace remote
