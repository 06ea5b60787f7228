// Whatever is wrong, the user is told what, and what to do; nothing hangs or is left behind.
#include <signal.h>

#include <filesystem>

#include "e2e/run.h"
#include "peers/http_peer.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

class BadInput : public EndToEnd {
 protected:
  ~BadInput() override { EXPECT_EQ(sandbox_.run_leftovers(), Words{}); }

  Words target(const std::string& script) const {
    return {"-p", std::to_string(http_.port()), "--script", script, support::address()};
  }
  Finished http_title(const Words& options, const Words& more = {}) {
    return run(debugged(options, target("+http-title")), "", more);
  }
  void expect_said(const Finished& run, int status, const Words& parts) {
    EXPECT_EQ(run.status, status) << run.output;
    for (const std::string& part : parts) EXPECT_TRUE(contains(run.output, part)) << run.output;
  }

  peers::HttpPeer http_{support::address()};
};
ON_BOTH_NMAPS(BadInput);

TEST_P(BadInput, nmap_is_not_found) {
  expect_said(run({TEST_NSEDBG, "--batch", "-ex", "run", "nmapp", "127.0.0.1"}), 1,
              {"'nmapp' was not found in $PATH", "did you mean 'nmap'?"});
}

TEST_P(BadInput, a_program_is_not_nmap) {
  expect_said(run({TEST_NSEDBG, "run", "--batch", "-ex", "run", "--", "/bin/true", "127.0.0.1"}), 1,
              {"'/bin/true' is not nmap", "give nmap's own path"});
}

TEST_P(BadInput, a_script_is_mistyped) {
  expect_said(run(debugged({"-ex", "run"}, target("http-titel"))), 2,
              {"no script named 'http-titel'; did you mean 'http-title'?"});
}

TEST_P(BadInput, the_agent_is_missing) {
  std::string empty = sandbox_.make_directory("empty");
  expect_said(http_title({"-ex", "run"}, {"NSEDBG_AGENT_DIR=" + empty}), 3,
              {"the agent for Lua " + nmap().lua, "is not in " + empty});
}

TEST_P(BadInput, the_agent_is_no_agent) {
  std::string number = nmap().lua == "5.3" ? "53" : "54";
  sandbox_.write("broken/nsedbg-agent-lua" + number + ".so", "no shared object\n");
  expect_said(http_title({"-ex", "run"}, {"NSEDBG_AGENT_DIR=" + sandbox_.path("broken")}), 3,
              {"nsedbg-agent-lua" + number + ".so"});
}

TEST_P(BadInput, nmap_has_no_lua) {
  std::string fake = sandbox_.write("nmap",
                                    "#!/bin/sh\necho 'Nmap version 7.93 ( https://nmap.org )'\n"
                                    "echo 'Compiled with: openssl-3.0.7'\n"
                                    "echo 'Compiled without: liblua'\n");
  fs::permissions(fake, fs::perms::owner_all);
  expect_said(run({TEST_NSEDBG, "run", "--batch", "-ex", "run", "--", fake, "127.0.0.1"}), 3,
              {fake + "' (nmap 7.93) was built without Lua", "use an nmap whose --version"});
}

TEST_P(BadInput, a_file_is_never_loaded) {
  expect_said(
      http_title({"-b", "nosuch.lua:5"}), 0,
      {"Nmap done", "Breakpoint 1 (nosuch.lua:5) was never set", "nmap loaded no 'nosuch.lua'"});
}

TEST_P(BadInput, a_line_is_past_the_end) {
  expect_said(http_title({"-b", "http-title.nse:5000"}), 0,
              {"http-title.nse has no code at or after line 5000", "Nmap done"});
}

TEST_P(BadInput, a_condition_does_not_compile) {
  expect_said(http_title({"-b", "http-title:action if (("}), 1,
              {"the condition does not compile", "unexpected symbol", "Nmap done"});
}

TEST_P(BadInput, a_condition_raises) {
  Finished session = http_title({"-b", "http-title:action if port.a.b", "-ex", "print host.ip"});
  expect_said(session, 0, {"attempt to index a nil value", "host.ip = \"127.", "Nmap done"});
}

