#include "cli/settings.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

TEST(Settings, ChangeAndShow) {
  Settings settings;
  EXPECT_TRUE(change_setting(settings, "listsize", "20").ok());
  EXPECT_TRUE(change_setting(settings, "confirm", "off").ok());
  EXPECT_TRUE(change_setting(settings, "color", "never").ok());
  EXPECT_EQ(find_setting("listsize")->get(settings), "20");
  EXPECT_EQ(find_setting("confirm")->get(settings), "off");
  EXPECT_EQ(settings.color, "never");
  EXPECT_EQ(find_setting("freeze")->get(settings), "on");
  EXPECT_TRUE(change_setting(settings, "freeze", "off").ok());
  EXPECT_FALSE(settings.freeze);
}

TEST(Settings, BadValuesAreRefused) {
  Settings settings;
  EXPECT_EQ(change_setting(settings, "listsize", "0").error().hint, "possible: NUMBER");
  EXPECT_EQ(change_setting(settings, "color", "blue").error().hint, "possible: auto|always|never");
  EXPECT_EQ(change_setting(settings, "listsiez", "3").error().hint, "did you mean 'listsize'?");
  EXPECT_EQ(settings.listsize, 10);
}

}  // namespace
}  // namespace cli
