// nmap in a container, with an engine that is a few lines of shell: what nsedbg asks an engine for,
// what it puts in from outside, and that nothing of it stays. scripts/test-containers does the same
// with a real engine and real images.
#include <signal.h>

#include <filesystem>

#include "e2e/run.h"
#include "peers/http_peer.h"
#include "peers/tcp_peer.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

class Container : public EndToEnd {
 protected:
  void SetUp() override {
    EndToEnd::SetUp();
    Process mounts(sandbox_, "/", {"unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/run"});
    if (mounts.finish() != 0) GTEST_SKIP() << "no mounts are permitted here";
  }
  ~Container() override { EXPECT_EQ(sandbox_.run_leftovers(), Words{}); }

  // A container that runs: its own mounts, and a /run that nobody else has.
  void start_box() {
    box_ = std::make_unique<Process>(
        sandbox_, "/",
        Words{"unshare", "--mount", "sh", "-c",
              "mount -t tmpfs tmpfs /run && echo ready && exec tail -f /dev/null"});
    ASSERT_TRUE(box_->prints("ready")) << box_->output();
    sandbox_.write("pid", std::to_string(box_->pid()));
  }
  // What nsedbg has left in its /run.
  Words left_in_box() const {
    Words names;
    std::error_code gone;
    for (const auto& entry :
         fs::directory_iterator("/proc/" + std::to_string(box_->pid()) + "/root/run", gone))
      names.push_back(entry.path());
    return names;
  }

