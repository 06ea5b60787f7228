// The real nmap, started through the overlay with an agent that cannot be loaded: the report must
// be plain nmap's, in every case of the table in overlay_plan.h.

#include "launch/launch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "launch/paths.h"
#include "launch/test_support.h"

namespace launch {
namespace {

constexpr const char* kScript = R"(
description = "says where things come from"
categories = {"safe"}
hostrule = function() return true end
action = function()
  local names = {}
  for name in pairs(_G) do names[#names + 1] = tostring(name) end
  table.sort(names)
  return table.concat({os.getenv("NMAPDIR") and "set" or "unset", #names}, " ")
end
)";

void drain_both(const Process& process, std::string& out, std::string& err) {
  pollfd watch[2] = {{process.out().get(), POLLIN, 0}, {process.err().get(), POLLIN, 0}};
  std::string* texts[2] = {&out, &err};
  while (watch[0].fd >= 0 || watch[1].fd >= 0) {
    if (poll(watch, 2, 30000) <= 0) return;
    for (int i = 0; i < 2; ++i) {
      if (!watch[i].revents) continue;
      char chunk[4096];
      ssize_t n = read(watch[i].fd, chunk, sizeof chunk);
      if (n <= 0) watch[i].fd = -1;
      if (n > 0) texts[i]->append(chunk, static_cast<size_t>(n));
    }
  }
}

// Without the lines that hold a time.
std::string without_times(const std::string& report) {
  std::string out;
  for (const std::string& line : base::split(report, '\n')) {
    bool timed = false;
    for (const char* start :
         {"Starting Nmap", "Nmap done", "Host is up", "Initiating", "Completed"})
      timed |= base::starts_with(line, start);
    if (!timed) out += line + "\n";
  }
  return out;
}

class LaunchTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(access("/usr/bin/nmap", X_OK), 0) << "scripts/install-deps installs nmap";
    // A header of an ELF file passes our check, but no loader takes it.
    std::string head = *read_file(own_program(), 64);
    dir_.write("agents/nsedbg-agent-lua53.so", head);
    dir_.write("agents/nsedbg-agent-lua54.so", head);
    setenv("NSEDBG_AGENT_DIR", (dir_.path() + "/agents").c_str(), 1);
    setenv("XDG_RUNTIME_DIR", dir_.make_directory("xdg").c_str(), 1);
    unsetenv("NMAPDIR");
    script_ = dir_.write("where.nse", kScript);
  }
  void TearDown() override { unsetenv("NSEDBG_AGENT_DIR"); }

  // A copy of nmap's nse_main.lua that shows it is the one which runs, and a nmap-services file in
  // which port 1 has a name of its own.
  std::string user_data(const std::string& name) {
    std::string text = *read_file("/usr/share/nmap/nse_main.lua", 1 << 20);
    dir_.write(name + "/nse_main.lua", "io.stderr:write('main of " + name + "\\n')\n" + text);
    dir_.write(name + "/nmap-services", name + "-service 1/tcp 0.9\n");
    return dir_.path() + "/" + name;
  }

  std::vector<std::string> scan(std::vector<std::string> extra) const {
    std::vector<std::string> words = {"nmap", "-n", "-Pn", "-sT", "-p", "1", "--script", script_};
    words.insert(words.end(), extra.begin(), extra.end());
    words.push_back("127.0.0.1");
    return words;
  }

  struct Run {
    std::string out, err;
    int status = -1;
  };

  Run plain(const std::vector<std::string>& words, const std::string& nmapdir) const {
    Environment environment = Environment::current();
    if (!nmapdir.empty()) environment.set("NMAPDIR", nmapdir);
    Process::Options options;
    options.child.path = "/usr/bin/nmap";
    options.child.argv = words;
    options.child.environment = environment.entries();
    base::Result<Process> process = Process::start(std::move(options));
    return finish(*process);
  }

  Run launched(const std::vector<std::string>& words, const std::string& nmapdir) const {
    Options options;
    options.command = words;
    if (!nmapdir.empty()) options.environment = {{"NMAPDIR", nmapdir}};
    base::Result<Started> started = start(options);
    EXPECT_TRUE(started.ok()) << started.error().text();
    return started ? finish(started->process) : Run{};
  }

  static Run finish(Process& process) {
    Run run;
    drain_both(process, run.out, run.err);
    run.status = *process.wait();
    return run;
  }

  // The report with us is the report without us, and our line is on stderr.
  void expect_same(const std::vector<std::string>& extra, const std::string& nmapdir) const {
    Run without = plain(scan(extra), nmapdir);
    Run with = launched(scan(extra), nmapdir);
    std::string ours = "nsedbg: the agent could not be loaded: ";
    size_t at = with.err.find(ours);
    ASSERT_NE(at, std::string::npos) << with.err;
    size_t end = with.err.find("; the scan goes on without it\n", at);
    ASSERT_NE(end, std::string::npos) << with.err;
    with.err.erase(at, with.err.find('\n', end) + 1 - at);
    EXPECT_EQ(with.err, without.err);
    EXPECT_EQ(without_times(with.out), without_times(without.out));
    EXPECT_EQ(with.status, without.status);
    EXPECT_EQ(look_at(dir_.path() + "/xdg/nsedbg"), FileKind::kNone);
  }

  TempDir dir_;
  std::string script_;
};

TEST_F(LaunchTest, plain_command) {
  Run without = plain(scan({}), "");
  Run with = launched(scan({}), "");
  // What the agent does and the overlay alone cannot: take NMAPDIR away again.
  std::string expected = without_times(without.out);
  size_t at = expected.find("unset");
  ASSERT_NE(at, std::string::npos) << expected;
  EXPECT_EQ(without_times(with.out), expected.replace(at, 5, "set"));
  EXPECT_EQ(with.status, 0);
}

TEST_F(LaunchTest, users_nmapdir) {
  std::string mine = user_data("mine");
  expect_same({"-v"}, mine);
  std::filesystem::remove(mine + "/nmap-services");  // the other way in: links
  expect_same({"-v"}, mine);
}

TEST_F(LaunchTest, users_datadir) {
  std::string mine = user_data("mine");
  Run without = plain(scan({"--datadir", mine}), mine);
  Run with = launched(scan({"--datadir", mine}), "");
  EXPECT_NE(with.err.find("main of mine\n"), std::string::npos) << with.err;
  EXPECT_NE(with.out.find("mine-service"), std::string::npos) << with.out;
  EXPECT_EQ(without_times(with.out), without_times(without.out));
}

TEST_F(LaunchTest, users_datadir_and_nmapdir) {
  std::string first = user_data("first"), second = user_data("second");
  expect_same({"--datadir", first}, second);
  dir_.write("third/nse_main.lua", *read_file(first + "/nse_main.lua", 1 << 20));
  expect_same({"--datadir=" + dir_.path() + "/third"}, second);  // nmap-services of the second
}

TEST_F(LaunchTest, script_errors_stop_the_start) {
  Options options;
  options.command = {"nmap", "--script", "http-metods", "127.0.0.1"};
  base::Result<Prepared> prepared = prepare(options);
  ASSERT_FALSE(prepared.ok());
  EXPECT_EQ(prepared.error().message,
            "no script named 'http-metods'; did you mean 'http-methods'?");
}

TEST_F(LaunchTest, a_scan_without_scripts_is_warned_of) {
  Options options;
  options.command = {"nmap", "-sn", "127.0.0.1"};
  base::Result<Prepared> prepared = prepare(options);
  ASSERT_TRUE(prepared.ok());
  ASSERT_EQ(prepared->warnings.size(), 1u);
  options.command[1] = "-sC";
  EXPECT_TRUE(prepare(options)->warnings.empty());
}

TEST_F(LaunchTest, a_failed_start_leaves_nothing_behind) {
  Options options;
  options.command = {"nmap", "-sC", "127.0.0.1"};
  options.environment = {{"NMAPDIR", "/tmp"}};
  options.cwd = dir_.path() + "/nowhere";
  EXPECT_FALSE(start(options).ok());
  EXPECT_EQ(look_at(dir_.path() + "/xdg/nsedbg"), FileKind::kNone);
}

}  // namespace
}  // namespace launch