TEST_P(BadInput, the_ways_to_write_a_path_all_hit) {
  std::string home = sandbox_.path("home");
  fs::copy_file(nmap().script("http-title"), home + "/mine.nse");
  fs::create_symlink(home + "/mine.nse", sandbox_.path("link.nse"));
  int line = support::line_of(home + "/mine.nse", "resp = http.get( host, port, std");
  for (const std::string& path : Words{"~/mine.nse", "home/mine.nse", "./home/mine.nse",
                                       home + "/mine.nse", "./link.nse", "mine.nse"}) {
    Finished session =
        run(debugged({"-b", path + ":" + std::to_string(line)}, target("+" + home + "/mine.nse")));
    expect_said(session, 0, {"Breakpoint 1, mine", "at mine.nse:" + std::to_string(line)});
  }
}

TEST_P(BadInput, a_script_that_nmap_loads_by_a_link_of_another_name) {
  std::string mine = sandbox_.path("mine.nse"), link = sandbox_.path("link.nse");
  fs::copy_file(nmap().script("http-title"), mine);
  fs::create_symlink(mine, link);
  int line = support::line_of(mine, "resp = http.get( host, port, std");
  for (const std::string& path : Words{mine, link, "mine.nse", "link.nse"}) {
    Finished session = run(debugged({"-b", path + ":" + std::to_string(line)}, target("+" + link)));
    expect_said(session, 0, {"Breakpoint 1, link"});
  }
}

TEST_P(BadInput, the_loaded_one_of_two_scripts_is_named) {
  fs::copy_file(nmap().script("http-title"), sandbox_.path("http-title.nse"));
  Finished session = http_title({"-b", sandbox_.path("http-title.nse") + ":39"});
  expect_said(session, 0, {"was never set", "nmap loaded " + nmap().script("http-title")});
}

TEST_P(BadInput, the_users_data_directory_is_respected) {
  std::string farm = sandbox_.make_directory("data");
  for (const auto& entry : fs::directory_iterator(nmap().data_dir))
    if (entry.path().filename() != "scripts")
      fs::create_symlink(entry.path(), farm + "/" + entry.path().filename().string());
  fs::create_directory(farm + "/scripts");
  sandbox_.write("data/scripts/script.db",
                 "Entry { filename = \"only-here.nse\", categories = { \"safe\", } }\n");
  fs::copy_file(support::fixture("counter"), farm + "/scripts/only-here.nse");
  Words options = {"-b", "only-here:action", "-ex", "info frame"};
  Words with_option = target("only-here");
  with_option.insert(with_option.begin(), {"--datadir", farm});
  for (const Finished& session :
       {run(debugged(options, with_option)),
        run(debugged(options, target("only-here")), "", {"NMAPDIR=" + farm})})
    expect_said(session, 0, {"Breakpoint 1, only-here", "only-here: sum 385", "Nmap done"});
}

// --datadir wins, and scripts still see the user's NMAPDIR.
TEST_P(BadInput, both_data_directories_at_once_are_respected) {
  for (const char* name : {"one", "two"})
    sandbox_.write(std::string(name) + "/scripts/mine.nse",
                   "description = 'x' categories = {'safe'}\n"
                   "prerule = function() return true end\n"
                   "action = function()\n"
                   "  return 'from " +
                       std::string(name) + ", ' .. tostring(os.getenv('NMAPDIR'))\nend\n");
  Words arguments = {"--datadir", "one", "-sn", "--script", "mine", support::address()};
  Finished session =
      run(debugged({"-b", "mine.nse:4", "-ex", "where"}, arguments), "", {"NMAPDIR=two"});
  expect_said(session, 0, {"Breakpoint 1, mine", "mine: from one, two", "Nmap done"});
}

TEST_P(BadInput, the_target_is_down) {
  Finished session =
      run({TEST_NSEDBG, "run", "--batch", "-b", "http-title:action", "--", nmap().path, "-n",
           "--host-timeout", "2s", "-p", "80", "--script", "http-title", "240.0.0.1"});
  expect_said(session, 0, {"Nmap done: 0 IP addresses", "[nmap ended]"});
}

TEST_P(BadInput, nmap_is_killed_while_stopped) {
  Process session(sandbox_, sandbox_.path(),
                  {TEST_NSEDBG, "-b", "http-title:action", nmap().path, "-n", "-Pn", "-p",
                   std::to_string(http_.port()), "--script", "+http-title", support::address()});
  ASSERT_TRUE(session.prints("Breakpoint 1, http-title")) << session.output();
  for (pid_t pid : processes("nmap")) kill(pid, SIGKILL);
  EXPECT_TRUE(session.prints("killed")) << session.output();
  EXPECT_NE(session.finish(), -1);
}

}  // namespace
}  // namespace e2e
