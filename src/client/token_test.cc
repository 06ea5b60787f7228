#include "client/token.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace client {
namespace {

class TokenTest : public testing::Test {
 protected:
  TokenTest() {
    char path[] = "/tmp/nsedbg_token_test.XXXXXX";
    dir_ = mkdtemp(path);
    file_ = dir_ + "/token";
  }
  ~TokenTest() override {
    unlink(file_.c_str());
    rmdir(dir_.c_str());
    unsetenv("NSEDBG_TOKEN");
  }

  std::string dir_, file_;
};

TEST_F(TokenTest, EachOneIsNewAndLongEnough) {
  std::string one = *make_token(), two = *make_token();
  EXPECT_NE(one, two);
  EXPECT_TRUE(check_token(one, "it").ok());
  EXPECT_GE(one.size() * 4, 128u);
}

TEST_F(TokenTest, AFileThatWeMakeIsOursAlone) {
  std::string token = *make_token();
  ASSERT_TRUE(write_token_file(file_, token).ok());
  struct stat info;
  ASSERT_EQ(stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
  EXPECT_EQ(*read_token_file(file_), token);
  EXPECT_FALSE(write_token_file(file_, token).ok()) << "an old file is never taken over";
}

TEST_F(TokenTest, AFileThatOthersCanReadIsRefused) {
  ASSERT_TRUE(write_token_file(file_, *make_token()).ok());
  chmod(file_.c_str(), 0640);
  auto read = read_token_file(file_);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message, "the token in " + file_ + " is not yours alone");
}

TEST_F(TokenTest, ALinkIsNotFollowedForWriting) {
  std::string elsewhere = dir_ + "/elsewhere";
  ASSERT_EQ(symlink(elsewhere.c_str(), file_.c_str()), 0);
  EXPECT_FALSE(write_token_file(file_, *make_token()).ok());
  EXPECT_NE(access(elsewhere.c_str(), F_OK), 0);
}

TEST_F(TokenTest, ShortAndStrangeOnesAreNone) {
  EXPECT_FALSE(check_token("", "it").ok());
  EXPECT_FALSE(check_token(std::string(31, 'a'), "it").ok());
  EXPECT_TRUE(check_token(std::string(32, 'a'), "it").ok());
  EXPECT_FALSE(check_token(std::string(32, 'g'), "it").ok());
  EXPECT_FALSE(check_token(std::string(257, 'a'), "it").ok());
}

TEST_F(TokenTest, TheEnvironmentIsReadOnce) {
  setenv("NSEDBG_TOKEN", std::string(32, 'b').c_str(), 1);
  EXPECT_EQ(*find_token(""), std::string(32, 'b'));
  EXPECT_EQ(getenv("NSEDBG_TOKEN"), nullptr);
  EXPECT_EQ(*find_token(""), "");
}

TEST_F(TokenTest, OnlyTheWholeTokenIsTheToken) {
  std::string token(32, 'a');
  EXPECT_TRUE(is_token(token, token));
  for (const std::string& wrong :
       {std::string(), token.substr(1), token + "a", std::string(32, 'b')})
    EXPECT_FALSE(is_token(wrong, token)) << wrong;
  EXPECT_FALSE(is_token("", ""));
}

}  // namespace
}  // namespace client
