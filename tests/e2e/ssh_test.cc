// nsedbg run --ssh, against a real sshd: nmap runs "there", and whatever happens nothing of ours is
// left there.
#include <signal.h>

#include <filesystem>

#include "cli/terminal.h"
#include "e2e/held_title.h"
#include "e2e/run.h"
#include "peers/http_peer.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

class BySsh : public EndToEnd {
 protected:
  // Sessions there are told from everything else by the directory for their temporary files.
  void SetUp() override {
    EndToEnd::SetUp();
    fs::permissions(sandbox_.make_directory("there"), fs::perms::owner_all);
    Words argv = {TEST_SSHD, sandbox_.path("sshd"), support::address(), "2222",
                  "TMPDIR=" + sandbox_.path("there")};
    for (const auto& [name, value] : sandbox_.environment())
      if (name == "LD_PRELOAD" || name.ends_with("SAN_OPTIONS")) argv.push_back(name + "=" + value);
    sshd_ = std::make_unique<Process>(sandbox_, sandbox_.path(), argv);
    if (sshd_->prints("Server listening")) return;
    if (sshd_->finish() == 77) GTEST_SKIP() << sshd_->output();
    FAIL() << sshd_->output();
  }

  // "nsedbg run --ssh HOST OPTIONS --", and the copies of the agent that are small enough to send.
  Words by_ssh(const Words& options, const std::string& host = "there") const {
    Words words = {TEST_NSEDBG,    "run", "--ssh",        host,
                   "--ssh-option", "-F",  "--ssh-option", sandbox_.path("sshd/ssh_config")};
    words.insert(words.end(), options.begin(), options.end());
    words.push_back("--");
    return words;
  }
  Words scan(const Words& before, int port, const std::string& script, Words nmap = {}) const {
    Words words = before;
    if (nmap.empty()) nmap = {this->nmap().path};
    words.insert(words.end(), nmap.begin(), nmap.end());
    words.insert(words.end(), {"-n", "-Pn", "-oX", sandbox_.path("out.xml"), "--script", script,
                               "-p", std::to_string(port), support::address()});
    return words;
  }
  static Words small_agent() { return {"NSEDBG_AGENT_DIR=" TEST_SMALL_AGENTS}; }
  Finished run_there(const Words& argv) { return run(argv, "", small_agent()); }

  std::vector<pid_t> processes_there(const std::string& name = "") const {
    return all_processes("TMPDIR=" + sandbox_.path("there"), name);
  }
  // The sshd of the only connection.
  pid_t session_there() const {
    std::string pid = std::to_string(sshd_->pid());
    return atoi(support::read_file("/proc/" + pid + "/task/" + pid + "/children").c_str());
  }
  // Whoever was there has ended, and has cleaned up.
  void expect_nothing_left() {
    EXPECT_TRUE(await_end(processes_there()));
    for (const auto& entry : fs::directory_iterator(sandbox_.path("there")))
      ADD_FAILURE() << entry.path() << " is left";
    EXPECT_EQ(sandbox_.run_leftovers(), Words{});
  }
  void expect_whole_report(const std::string& part) {
    EXPECT_TRUE(contains(sandbox_.read("out.xml"), "</nmaprun>")) << sandbox_.read("out.xml");
    EXPECT_TRUE(contains(sandbox_.read("out.xml"), part)) << sandbox_.read("out.xml");
  }

  std::unique_ptr<Process> sshd_;
};
ON_BOTH_NMAPS(BySsh);

TEST_P(BySsh, a_whole_session) {
  peers::HttpPeer http(support::address());
  int line = support::line_of(nmap().script("http-title"), "resp = http.get( host, port, std");
  Finished session =
      run_there(scan(by_ssh({"--batch", "-b", "http-title.nse:" + std::to_string(line), "-ex",
                             "print resp and resp.status", "-ex", "next", "-ex",
                             "print resp and resp.status", "-ex", "continue"}),
                     http.port(), "+http-title"));
  EXPECT_EQ(session.status, 0) << session.output;
  size_t before = session.output.find("resp.status = nil\n");
  EXPECT_LT(before, session.output.find("resp.status = 200\n")) << session.output;
  EXPECT_TRUE(contains(session.output, "Nmap done")) << session.output;
  expect_whole_report("<script id=\"http-title\"");
  expect_nothing_left();
}

