#include "launch/command.h"

#include <gtest/gtest.h>

namespace launch {
namespace {

Command parse(std::vector<std::string> words) {
  base::Result<Command> command = parse_command(std::move(words));
  EXPECT_TRUE(command.ok()) << command.error().text();
  return command ? *command : Command{};
}

TEST(CommandTest, plain_nmap_is_its_own_command) {
  Command command = parse({"/opt/nmap", "-sC", "host"});
  EXPECT_EQ(command.elevation, Elevation::kNone);
  EXPECT_EQ(command.nmap_word(), "/opt/nmap");
  EXPECT_EQ(command.nmap_arguments(), (std::vector<std::string>{"-sC", "host"}));
}

TEST(CommandTest, sudo_options_with_their_values_are_passed_over) {
  Command command = parse({"sudo", "-E", "-u", "root", "-nH", "--group=adm", "nmap", "-u", "x"});
  EXPECT_EQ(command.elevation, Elevation::kSudo);
  EXPECT_EQ(command.nmap, 6u);
  EXPECT_EQ(command.user, "root");
  EXPECT_TRUE(command.keeps_environment);
}

TEST(CommandTest, sudo_values_may_stick_to_their_letter) {
  Command command = parse({"/usr/bin/sudo", "-Hubob", "--chdir", "/", "nmap"});
  EXPECT_EQ(command.user, "bob");
  EXPECT_EQ(command.nmap_word(), "nmap");
  EXPECT_FALSE(command.keeps_environment);
}

TEST(CommandTest, sudo_assignments_come_before_the_command) {
  Command command = parse({"sudo", "A=b", "NMAPDIR=/data", "nmap", "NMAPDIR=/no"});
  EXPECT_EQ(command.nmap, 3u);
  EXPECT_EQ(command.nmapdir, "/data");
  EXPECT_EQ(command.nmapdir_word, 2u);
}

TEST(CommandTest, two_dashes_end_sudos_options) {
  EXPECT_EQ(parse({"sudo", "-n", "--", "nmap"}).nmap, 3u);
}

TEST(CommandTest, preserved_environment_counts_only_with_nmapdir_in_it) {
  EXPECT_FALSE(parse({"sudo", "--preserve-env=HOME", "nmap"}).keeps_environment);
  EXPECT_TRUE(parse({"sudo", "--preserve-env=HOME,NMAPDIR", "nmap"}).keeps_environment);
  EXPECT_TRUE(parse({"sudo", "--preserve-env", "nmap"}).keeps_environment);
}

TEST(CommandTest, doas_has_options_of_its_own) {
  Command command = parse({"doas", "-u", "root", "-n", "nmap"});
  EXPECT_EQ(command.elevation, Elevation::kDoas);
  EXPECT_EQ(command.nmap_word(), "nmap");
}

TEST(CommandTest, a_command_must_be_there) {
  EXPECT_EQ(parse_command({}).error().message, "no nmap command was given");
  EXPECT_EQ(parse_command({"sudo", "-u"}).error().message, "'sudo' is given no command to run");
  EXPECT_EQ(parse_command({"sudo"}).error().exit_code, 2);
}

}  // namespace
}  // namespace launch
