#include "launch/engine.h"

#include <gtest/gtest.h>

#include "launch/container_directory.h"
#include "launch/foreign_root.h"
#include "launch/image_files.h"
#include "launch/test_support.h"

namespace launch {
namespace {

using Words = std::vector<std::string>;

TEST(OptionValueTest, InAllWaysToWriteIt) {
  for (const Words& words : {Words{"-u", "7"}, Words{"-u7"}, Words{"-u=7"}, Words{"--user", "7"},
                             Words{"--user=7"}, Words{"-u", "6", "--user=7"}})
    EXPECT_EQ(option_value(words, 'u', "user"), "7") << words[0];
  EXPECT_EQ(option_value({"--userns=host", "-v", "/u:/u"}, 'u', "user"), std::nullopt);
}

TEST(UnquotedTest, OnlyWhatANameOrPathMayHave) {
  EXPECT_EQ(unquoted("\"a b\""), "a b");
  EXPECT_EQ(unquoted(R"("a\"b\\")"), "a\"b\\");
  EXPECT_EQ(unquoted(R"("X\npid=1")"), std::nullopt);
  EXPECT_EQ(unquoted("a"), std::nullopt);
  EXPECT_EQ(unquoted("\"a\\\""), std::nullopt);
}

TEST(MapIdTest, FromInsideToOutsideAndBack) {
  const std::string rootless =
      "         0       1000          1\n         1     100000      65536\n";
  EXPECT_EQ(map_out(rootless, 0), 1000u);
  EXPECT_EQ(map_out(rootless, 33), 100032u);
  EXPECT_EQ(map_out(rootless, 70000), std::nullopt);
  EXPECT_EQ(map_out("", 0), std::nullopt);
  EXPECT_EQ(map_in(rootless, 1000), 0u);
  EXPECT_EQ(map_in(rootless, 100032), 33u);
  EXPECT_EQ(map_in(rootless, 0), std::nullopt);
  EXPECT_EQ(user_inside(getpid(), 33), 33u);
  std::optional<Ids> ours = ids_outside(getpid(), 33, 34);
  ASSERT_TRUE(ours.has_value());
  EXPECT_EQ(ours->user, 33u);
  EXPECT_EQ(ours->group, 34u);
}

// An engine that answers from files of a directory.
class EngineTest : public testing::Test {
 protected:
  base::Result<Place> find(const std::string& name, const std::string& script) {
    std::string engine = dir_.program("podman", script);
    return find_place(name, engine, Environment(Words{"PATH=/usr/bin:/bin"}));
  }

