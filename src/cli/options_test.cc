#include "cli/options.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

using Words = std::vector<std::string>;

Options parsed(const Words& arguments) {
  Options options;
  Exit exit;
  EXPECT_TRUE(parse_options(arguments, options, exit)) << exit.text;
  return options;
}

Exit refused(const Words& arguments) {
  Options options;
  Exit exit;
  EXPECT_FALSE(parse_options(arguments, options, exit));
  return exit;
}

TEST(Options, EverythingFromNmapOnIsNmaps) {
  Words nmap = {"nmap", "-x", "--batch", "-ex", "--", "--version"};
  EXPECT_EQ(parsed(nmap).nmap, nmap);
  EXPECT_FALSE(parsed(nmap).batch);
  Words with_run = {"run", "--batch", "--", "nmap", "-sC"};
  EXPECT_EQ(parsed(with_run).nmap, (Words{"nmap", "-sC"}));
  EXPECT_TRUE(parsed(with_run).batch);
}

TEST(Options, AttachTakesOneProcess) {
  EXPECT_EQ(parsed({"attach", "4711"}).attach, "4711");
  Options options = parsed({"attach", "--batch", "-b", "x:action", "4711"});
  EXPECT_EQ(options.attach, "4711");
  EXPECT_EQ(options.breaks, Words{"x:action"});
  EXPECT_TRUE(options.nmap.empty());
  options = parsed({"attach", "4711", "-ex", "bt", "--batch"});
  EXPECT_EQ(options.attach, "4711");
  EXPECT_EQ(options.startup.size(), 1u);
  EXPECT_EQ(parsed({"attach", "--name", "http enum"}).attach, "http enum");
  EXPECT_NE(refused({"attach"}).text.find("attach needs a PID or --name TEXT"), std::string::npos);
  EXPECT_NE(refused({"attach", "nmap"}).text.find("got 'nmap'"), std::string::npos);
  EXPECT_NE(refused({"attach", "--name", "x", "1"}).text.find("one PID, or --name"),
            std::string::npos);
  EXPECT_NE(refused({"--name", "x", "nmap"}).text.find("--name goes with attach"),
            std::string::npos);
}

TEST(Options, ConnectTakesOneAddress) {
  for (Words words : {Words{"connect", "h:1", "--batch", "-ex", "bt"},
                      Words{"connect", "--batch", "h:1", "-ex", "bt"},
                      Words{"connect", "--batch", "-ex", "bt", "h:1"}}) {
    Options options = parsed(words);
    EXPECT_EQ(options.connect, "h:1");
    EXPECT_TRUE(options.batch);
    EXPECT_EQ(options.startup.size(), 1u);
  }
  EXPECT_NE(refused({"connect", "--batch"}).text.find("connect to which address?"),
            std::string::npos);
  EXPECT_NE(refused({"connect", "h:1", "--", "nmap"}).text.find("connect takes no 'nmap'"),
            std::string::npos);
}

TEST(Options, AContainerIsOnePlaceOfSeveral) {
  Options options = parsed({"attach", "--container", "box", "--engine", "podman", "17"});
  EXPECT_EQ(options.attach, "17");
  EXPECT_EQ(options.place.container, "box");
  EXPECT_EQ(options.place.engine, "podman");
  options = parsed({"run", "--container", "nmap", "--engine-option", "-u", "--engine-option=1000",
                    "--", "nmap", "-A"});
  EXPECT_EQ(options.place.container, "nmap");
  EXPECT_EQ(options.place.engine_options, (Words{"-u", "1000"}));
  EXPECT_EQ(options.nmap, (Words{"nmap", "-A"}));
  EXPECT_NE(refused({"--container", "x", "--ssh", "h", "nmap"}).text.find("do not go together"),
            std::string::npos);
  EXPECT_NE(refused({"--engine", "podman", "nmap"}).text.find("go with --container"),
            std::string::npos);
}

TEST(Options, AValueMayBeNmap) {
  Options options = parsed({"-ex", "nmap", "-b", "nmap", "nmap", "-A"});
  ASSERT_EQ(options.startup.size(), 1u);
  EXPECT_EQ(options.startup[0].text, "nmap");
  EXPECT_EQ(options.breaks, Words{"nmap"});
  EXPECT_EQ(options.nmap, (Words{"nmap", "-A"}));
}

TEST(Options, FilesAndCommandsKeepTheirOrder) {
  Options options = parsed({"-ex", "a b", "-x", "file", "--ex=c", "-ex", "-d", "nmap"});
  ASSERT_EQ(options.startup.size(), 4u);
  EXPECT_EQ(options.startup[0].text, "a b");
  EXPECT_TRUE(options.startup[1].is_file);
  EXPECT_EQ(options.startup[1].text, "file");
  EXPECT_EQ(options.startup[2].text, "c");
  EXPECT_EQ(options.startup[3].text, "-d");
}

TEST(Options, SingleDashesAsInGdb) {
  EXPECT_TRUE(parsed({"-batch", "-nx", "nmap"}).batch);
  EXPECT_TRUE(parsed({"-batch", "-nx", "nmap"}).no_init);
}

TEST(Options, BreaksRepeat) {
  EXPECT_EQ(parsed({"-b", "a:action", "--break", "b.nse:3", "--break=c", "nmap"}).breaks,
            (Words{"a:action", "b.nse:3", "c"}));
}

TEST(Options, UsageErrorsExitWithTwo) {
  EXPECT_EQ(refused({"--nonsense", "nmap"}).status, 2);
  EXPECT_EQ(refused({"--color", "green", "nmap"}).status, 2);
  EXPECT_EQ(refused({"-ex"}).status, 2);
  EXPECT_NE(refused({"rum", "nmap"}).text.find("did you mean 'run'?"), std::string::npos);
}

TEST(Options, NmapMayComeBySudo) {
  for (const char* how : {"sudo", "doas"})
    EXPECT_EQ(parsed({how, "nmap"}).nmap, (std::vector<std::string>{how, "nmap"}));
}

TEST(Options, OnErrorIsStopReportOrIgnore) {
  EXPECT_EQ(parsed({"nmap"}).on_error, "stop");
  Options options = parsed({"--on-error=report", "nmap"});
  EXPECT_EQ(options.on_error, "report");
  EXPECT_TRUE(options.batch);
  EXPECT_FALSE(parsed({"--on-error", "ignore", "nmap"}).batch);
  EXPECT_NE(refused({"--on-error=reprot", "nmap"}).text.find("did you mean 'report'?"),
            std::string::npos);
}

TEST(Options, VersionIsOneLine) {
  Exit exit = refused({"--version"});
  EXPECT_EQ(exit.status, 0);
  EXPECT_EQ(exit.text.find('\n'), exit.text.size() - 1);
  EXPECT_EQ(exit.text.rfind("nsedbg ", 0), 0u);
}

TEST(Options, EveryOptionIsDocumented) {
  for (const OptionDoc& doc : option_docs()) EXPECT_NE(doc.help, "") << doc.names;
}

}  // namespace
}  // namespace cli
