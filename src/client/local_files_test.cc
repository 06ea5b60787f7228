#include "client/local_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/sha256.h"

namespace client {
namespace {

namespace fs = std::filesystem;

class LocalFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "local_files_XXXXXX";
    ASSERT_TRUE(::mkdtemp(name.data()));
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(folder_ + "/" + name).parent_path());
    std::ofstream(folder_ + "/" + name) << text;
  }

  std::string folder_;
};

TEST_F(LocalFiles, AreFoundByTheirContentUnderAsMuchOfThePathAsThereIs) {
  write("nselib/http.lua", "one");
  write("http.lua", "one");
  write("scripts/http.lua", "another");
  EXPECT_EQ(copy_below(folder_, "/usr/share/nmap/nselib/http.lua", base::sha256("one")),
            "nselib/http.lua");
  EXPECT_EQ(copy_below(folder_, "/opt/scripts/http.lua", base::sha256("one")), "http.lua");
  EXPECT_EQ(copy_below(folder_, "/opt/http.lua", base::sha256("two")), "");
  EXPECT_EQ(copy_below(folder_, "/opt/http.lua", ""), "");
}

TEST_F(LocalFiles, WhatIsNoFileHasNoChecksum) {
  EXPECT_EQ(checksum_on_disk("/dev/zero"), "");
  EXPECT_EQ(checksum_on_disk(folder_), "");
  EXPECT_EQ(checksum_on_disk(folder_ + "/nothing"), "");
  ASSERT_EQ(::mkfifo((folder_ + "/pipe").c_str(), 0600), 0);
  EXPECT_EQ(checksum_on_disk(folder_ + "/pipe"), "");  // nobody writes: it would wait
}

TEST_F(LocalFiles, ChecksumsOfOtherKindsAreNotOurs) {
  dap::Source source;
  EXPECT_EQ(checksum_of(source), "");
  source.checksums = {{{"MD5", "x"}, {"SHA256", "y"}}};
  EXPECT_EQ(checksum_of(source), "y");
}

}  // namespace
}  // namespace client
