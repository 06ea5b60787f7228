// Scans that somebody else has started: served on a port or by a socket, and entered while they
// run, at a terminal and not.
#include <sys/stat.h>

#include <filesystem>

#include "cli/terminal.h"
#include "e2e/held_title.h"
#include "e2e/run.h"
#include "peers/http_peer.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

class OtherScans : public EndToEnd {
 protected:
  Words http_scan(Words words, int port) const {
    words.insert(words.end(), {nmap().path, "-n", "-Pn", "--script", "+http-title", "-p",
                               std::to_string(port), support::address()});
    return words;
  }
  Finished connect(const std::string& address, const Words& options) {
    Words words = {TEST_NSEDBG, "connect", address, "--batch", "--no-init"};
    words.insert(words.end(), options.begin(), options.end());
    return run(words);
  }
  // What a serving nsedbg has said it listens on.
  static std::string address_of(Process& serving) {
    const std::string mark = "listening on ";
    if (!serving.prints(mark)) return "";
    size_t begin = serving.output().find(mark) + mark.size();
    while (serving.output().find('\n', begin) == std::string::npos && serving.prints("\n")) {
    }
    return serving.output().substr(begin, serving.output().find('\n', begin) - begin);
  }
  // Of the only run there is.
  std::string run_directory() const {
    for (const auto& entry : fs::recursive_directory_iterator(sandbox_.path("run")))
      if (entry.path().filename() == "agent.sock") return entry.path().parent_path();
    return "";
  }
  Words to_title() const {
    int line = support::line_of(nmap().script("http-title"), "resp = http.get( host, port, std");
    return {"-b",  "http-title.nse:" + std::to_string(line),
            "-ex", "next",
            "-ex", "print resp and resp.status",
            "-ex", "continue"};
  }
};
ON_BOTH_NMAPS(OtherScans);

TEST_P(OtherScans, served_on_a_port) {
  peers::HttpPeer http(support::address());
  std::string token = sandbox_.path("token");
  Process server(sandbox_, sandbox_.path(),
                 http_scan({TEST_NSEDBG, "serve", "--token-file", token, "--"}, http.port()));
  Words options = to_title();
  options.insert(options.begin(), {"--token-file", token});
  Finished session = connect(address_of(server), options);
  EXPECT_EQ(session.status, 0) << session.output;
  EXPECT_TRUE(contains(session.output, "resp.status = 200\n")) << session.output;
  EXPECT_EQ(server.finish(), 0) << server.output();
  EXPECT_TRUE(contains(server.output(), "Nmap done")) << server.output();
  EXPECT_EQ(sandbox_.run_leftovers(), Words{});
}

// The agent's own socket, as ssh forwards it; and a port in front of a run that is there already.
TEST_P(OtherScans, joined_by_a_socket) {
  auto peer = held_title();
  Process first(sandbox_, sandbox_.path(),
                http_scan({TEST_NSEDBG, "run", "-b", "http-title:action", "--"}, peer->port()));
  ASSERT_TRUE(first.prints("Breakpoint 1, http-title")) << first.output();
  std::string directory = run_directory(), token = sandbox_.path("token");
  Finished second = connect("unix:" + directory + "/agent.sock", {"-ex", "print host.ip"});
  EXPECT_TRUE(contains(second.output, "host.ip = \"" + support::address())) << second.output;

  Process server(sandbox_, sandbox_.path(),
                 {TEST_NSEDBG, "serve", "--socket", directory, "--token-file", token});
  Finished third = connect(address_of(server), {"--token-file", token, "-ex", "print SCRIPT_NAME"});
  EXPECT_TRUE(contains(third.output, "SCRIPT_NAME = \"http-title\"")) << third.output;
  kill(server.pid(), SIGTERM);
  EXPECT_EQ(server.finish(), 128 + SIGTERM) << server.output();
  peer->open_gate();
  first.type("continue");
  EXPECT_EQ(first.finish(), 0) << first.output();
  EXPECT_TRUE(contains(first.output(), "kept")) << first.output();
  Finished late = connect("unix:" + directory + "/agent.sock", {});
  EXPECT_TRUE(contains(late.output, "is there while nmap runs")) << late.output;
}

// It was started without nsedbg, is looked at in a terminal, and knows nothing of it afterwards.
TEST_P(OtherScans, entered_at_a_terminal) {
  auto peer = held_title();
  Process scan(sandbox_, sandbox_.path(), http_scan({}, peer->port()));
  ASSERT_TRUE(peer->await_at_gate());
  testing_cli::Terminal terminal({TEST_NSEDBG, "attach", "--no-init", "--name", "+http-title"},
                                 sandbox_.environment());
  ASSERT_TRUE(terminal.sees("(nsedbg) ")) << terminal.screen();
  terminal.enter("info threads");
  EXPECT_TRUE(terminal.sees("http-title")) << terminal.screen();
  terminal.enter("continue");
  terminal.type("\003");
  ASSERT_TRUE(terminal.sees("(nsedbg) ")) << terminal.screen();
  terminal.enter("detach");
  terminal.enter("quit");
  EXPECT_EQ(terminal.status(), 0) << terminal.screen();
  peer->open_gate();
  EXPECT_EQ(scan.finish(), 0) << scan.output();
  EXPECT_TRUE(contains(scan.output(), "kept")) << scan.output();
  EXPECT_EQ(sandbox_.run_leftovers(), Words{});
}

}  // namespace
}  // namespace e2e
