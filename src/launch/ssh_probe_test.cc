#include "launch/ssh_probe.h"

#include <gtest/gtest.h>

#include "launch/test_support.h"

namespace launch {
namespace {

Command command_of(std::vector<std::string> words) { return *parse_command(std::move(words)); }

// The script itself, run by the shell that is here.
std::string run_here(const std::string& script, const std::vector<std::string>& environment) {
  base::Result<base::Fd> input = text_input(script);
  EXPECT_TRUE(input.ok());
  ChildSpec spec;
  spec.path = "/bin/sh";
  spec.argv = {"sh", "-s"};
  spec.environment = environment;
  spec.stdio[0] = input->get();
  base::Result<Output> output = run_captured(std::move(spec), std::chrono::seconds(30));
  return output ? output->text : output.error().text();
}

class SshProbeTest : public testing::Test {
 protected:
  std::vector<std::string> environment(const std::string& more = "X=") const {
    return {"PATH=" + dir_.path() + ":/usr/bin:/bin", "HOME=" + dir_.path(),
            "TMPDIR=" + dir_.path(), more};
  }

  TempDir dir_;
};

TEST_F(SshProbeTest, LearnsAllThatIsNeededAndMakesADirectory) {
  dir_.program("nmap", std::string("echo '") + kNmap793 + "'");
  dir_.write("data/nse_main.lua", "");
  dir_.write("mine/nmap-services", "");
  Command command = command_of({"nmap", "--datadir", "data", "host"});
  NmapArgs args = parse_nmap_args(command.nmap_arguments());
  std::string said =
      "Welcome!\n" + run_here(probe_script(command, args), environment("NMAPDIR=mine"));
  base::Result<RemoteHost> host = read_probe(said, command, "there");
  ASSERT_TRUE(host.ok()) << host.error().text() << said;
  EXPECT_EQ(host->nmap.version, "7.93");
  EXPECT_EQ(host->nmap.lua, "5.3");
  EXPECT_EQ(host->uid, geteuid());
  EXPECT_EQ(host->nmapdir, "mine");
  EXPECT_EQ(host->home, dir_.path());
  struct stat info;
  ASSERT_EQ(stat(host->directory.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700u);
  Looks looks = host->looks();
  EXPECT_EQ(looks.kind(dir_.path() + "/data/nse_main.lua"), FileKind::kFile);
  EXPECT_EQ(looks.kind(dir_.path() + "/mine/nse_main.lua"), FileKind::kNone);
  EXPECT_EQ(looks.list(dir_.path() + "/mine"), std::vector<std::string>{"nmap-services"});
}

TEST_F(SshProbeTest, SaysWhatIsMissingThereAndLeavesNothing) {
  Command command = command_of({"nmapp", "host"});
  std::string said = run_here(probe_script(command, {}), environment());
  auto host = read_probe(said, command, "there");
  ASSERT_FALSE(host.ok());
  EXPECT_EQ(host.error().message, "'nmapp' was not found on there");
  EXPECT_EQ(said.find("nsedbg:directory="), std::string::npos) << said;
}

TEST_F(SshProbeTest, AnOpenDirectoryForTemporaryFilesIsRefused) {
  dir_.program("nmap", std::string("echo '") + kNmap793 + "'");
  chmod(dir_.path().c_str(), 0777);
  Command command = command_of({"nmap", "host"});
  std::string said = run_here(probe_script(command, {}), environment());
  auto host = read_probe(said, command, "there");
  ASSERT_FALSE(host.ok());
  EXPECT_EQ(host.error().message,
            "others can move what nsedbg would make in " + dir_.path() + " on there");
  chmod(dir_.path().c_str(), 01777);
  EXPECT_TRUE(
      read_probe(run_here(probe_script(command, {}), environment()), command, "there").ok());
}

TEST_F(SshProbeTest, AnNmapWithoutLuaIsRefusedInTheUsualWords) {
  dir_.program("nmap", "echo 'Nmap version 7.93 ( https://nmap.org )'; echo 'Compiled with: x'");
  Command command = command_of({"nmap", "host"});
  auto host = read_probe(run_here(probe_script(command, {}), environment()), command, "there");
  ASSERT_FALSE(host.ok());
  EXPECT_NE(host.error().message.find("was built without Lua"), std::string::npos);
}

TEST_F(SshProbeTest, AShellThatIsNoneIsTold) {
  auto host = read_probe("This account is not available", command_of({"nmap"}), "there");
  ASSERT_FALSE(host.ok());
  EXPECT_NE(host.error().message.find("does not do as a POSIX shell does"), std::string::npos);
}

TEST(ShQuoteTest, NothingGetsOut) {
  EXPECT_EQ(sh_quote("a b"), "'a b'");
  EXPECT_EQ(run_here("printf %s " + sh_quote("it's $HOME; `x` \\ \"") + "\n", {"PATH=/bin"}),
            "it's $HOME; `x` \\ \"");
}

}  // namespace
}  // namespace launch