  Words more() const { return {"BOX=" + sandbox_.path()}; }
  Words in(const std::string& name, Words options) const {
    Words words = {"--container", name, "--engine", TEST_FAKE_ENGINE};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
  Words title(const std::string& extra = "--max-retries") const {
    return {"-p",
            std::to_string(http_.port()),
            "--script",
            "+http-title",
            extra,
            "1",
            support::address()};
  }
  Finished debug(const std::string& name, const Words& options) {
    return run(debugged(in(name, options), title()), "", more());
  }
  void expect_a_session(const Finished& run) {
    EXPECT_EQ(run.status, 0) << run.output;
    for (const char* part : {"Breakpoint 1, http-title", "host.ip = \"127.", "|_http-title: "})
      EXPECT_TRUE(contains(run.output, part)) << run.output;
    EXPECT_FALSE(contains(run.output, "could not be loaded")) << run.output;
  }

  const Words session_ = {"-b", "http-title:action", "-ex", "print host.ip", "-ex", "continue"};
  std::unique_ptr<Process> box_;
  peers::HttpPeer http_{support::address()};
};
ON_BOTH_NMAPS(Container);

// What does not depend on the Lua.
class Engine : public Container {};
INSTANTIATE_TEST_SUITE_P(, Engine, testing::Values(support::both_nmaps()[0]), support::name_of);

TEST_P(Container, an_image_is_debugged_in_a_container_of_its_own) {
  expect_a_session(debug("nmap:test", session_));
  EXPECT_TRUE(contains(sandbox_.read("log"), "run --rm --cidfile ")) << sandbox_.read("log");
  EXPECT_FALSE(contains(sandbox_.read("log"), "create")) << "nothing was to be looked up";
}

TEST_P(Container, nmap_is_debugged_in_one_that_runs) {
  start_box();
  expect_a_session(debug("box", session_));
  EXPECT_EQ(left_in_box(), Words{});
}

// The user's data directory is the image's: it stays reachable.
TEST_P(Engine, data_directories_are_those_of_the_image) {
  Words arguments = title("--datadir");
  arguments[5] = nmap().data_dir;
  Finished said = run(debugged(in("nmap:test", session_), arguments), "", more());
  expect_a_session(said);
  EXPECT_TRUE(contains(said.output, "the report will show nmap's arguments with --datadir"));
  EXPECT_TRUE(contains(sandbox_.read("log"), "rm -f f00")) << sandbox_.read("log");
}

TEST_P(Engine, words_for_the_engine_reach_it) {
  expect_a_session(debug("nmap:test", {"--engine-option", "--network=host", "-b",
                                       "http-title:action", "-ex", "print host.ip", "-ex", "c"}));
  EXPECT_TRUE(contains(sandbox_.read("log"), "run --rm --network=host --cidfile "));
}

TEST_P(Engine, kill_ends_nmap_there) {
  for (const char* name : {"nmap:test", "box"}) {
    if (!box_) start_box();
    Finished said = debug(name, {"-b", "http-title:action", "-ex", "kill"});
    EXPECT_TRUE(await_end(processes("nmap"))) << said.output;
  }
}

TEST_P(Engine, an_interrupt_ends_nmap_there) {
  start_box();
  for (const char* name : {"nmap:test", "box"}) {
    peers::TcpPeer peer({peers::expect("\n"), peers::gate()}, {support::address()});
    Process nsedbg(
        sandbox_, sandbox_.path(),
        debugged(in(name, {"-ex", "run"}), {"-p", std::to_string(peer.port()), "--script",
                                            support::fixture("echo"), support::address()}),
        more());
    ASSERT_TRUE(peer.await_at_gate()) << nsedbg.output();
    kill(nsedbg.pid(), SIGINT);
    EXPECT_EQ(nsedbg.finish(), 130) << nsedbg.output();
    EXPECT_TRUE(await_end(processes("nmap")));
  }
}

TEST_P(Container, an_nmap_that_runs_there_is_entered) {
  start_box();
  peers::TcpPeer peer({peers::expect("\n"), peers::gate(), peers::send("answer\n")},
                      {support::address()});
  Process scan(sandbox_, sandbox_.path(),
               {"nsenter", "--mount", "--target", std::to_string(box_->pid()), nmap().path, "-n",
                "-Pn", "--datadir", nmap().data_dir, "--script", support::fixture("echo"), "-p",
                std::to_string(peer.port()), support::address()});
  ASSERT_TRUE(peer.await_at_gate());
  Finished said = run({TEST_NSEDBG, "attach", "--batch", "--container", "box", "--engine",
                       TEST_FAKE_ENGINE, "-ex", "info threads", std::to_string(scan.pid())},
                      "", more());
  EXPECT_EQ(said.status, 0) << said.output;
  EXPECT_TRUE(contains(said.output, "echo")) << said.output;
  EXPECT_EQ(left_in_box(), Words{});
  peer.open_gate();
  peer.open_gate();
  EXPECT_EQ(scan.finish(), 0) << scan.output();
  EXPECT_TRUE(contains(scan.output(), "echo: answer")) << scan.output();
}

TEST_P(Engine, mistakes_are_named) {
  start_box();
  struct Case {
    const char *name, *nmap, *said;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"bux", "nmap",
            "fake-engine has no container and no image 'bux'\n  did you mean 'box'?"},
           {"nmap:tset", "nmap", "did you mean 'nmap:test'?"},
           {"old", "nmap", "the container 'old' is not running: it is exited"},
           {"box", "/opt/nmap", "there is no '/opt/nmap' in the container 'box'"},
           {"nmap:test", "/opt/nmap", "there is no '/opt/nmap' in the image 'nmap:test'"},
       }) {
    Words words = in(one.name, {"-ex", "run", "--", one.nmap, "--script", "http-title", "h"});
    words.insert(words.begin(), {TEST_NSEDBG, "run", "--batch"});
    Finished said = run(words, "", more());
    EXPECT_EQ(said.status, 1) << said.output;
    EXPECT_TRUE(contains(said.output, one.said)) << said.output;
  }
  Finished pid = run({TEST_NSEDBG, "attach", "--batch", "--container", "box", "--engine",
                      TEST_FAKE_ENGINE, "999999"},
                     "", more());
  EXPECT_EQ(pid.status, 1);
  EXPECT_TRUE(contains(pid.output,
                       "there is no process 999999 in the container 'box'\n"
                       "  no nmap is running there"))
      << pid.output;
  Finished engine = run({TEST_NSEDBG, "run", "--batch", "--container", "x", "--engine", "dokcer",
                         "-ex", "run", "--", "nmap", "h"});
  EXPECT_TRUE(contains(engine.output, "the engine 'dokcer' was not found in $PATH"))
      << engine.output;
}

}  // namespace
}  // namespace e2e
