#include "relay/paths.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/sha256.h"

namespace relay {
namespace {

namespace fs = std::filesystem;

class PathsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "paths_XXXXXX";
    ASSERT_TRUE(::mkdtemp(name.data()));
    folder_ = fs::canonical(name);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(folder_ + "/" + name).parent_path());
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }
  void map_roots() {
    paths.set({{"/home/me/nse/", "/usr/share/nmap/scripts"}, {"/home/me", "/srv"}});
  }
  void set_breakpoints_in(const std::string& path) {
    EXPECT_NE(asked("setBreakpoints", path).find(path), std::string::npos);
  }
  // The arguments as the agent gets them.
  std::string asked(const std::string& command, const std::string& path) {
    return asked_json(command, "{\"source\":{\"path\":\"" + path + "\"}}");
  }
  std::string asked_json(const std::string& command, const std::string& arguments) {
    dap::Message partial;
    std::string error;
    auto message = dap::parse(dap::request_json(1, command.c_str(), arguments), partial, error);
    paths.to_remote(*message);
    return dap::to_text(*message->body);
  }
  // What the editor is told of a file that nmap has loaded.
  dap::Source told(const std::string& path, const std::string& text) {
    dap::Source source;
    source.path = path;
    if (!text.empty()) source.checksums = {{{"SHA256", base::sha256(text)}}};
    paths.to_local(source);
    return source;
  }

  std::string folder_;
  Paths paths;
};

TEST_F(PathsTest, WholeComponentsAreReplacedBothWays) {
  map_roots();
  EXPECT_EQ(asked("source", "/home/me/nse/a.nse"),
            R"({"source":{"path":"/usr/share/nmap/scripts/a.nse"}})");
  EXPECT_EQ(asked("setBreakpoints", "/home/me/other/a.nse"),
            R"({"source":{"path":"/srv/other/a.nse"}})");
  EXPECT_EQ(asked("source", "/home/mean/a.nse"), R"({"source":{"path":"/home/mean/a.nse"}})");
  EXPECT_EQ(told("/usr/share/nmap/scripts/a.nse", "").path, "/home/me/nse/a.nse");
}

TEST_F(PathsTest, EverySourceOfABodyIsTranslatedAndNothingElse) {
  map_roots();
  rapidjson::Document body;
  body.Parse(
      R"({"stackFrames":[{"id":1,"path":"/srv/x","source":{"path":"/srv/a.nse","name":"a.nse"}}],)"
      R"("sources":[{"path":"/srv/b.nse"},{"name":"c"}],"source":7})");
  paths.to_local(body, body);
  EXPECT_EQ(dap::to_text(body),
            R"({"stackFrames":[{"id":1,"path":"/srv/x","source":{"path":"/home/me/a.nse",)"
            R"("name":"a.nse"}}],"sources":[{"path":"/home/me/b.nse"},{"name":"c"}],"source":7})");
}

TEST_F(PathsTest, ABreakpointTakesTheContentOfItsFileAlong) {
  std::string file = write("a.nse", "text");
  EXPECT_EQ(
      asked_json("setBreakpoints", R"({"source":{"path":")" + file +
                                       R"(","checksums":[{"algorithm":"MD5","checksum":""}]}})"),
      R"({"source":{"path":")" + file + R"(","checksums":[{"algorithm":"SHA256","checksum":")" +
          base::sha256("text") + R"("}]}})");
}

TEST_F(PathsTest, TheEditorsCopyIsShownInPlaceOfNmapsFile) {
  std::string theirs = write("nmap/a.nse", "text"), ours = write("project/a.nse", "text");
  EXPECT_EQ(told(theirs, "text").path, theirs);
  set_breakpoints_in(ours);
  EXPECT_EQ(told(theirs, "text").path, ours);
  EXPECT_EQ(asked("source", ours), "{\"source\":{\"path\":\"" + theirs + "\"}}");
  set_breakpoints_in(theirs);  // it has both
  EXPECT_EQ(told(theirs, "text").path, theirs);
}

TEST_F(PathsTest, ALinkIsCalledAsTheEditorCallsIt) {
  std::string file = write("real/a.nse", "text");
  fs::create_directory_symlink(folder_ + "/real", folder_ + "/link");
  set_breakpoints_in(folder_ + "/link/a.nse");
  EXPECT_EQ(told(file, "text").path, folder_ + "/link/a.nse");
}

TEST_F(PathsTest, AFileOfAnotherMachineIsFoundByItsContent) {
  paths.copies().nmap_is_elsewhere();
  paths.copies().look_in(folder_);
  std::string script = write("scripts/a.nse", "text"), library = write("nselib/b.lua", "library");
  EXPECT_EQ(told("/opt/nmap/scripts/a.nse", "text").path, script);
  EXPECT_EQ(told("/opt/nmap/nselib/b.lua", "library").path, library);
  EXPECT_FALSE(told("/opt/nmap/nselib/b.lua", "library").sourceReference);
}

// Another text under the same path would show wrong lines: the agent has the right one.
TEST_F(PathsTest, WhatTheEditorHasNotIsAskedForFromTheAgent) {
  paths.copies().nmap_is_elsewhere();
  std::string other = write("a.nse", "another text");
  dap::Source source = told(other, "text");
  EXPECT_EQ(source.path, other);
  ASSERT_TRUE(source.sourceReference);
  EXPECT_EQ(
      asked_json("source", "{\"sourceReference\":" + std::to_string(*source.sourceReference) + "}"),
      "{\"sourceReference\":" + std::to_string(*source.sourceReference) +
          ",\"source\":{\"path\":\"" + other + "\"}}");
  EXPECT_EQ(told("/nowhere/b.nse", "").sourceReference, 2);
}

TEST_F(PathsTest, AnEditedCopyIsNoCopyAnyMore) {
  paths.copies().nmap_is_elsewhere();
  std::string ours = write("a.nse", "text");
  set_breakpoints_in(ours);
  EXPECT_EQ(told("/opt/a.nse", "text").path, ours);
  write("a.nse", "text, edited");
  set_breakpoints_in(ours);
  EXPECT_EQ(told("/opt/a.nse", "text").path, "/opt/a.nse");
}

TEST_F(PathsTest, WhatIsNoSourceIsLeftAsItIs) {
  for (const char* arguments : {R"({"source":7})", R"({"source":{"path":7}})", R"({"source":{}})",
                                R"({"source":{"path":""}})", "[]", R"({"sourceReference":"x"})"})
    for (const char* command : {"setBreakpoints", "source"})
      EXPECT_EQ(asked_json(command, arguments), arguments);
}

}  // namespace
}  // namespace relay
