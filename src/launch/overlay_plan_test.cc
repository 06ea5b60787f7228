#include "launch/overlay_plan.h"

#include <gtest/gtest.h>

#include "launch/test_support.h"

namespace launch {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kOverlay = "/run/x/overlay";

class OverlayPlanTest : public testing::Test {
 protected:
  OverlayPlanTest() {
    dir_.write("with/nse_main.lua", "");
    dir_.make_directory("without");
    with_ = dir_.path() + "/with";
    without_ = dir_.path() + "/without";
  }

  PlanInput input(Words words) const {
    PlanInput in;
    in.command = *parse_command(std::move(words));
    in.args = parse_nmap_args(in.command.nmap_arguments());
    in.nmap.path = "/usr/bin/nmap";
    in.nmap.version = "7.93";
    in.nmap.data_dir = "/usr/share/nmap";
    in.cwd = "/";
    in.overlay = kOverlay;
    return in;
  }

  TempDir dir_;
  std::string with_, without_;
};

TEST_F(OverlayPlanTest, nothing_of_the_users_means_nmapdir) {
  OverlayPlan plan = plan_overlay(input({"nmap", "host"}));
  EXPECT_EQ(plan.words, (Words{"nmap", "host"}));
  EXPECT_EQ(plan.set_nmapdir, kOverlay);
  EXPECT_EQ(plan.restored, std::nullopt);
  EXPECT_EQ(plan.shadowed, "");
  EXPECT_TRUE(plan.ask_nmap);
  EXPECT_EQ(plan.real_places.back(), "/usr/share/nmap/nse_main.lua");
}

TEST_F(OverlayPlanTest, the_users_nmapdir_is_shadowed_and_restored) {
  PlanInput in = input({"nmap", "host"});
  in.cwd = dir_.path();
  in.nmapdir = "with";
  OverlayPlan plan = plan_overlay(in);
  EXPECT_EQ(plan.words, (Words{"nmap", "host"}));
  EXPECT_EQ(plan.set_nmapdir, kOverlay);
  EXPECT_EQ(plan.restored, "with");
  EXPECT_EQ(plan.shadowed, with_);
  EXPECT_EQ(plan.real_places.front(), "with/nse_main.lua");
}

TEST_F(OverlayPlanTest, an_nmapdir_whose_files_the_report_names_stays) {
  dir_.write("with/nmap.xsl", "");
  PlanInput in = input({"nmap", "host"});
  in.nmapdir = with_;
  OverlayPlan plan = plan_overlay(in);
  EXPECT_EQ(plan.words, (Words{"nmap", "--datadir", kOverlay, "host"}));
  EXPECT_EQ(plan.set_nmapdir, std::nullopt);
  EXPECT_TRUE(plan.nmapdir_untouched);
  EXPECT_EQ(plan.shadowed, "");
  EXPECT_EQ(plan.real_places.front(), with_ + "/nse_main.lua");
}

TEST_F(OverlayPlanTest, links_go_to_the_directory_that_the_report_does_not_name) {
  dir_.write("with/nmap-services", "");
  PlanInput in = input({"nmap", "--datadir", without_});
  in.nmapdir = with_;
  OverlayPlan plan = plan_overlay(in);
  EXPECT_EQ(plan.words, (Words{"nmap", "--datadir", kOverlay}));
  EXPECT_EQ(plan.shadowed, without_);
  dir_.write("without/nmap-services", "");
  plan = plan_overlay(in);
  EXPECT_EQ(plan.words, (Words{"nmap", "--datadir", without_}));
  EXPECT_EQ(plan.set_nmapdir, kOverlay);
  EXPECT_EQ(plan.shadowed, with_);
}

TEST_F(OverlayPlanTest, a_datadir_without_nse_main_is_left_alone) {
  OverlayPlan plan = plan_overlay(input({"nmap", "--datadir", without_, "host"}));
  EXPECT_EQ(plan.words, (Words{"nmap", "--datadir", without_, "host"}));
  EXPECT_EQ(plan.set_nmapdir, kOverlay);
  EXPECT_FALSE(plan.changes_arguments);
}

TEST_F(OverlayPlanTest, a_datadir_with_nse_main_moves_to_nmapdir) {
  OverlayPlan plan = plan_overlay(input({"nmap", "--datadir=" + with_, "host"}));
  EXPECT_EQ(plan.words, (Words{"nmap", std::string("--datadir=") + kOverlay, "host"}));
  EXPECT_EQ(plan.set_nmapdir, with_);
  EXPECT_EQ(plan.restored, with_);
  EXPECT_EQ(plan.shadowed, "");
  EXPECT_FALSE(plan.ask_nmap);
  EXPECT_EQ(plan.real_places.front(), with_ + "/nse_main.lua");
  EXPECT_TRUE(plan.changes_arguments);
}

TEST_F(OverlayPlanTest, both_keep_their_order) {
  PlanInput in = input({"nmap", "--datadir", with_});
  in.nmapdir = "/y";
  OverlayPlan plan = plan_overlay(in);
  EXPECT_EQ(plan.words, (Words{"nmap", "--datadir", kOverlay}));
  EXPECT_EQ(plan.set_nmapdir, std::nullopt);
  EXPECT_TRUE(plan.nmapdir_untouched);
  EXPECT_EQ(plan.shadowed, with_);
}

TEST_F(OverlayPlanTest, sudo_that_strips_the_environment_gets_datadir) {
  PlanInput in = input({"sudo", "-n", "nmap", "host"});
  in.nmapdir_reaches_nmap = false;
  OverlayPlan plan = plan_overlay(in);
  EXPECT_EQ(plan.words, (Words{"sudo", "-n", "nmap", "--datadir", kOverlay, "host"}));
  EXPECT_EQ(plan.set_nmapdir, std::nullopt);
  EXPECT_TRUE(plan.nmapdir_untouched);
  EXPECT_FALSE(plan.ask_nmap);
}

TEST_F(OverlayPlanTest, sudo_that_lets_nmapdir_in_gets_an_assignment) {
  EXPECT_EQ(plan_overlay(input({"sudo", "-n", "nmap"})).words,
            (Words{"sudo", "-n", std::string("NMAPDIR=") + kOverlay, "nmap"}));
  EXPECT_EQ(plan_overlay(input({"sudo", "--", "nmap"})).words,
            (Words{"sudo", std::string("NMAPDIR=") + kOverlay, "--", "nmap"}));
  EXPECT_EQ(plan_overlay(input({"sudo", "nmap", "--datadir", with_})).words,
            (Words{"sudo", "NMAPDIR=" + with_, "nmap", "--datadir", kOverlay}));
  PlanInput own = input({"sudo", "NMAPDIR=/y", "nmap"});
  own.nmapdir = own.command.nmapdir;
  EXPECT_EQ(plan_overlay(own).words, (Words{"sudo", std::string("NMAPDIR=") + kOverlay, "nmap"}));
}

TEST_F(OverlayPlanTest, a_datadir_from_nmap_args_is_outbid_on_the_command_line) {
  PlanInput in = input({"nmap", "host"});
  in.args = parse_nmap_args({"host"}, "--datadir " + with_);
  OverlayPlan plan = plan_overlay(in);
  EXPECT_EQ(plan.words, (Words{"nmap", "--datadir", kOverlay, "host"}));
  EXPECT_EQ(plan.set_nmapdir, with_);
}

TEST_F(OverlayPlanTest, no_warning_in_a_directory_that_has_nse_main) {
  PlanInput in = input({"nmap"});
  in.cwd = with_;
  EXPECT_EQ(plan_overlay(in).set_nmapdir, std::string("./../../..") + kOverlay);
}

}  // namespace
}  // namespace launch
