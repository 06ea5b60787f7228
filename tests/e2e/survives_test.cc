// kill -9 of nsedbg costs nothing but nsedbg: nmap finishes and leaves nothing behind.
#include <signal.h>

#include <filesystem>

#include "e2e/run.h"
#include "peers/http_peer.h"
#include "peers/tcp_peer.h"

namespace e2e {
namespace {

class Survives : public EndToEnd {
 protected:
  Words session(Words options, int port, const std::string& script) const {
    Words words = {TEST_NSEDBG, "run"};
    words.insert(words.end(), options.begin(), options.end());
    for (const char* word : {"--", nmap().path.c_str(), "-n", "-Pn", "-oX", "out.xml", "--script",
                             script.c_str(), "-p"})
      words.push_back(word);
    words.push_back(std::to_string(port));
    words.push_back(support::address());
    return words;
  }
  void kill_and_look(Process& nsedbg) {
    std::vector<pid_t> nmaps = processes("nmap");
    ASSERT_EQ(nmaps.size(), 1u) << nsedbg.output();
    kill(nsedbg.pid(), SIGKILL);
    if (peer_) peer_->open_gate();
    EXPECT_TRUE(await_end(nmaps));
    EXPECT_TRUE(contains(sandbox_.read("out.xml"), "</nmaprun>")) << sandbox_.read("out.xml");
    EXPECT_EQ(nsedbg.finish(), 128 + SIGKILL);
    EXPECT_TRUE(await_end(processes()));
    for (const std::string& left : sandbox_.run_leftovers())
      EXPECT_FALSE(std::filesystem::is_socket(left)) << left;
  }

  void stop_and_kill(const Words& options = {"-b", "http-title:action"},
                     const std::string& stop = "Breakpoint 1, http-title") {
    peers::HttpPeer http(support::address());
    Process nsedbg(sandbox_, sandbox_.path(), session(options, http.port(), "+http-title"));
    ASSERT_TRUE(nsedbg.prints(stop)) << nsedbg.output();
    kill_and_look(nsedbg);
  }

  std::unique_ptr<peers::TcpPeer> peer_;
};
ON_BOTH_NMAPS(Survives);

TEST_P(Survives, a_kill_while_stopped) {
  stop_and_kill();
  EXPECT_TRUE(contains(sandbox_.read("out.xml"), "<script id=\"http-title\""));
}

TEST_P(Survives, a_kill_before_bytes_go_out) {
  stop_and_kill({"-ex", "catch send http-title", "-ex", "run"}, "Breakpoint 1: send ");
  EXPECT_TRUE(contains(sandbox_.read("out.xml"), "<script id=\"http-title\""));
}

TEST_P(Survives, a_kill_while_a_thread_stands_alone) {
  stop_and_kill({"-ex", "set non-stop on", "-b", "http-title:action"});
  EXPECT_TRUE(contains(sandbox_.read("out.xml"), "<script id=\"http-title\""));
}

// Who could remove it is dead; nmap still needs it. The next nsedbg must, at the latest.
TEST_P(Survives, a_killed_run_is_swept_by_the_next) {
  stop_and_kill();
  run(debugged({"-ex", "run"}, {"-p", "1", support::address()}));
  EXPECT_EQ(sandbox_.run_leftovers(), Words{});
}

TEST_P(Survives, a_kill_leaves_no_run_directory) {
  stop_and_kill();
  EXPECT_EQ(sandbox_.run_leftovers(), Words{});
}

TEST_P(Survives, a_kill_while_running) {
  peers::TcpPeer::Options options;
  options.address = support::address();
  peer_ = std::make_unique<peers::TcpPeer>(
      std::vector<peers::Step>{peers::expect("GET / "), peers::gate(),
                               peers::send("HTTP/1.0 200 OK\r\n\r\n<title>kept</title>"),
                               peers::close()},
      options);
  Process nsedbg(sandbox_, sandbox_.path(),
                 session({"-b", "nothing.lua:1"}, peer_->port(), "+http-title"));
  ASSERT_TRUE(peer_->await_at_gate());  // the script waits for its answer
  kill_and_look(nsedbg);
  EXPECT_TRUE(contains(sandbox_.read("out.xml"), "kept"));
}

}  // namespace
}  // namespace e2e