// The first Ctrl-C pauses, the second ends nmap there.
TEST_P(BySsh, ctrl_c_as_here) {
  auto server = held_title();
  testing_cli::Environment environment = sandbox_.environment();
  environment.emplace_back("NSEDBG_AGENT_DIR", TEST_SMALL_AGENTS);
  testing_cli::Terminal terminal(
      scan(by_ssh({"--no-init", "-ex", "run"}), server->port(), "+http-title"), environment);
  ASSERT_TRUE(server->await_at_gate()) << terminal.screen();
  terminal.type("\003");
  ASSERT_TRUE(terminal.sees("(nsedbg) ")) << terminal.screen();
  terminal.enter("info threads");
  EXPECT_TRUE(terminal.sees("http-title")) << terminal.screen();
  terminal.enter("quit");
  ASSERT_TRUE(terminal.sees("let it go on by itself (d)")) << terminal.screen();
  terminal.enter("e");
  EXPECT_EQ(terminal.status(), 0) << terminal.screen();
  expect_nothing_left();
}

TEST_P(BySsh, a_scan_goes_on_where_the_connection_breaks) {
  auto server = held_title();
  Process nsedbg(sandbox_, sandbox_.path(),
                 scan(by_ssh({"-b", "http-title:action"}), server->port(), "+http-title"),
                 small_agent());
  ASSERT_TRUE(nsedbg.prints("Breakpoint 1, http-title")) << nsedbg.output();
  std::vector<pid_t> nmaps = processes_there("nmap");
  ASSERT_EQ(nmaps.size(), 1u);
  kill(session_there(), SIGKILL);
  EXPECT_TRUE(nsedbg.prints("[the connection to nmap is lost; the scan goes on there by itself]"))
      << nsedbg.output();
  EXPECT_EQ(nsedbg.finish(), 255);
  server->open_gate();
  EXPECT_TRUE(await_end(nmaps));
  expect_whole_report("kept");
  expect_nothing_left();
}

TEST_P(BySsh, a_scan_goes_on_where_nsedbg_is_killed) {
  auto server = held_title();
  Process nsedbg(sandbox_, sandbox_.path(),
                 scan(by_ssh({"-b", "http-title:action"}), server->port(), "+http-title"),
                 small_agent());
  ASSERT_TRUE(nsedbg.prints("Breakpoint 1, http-title")) << nsedbg.output();
  kill(nsedbg.pid(), SIGKILL);
  server->open_gate();
  EXPECT_TRUE(await_end(processes_there()));
  expect_whole_report("kept");
  EXPECT_TRUE(fs::is_empty(sandbox_.path("there")));
}

TEST_P(BySsh, sudo_there) {
  peers::HttpPeer http(support::address());
  // As sudo with env_reset: NMAPDIR does not get through.
  std::string sudo = sandbox_.write("bin/sudo",
                                    "#!/bin/sh\n[ \"$1\" = -n ] || exit 1\nshift\n"
                                    "exec env -u NMAPDIR SUDO_USER=someone \"$@\"\n");
  fs::permissions(sudo, fs::perms::owner_all);
  Finished session = run_there(scan(by_ssh({"--batch", "-b", "http-title:action", "-ex", "bt 1"}),
                                    http.port(), "+http-title", {sudo, nmap().path}));
  EXPECT_EQ(session.status, 0) << session.output;
  EXPECT_TRUE(contains(session.output, "Breakpoint 1, http-title")) << session.output;
  expect_whole_report("<script id=\"http-title\"");
  expect_nothing_left();
}

TEST_P(BySsh, says_what_is_wrong) {
  struct {
    Words argv;
    const char* says;
  } cases[] = {
      {scan(by_ssh({"--batch", "-ex", "run"}), 1, "http-title", {"nmapp"}),
       "'nmapp' was not found on there\n  install nmap there"},
      {scan(by_ssh({"--batch", "-ex", "run", "--ssh-option", "-p1"}), 1, "http-title"),
       "Connection refused\n  try it alone: ssh there true"},
      {scan(by_ssh({"--batch", "-ex", "run", "--ssh-option", "-lnobody"}), 1, "http-title"),
       "Permission denied (publickey)"},
      {scan(by_ssh({"--batch", "-ex", "run"}), 1, "http-title", {"sudo", "-u", "nobody", "nmap"}),
       "cannot get into an nmap that runs as nobody there\n  log in as that user"},
  };
  for (const auto& one : cases) {
    Finished failed = run_there(one.argv);
    EXPECT_EQ(failed.status, 1) << failed.output;
    EXPECT_TRUE(contains(failed.output, one.says)) << failed.output;
  }
  expect_nothing_left();
}

}  // namespace
}  // namespace e2e
