// The IDE's files and nmap's: by path, by content, and what is said when they differ.
#include <unistd.h>

#include "mobdebug/scan.h"

namespace testing_mobdebug {
namespace {

class Files : public Bridge {
 protected:
  void SetUp() override {
    Bridge::SetUp();
    text = support::read_file(nmap().script("http-title"));
    line = support::line_of(nmap().script("http-title"), "action = function(host, port)") + 1;
  }
  std::string where() const { return std::to_string(line); }
  // The breakpoint there, unless the session begins at it.
  static void reach(Ide& ide, const std::string& started, const std::string& place) {
    if (started == "201 Started " + place) return;
    EXPECT_EQ(ide.go("RUN"), "202 Paused " + place);
  }

  std::string text;
  int line = 0;
};
ON_BOTH_NMAPS(Files);

// The project has a copy of a script that nmap takes from its own directory.
TEST_P(Files, a_copy_of_nmaps_script_is_that_script) {
  peers::TcpPeer peer({}, {address(), kPort});
  Ide ide(nmap(), port_scan("+http-title"));
  std::string project = ide.sandbox().make_directory("proj") + "/";
  ide.sandbox().write("proj/mine/http-title.nse", text);
  std::string started =
      ide.begin(project, {"mine/http-title.nse " + where()}, "mine/http-title.nse");
  EXPECT_HAS(started, "201 Started mine/http-title.nse ");
  reach(ide, started, "mine/http-title.nse " + where());
  EXPECT_EQ(ide.stack("s[1][1][2]"), "mine/http-title.nse");
  EXPECT_EQ(ide.err(), "");
  ide.send("DONE\n");
  EXPECT_EQ(ide.finish(), 0);
}

// Nobody has named the library; the project has it in nmap's layout.
TEST_P(Files, a_library_that_is_stepped_into_has_the_projects_name) {
  peers::TcpPeer peer({}, {address(), kPort});
  Ide ide(nmap(), port_scan("+http-title"));
  std::string project = ide.sandbox().make_directory("proj") + "/";
  ide.sandbox().write("proj/nselib/http.lua", support::read_file(nmap().library("http")));
  ide.sandbox().write("proj/http-title.nse", text);
  (void)ide.begin(project, {}, "http-title.nse");
  int get = support::line_of(nmap().library("http"), "function get(host, port, path, options)") + 1;
  EXPECT_EQ(ide.ask("SETB nselib/http.lua " + std::to_string(get)), "200 OK");
  EXPECT_HAS(ide.go("RUN"), "202 Paused nselib/http.lua ");
  ide.send("DONE\n");
  EXPECT_EQ(ide.finish(), 0);
}

TEST_P(Files, another_text_is_told_of) {
  peers::TcpPeer peer({}, {address(), kPort});
  Ide ide(nmap(), port_scan("+http-title"));
  std::string project = ide.sandbox().make_directory("proj") + "/";
  ide.sandbox().write("proj/http-title.nse", text + "-- edited\n");
  std::string started = ide.begin(project, {"http-title.nse " + where()}, "http-title.nse");
  EXPECT_HAS(started, "201 Started /");
  EXPECT_HAS(started, "/scripts/http-title.nse ");
  ide.await_err("nmap runs ");
  ide.await_err("its lines may differ");
  ide.run_to_end();
  EXPECT_EQ(ide.finish(), 0);
  EXPECT_HAS(ide.err(), "http-title.nse:" + where() + " was never set");
  EXPECT_HAS(ide.err(), "and their texts differ");
}

// An IDE on another machine: its files are not here, but LOAD brings the text.
TEST_P(Files, loads_text_stands_for_a_file_that_is_not_here) {
  peers::TcpPeer peer({}, {address(), kPort});
  Ide ide(nmap(), port_scan("+http-title"));
  EXPECT_EQ(ide.ask("BASEDIR C:/projects/nmap"), "200 OK");
  std::string started = ide.load("http-title.nse", text);
  EXPECT_HAS(started, "201 Started http-title.nse ");
  EXPECT_EQ(ide.ask("SETB http-title.nse " + where()), "200 OK");
  reach(ide, started, "http-title.nse " + where());
  ide.send("DONE\n");
  EXPECT_EQ(ide.finish(), 0);
}

TEST_P(Files, a_project_behind_a_link_is_the_project) {
  Ide ide(nmap(), scan_with(fixture("counter")));
  std::string link = ide.sandbox().path("link");
  ASSERT_EQ(symlink(scripts().c_str(), link.c_str()), 0);
  (void)ide.begin(link + "/", {at("counter", "return square")}, "counter.nse");
  EXPECT_EQ(ide.go("RUN"), "202 Paused " + at("counter", "return square"));
  ide.send("DONE\n");
  EXPECT_EQ(ide.finish(), 0);
}

}  // namespace
}  // namespace testing_mobdebug
