#include "cli/command.h"

#include <gtest/gtest.h>

#include <set>

#include "cli/help.h"

namespace cli {
namespace {

std::string found(std::string_view word) {
  Lookup lookup = find_command(word);
  if (lookup.candidates.size() > 1) return "ambiguous";
  return lookup.command ? lookup.command->name() : "";
}

TEST(Command, ShortFormsAreThoseOfGdb) {
  const std::pair<const char*, const char*> expected[] = {
      {"c", "continue"}, {"s", "step"},    {"n", "next"},       {"f", "frame"},  {"fin", "finish"},
      {"b", "break"},    {"tb", "tbreak"}, {"p", "print"},      {"i", "info"},   {"l", "list"},
      {"q", "quit"},     {"u", "until"},   {"w", "where"},      {"d", "delete"}, {"e", "eval"},
      {"h", "help"},     {"t", "thread"},  {"bt", "backtrace"}, {"r", "run"}};
  for (auto [word, name] : expected) EXPECT_EQ(found(word), name) << word;
}

TEST(Command, NamesMayBeShortened) {
  EXPECT_EQ(found("cont"), "continue");
  EXPECT_EQ(found("tra"), "backtrace");
  EXPECT_EQ(found("undisp"), "undisplay");
  EXPECT_EQ(found("displ"), "display");
}

TEST(Command, AmbiguousBeginningsNameTheCandidates) {
  Lookup lookup = find_command("co");
  EXPECT_EQ(found("co"), "ambiguous");
  EXPECT_EQ(lookup.candidates, (std::vector<std::string>{"continue", "condition", "commands"}));
}

TEST(Command, UnknownWordsAreNotCommands) {
  EXPECT_EQ(found("response"), "");
  EXPECT_EQ(found("host"), "");
  EXPECT_EQ(found("port"), "");
  EXPECT_EQ(found(""), "");
}

TEST(Command, NamesAreUnique) {
  std::set<std::string> seen;
  for (const Group& group : command_groups())
    for (const Command& command : group.commands) {
      EXPECT_TRUE(seen.insert(command.name()).second) << command.name();
      for (const std::string& alias : command.aliases())
        EXPECT_TRUE(seen.insert(alias).second) << alias;
    }
}

TEST(Command, EveryCommandHasHelp) {
  for (const Group& group : command_groups())
    for (const Command& command : group.commands) {
      EXPECT_NE(std::string(command.help), "") << command.name();
      EXPECT_TRUE(help_for(command.name(), "").ok());
    }
  EXPECT_EQ(help_for("contineu", "").error().hint, "did you mean 'continue'?");
}

TEST(CommandLine, WordAndArguments) {
  CommandLine split = split_command("  break  x.nse:3 if a ");
  EXPECT_EQ(split.word, "break");
  EXPECT_EQ(split.arguments, "x.nse:3 if a");
}

TEST(CommandLine, Formats) {
  CommandLine split = split_command("p/x port.number");
  EXPECT_EQ(split.word, "p");
  EXPECT_EQ(split.format, "x");
  EXPECT_EQ(split.arguments, "port.number");
}

TEST(CommandLine, LuaIsNoCommand) {
  for (const char* lua : {"n = 5", "s=1", "host.ip", "f(1)", "t[1]", "a:b()", "\"x\"", "{}"})
    EXPECT_EQ(split_command(lua).word, "") << lua;
  EXPECT_EQ(split_command("n == 5").word, "n");
}

TEST(CommandLine, Shell) {
  CommandLine split = split_command("!ls -l");
  EXPECT_EQ(split.word, "!");
  EXPECT_EQ(split.arguments, "ls -l");
  EXPECT_EQ(found("!"), "shell");
}

TEST(Info, Names) {
  EXPECT_EQ(find_info("b").command->name(), "breakpoints");
  EXPECT_EQ(find_info("thr").command->name(), "threads");
  EXPECT_EQ(find_info("source").command->name(), "source");
  EXPECT_GT(find_info("l").candidates.size(), 1u);
  EXPECT_EQ(find_info("zzz").command, nullptr);
}

}  // namespace
}  // namespace cli