  TempDir dir_;
};

TEST_F(EngineTest, WhatAnImageSaysCannotBeTakenForTheEnginesWord) {
  auto place = find("x", R"sh([ "$1" = container ] || exit 1
printf 'state=running\npid=4711\nimage=f\nuser="u"\ncwd="/w"\nenv="A=\\npid=1"\nenv="NMAPDIR=/d"\n')sh");
  ASSERT_TRUE(place.ok()) << place.error().text();
  EXPECT_EQ(place->pid, 4711);
  EXPECT_EQ(place->config.user, "u");
  EXPECT_EQ(place->config.cwd, "/w");
  EXPECT_EQ(place->config.nmapdir, "/d");
  EXPECT_EQ(configured(*place, {"-e", "NMAPDIR=/e", "-w/v"}).nmapdir, "/e");
  EXPECT_EQ(configured(*place, {"-e", "NMAPDIR=/e", "-w/v"}).cwd, "/v");
}

TEST_F(EngineTest, OneThatDoesNotWorkIsNamedWithItsOwnWords) {
  auto place = find("x", "echo 'permission denied while trying to connect'; exit 1");
  ASSERT_FALSE(place.ok());
  EXPECT_EQ(place.error().message,
            "podman does not work: permission denied while trying to connect");
}

TEST_F(EngineTest, OneOnAnotherMachineIsNoUse) {
  auto place = find_place("x", "", Environment(Words{"PATH=/bin", "DOCKER_HOST=ssh://elsewhere"}));
  ASSERT_FALSE(place.ok());
  EXPECT_EQ(place.error().message,
            "DOCKER_HOST names an engine on another machine, ssh://elsewhere");
}

TEST_F(EngineTest, ANameIsNoOption) { EXPECT_EQ(find("-v", "exit 0").error().exit_code, 2); }

// One header and its content, as POSIX has it.
std::string tar_entry(const std::string& name, char type, size_t size) {
  std::string block(512, '\0');
  block.replace(0, name.size(), name);
  char octal[13];
  std::snprintf(octal, sizeof octal, "%011zo", size);
  block.replace(124, 11, octal);
  block[156] = type;
  return block + std::string((size + 511) / 512 * 512, 'x');
}

TEST(NamesInTarTest, OfBothEngines) {
  std::string end(1024, '\0');
  EXPECT_EQ(
      names_in_tar(tar_entry("./", '5', 0) + tar_entry("./nselib/", '5', 0) +
                   tar_entry("./nselib/a.lua", '0', 3) + tar_entry("./nmap-os-db", '0', 600) + end),
      (Words{"nmap-os-db", "nselib"}));
  EXPECT_EQ(names_in_tar(tar_entry("nmap-os-db", '0', 600) + tar_entry("x", 'x', 20) +
                         tar_entry("nselib/a.lua", '0', 3)),
            (Words{"nmap-os-db", "nselib"}));
  EXPECT_EQ(names_in_tar("garbage"), Words{});
}

class ContainerDirectoryTest : public testing::Test {
 protected:
  std::string file(const std::string& name) const { return dir_.path() + "/box/" + name; }

  TempDir dir_;
};

TEST_F(ContainerDirectoryTest, IsOpenInsideOfAPrivateOneAndGoesWithoutATrace) {
  {
    auto made = ContainerDirectory::create_for_mount(dir_.path());
    ASSERT_TRUE(made.ok()) << made.error().text();
    ASSERT_TRUE(made->put_agent(dir_.write("agent", "bytes")).ok());
    dir_.write("data/nmap-services", "");
    dir_.write("data/nse_main.lua", "");
    ASSERT_TRUE(made->put_overlay({}, {}, dir_.path() + "/data").ok());
    EXPECT_EQ(made->socket_dir(), "/run/nsedbg/s");
    struct stat info;
    ASSERT_EQ(stat(file("s").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0777u);
    ASSERT_EQ(stat(file("agent.so").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0644u);
    EXPECT_EQ(std::filesystem::read_symlink(file("overlay/nmap-services")),
              dir_.path() + "/data/nmap-services");
    EXPECT_FALSE(std::filesystem::is_symlink(file("overlay/nse_main.lua")));
    dir_.write("box/s/agent.sock", "");
  }
  EXPECT_FALSE(std::filesystem::exists(file("")));
}

// The container's side may put there what it likes.
TEST_F(ContainerDirectoryTest, NoLinkIsFollowedToASocket) {
  auto made = ContainerDirectory::create_for_mount(dir_.path());
  ASSERT_TRUE(made.ok());
  auto nobody = made->connect();
  EXPECT_TRUE(nobody.ok() && !nobody->valid());
  std::filesystem::create_symlink("/run/docker.sock", file("s/agent.sock"));
  auto link = made->connect();
  ASSERT_FALSE(link.ok());
  EXPECT_EQ(link.error().message, "what stands in the place of the agent's socket is none");
  std::filesystem::remove(file("s/agent.sock"));
}

TEST(ForeignRootTest, OurOwnFilesAreNoContainers) {
  auto root = ForeignRoot::open(getpid());
  ASSERT_FALSE(root.ok());
  EXPECT_NE(root.error().message.find("is in no container"), std::string::npos);
}

}  // namespace
}  // namespace launch
