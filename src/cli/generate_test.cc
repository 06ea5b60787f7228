#include "cli/generate.h"

#include <gtest/gtest.h>

#include "cli/command.h"
#include "cli/options.h"

namespace cli {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Generate, TheManualNamesEveryCommand) {
  std::string page = manual_page();
  for (const std::string& name : command_names()) EXPECT_TRUE(contains(page, ".B " + name)) << name;
}

TEST(Generate, NoLineOfTheManualIsAStrayInstruction) {
  for (size_t at = 0; (at = manual_page().find("\n'", at)) != std::string::npos; ++at)
    ADD_FAILURE() << "a line begins with a quote";
}

TEST(Generate, CompletionsNameEveryOption) {
  for (const OptionDoc& doc : option_docs()) {
    if (doc.hidden) continue;
    std::string name = doc.names.substr(doc.names.find("--"));
    EXPECT_TRUE(contains(bash_completion(), name)) << name;
    EXPECT_TRUE(contains(zsh_completion(), name)) << name;
    EXPECT_TRUE(contains(fish_completion(), "-l " + name.substr(2))) << name;
  }
}

TEST(Generate, CompletionsOfferTheValuesThereAre) {
  EXPECT_TRUE(
      contains(bash_completion(), "--on-error) COMPREPLY=($(compgen -W 'stop report ignore'"));
  EXPECT_TRUE(contains(zsh_completion(), ":what:(stop report ignore)"));
  EXPECT_TRUE(contains(fish_completion(), "-l on-error -x -a 'stop report ignore'"));
}

TEST(Generate, UnknownKind) { EXPECT_FALSE(generate("pdf").ok()); }

}  // namespace
}  // namespace cli
