#include "relay/paths.h"

#include <gtest/gtest.h>

namespace relay {
namespace {

Paths paths() {
  Paths paths;
  paths.set({{"/home/me/nse/", "/usr/share/nmap/scripts"}, {"/home/me", "/srv"}});
  return paths;
}

TEST(Paths, WholeComponentsAreReplacedBothWays) {
  EXPECT_EQ(paths().to_remote("/home/me/nse/a.nse"), "/usr/share/nmap/scripts/a.nse");
  EXPECT_EQ(paths().to_remote("/home/me/other/a.nse"), "/srv/other/a.nse");
  EXPECT_EQ(paths().to_remote("/home/mean/a.nse"), "/home/mean/a.nse");
  EXPECT_EQ(paths().to_local("/usr/share/nmap/scripts/a.nse"), "/home/me/nse/a.nse");
  EXPECT_EQ(paths().to_local("/usr/share/nmap/nselib/http.lua"), "/usr/share/nmap/nselib/http.lua");
}

TEST(Paths, EverySourceOfABodyIsTranslatedAndNothingElse) {
  rapidjson::Document body;
  body.Parse(
      R"({"stackFrames":[{"id":1,"path":"/srv/x","source":{"path":"/srv/a.nse","name":"a.nse"}}],)"
      R"("sources":[{"path":"/srv/b.nse"},{"name":"c"}],"source":7})");
  paths().to_local(body, body);
  EXPECT_EQ(dap::to_text(body),
            R"({"stackFrames":[{"id":1,"path":"/srv/x","source":{"path":"/home/me/a.nse",)"
            R"("name":"a.nse"}}],"sources":[{"path":"/home/me/b.nse"},{"name":"c"}],"source":7})");
}

}  // namespace
}  // namespace relay
