#include "client/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <vector>

namespace client {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    out = base::Fd(ends[0]);
    in = base::Fd(ends[1]);
  }
  base::Fd out, in;
};

class ChannelTest : public testing::Test {
 protected:
  ChannelTest() { ::signal(SIGPIPE, SIG_IGN); }  // as nsedbg dap does

  std::unique_ptr<Channel> open(base::Fd in, base::Fd out) {
    return std::make_unique<Channel>(
        loop, std::move(in), std::move(out),
        Channel::Callbacks{[this](const std::string& json) { messages.push_back(json); },
                           [this](const std::string& why) {
                             closed = true;
                             closed_why = why;
                           }});
  }

  Loop loop;
  std::vector<std::string> messages;
  bool closed = false;
  std::string closed_why;
};

TEST_F(ChannelTest, PipesCarryMessagesBothWays) {
  Pipe there, back;
  auto channel = open(std::move(there.out), std::move(back.in));
  std::string frame = dap::frame("{}");
  ASSERT_EQ(::write(there.in.get(), frame.data(), frame.size()),
            static_cast<ssize_t>(frame.size()));
  while (messages.empty() && loop.run_one()) {
  }
  EXPECT_EQ(messages, std::vector<std::string>{"{}"});
  channel->send("[]");
  char bytes[64];
  ssize_t n = ::read(back.out.get(), bytes, sizeof bytes);
  EXPECT_EQ(std::string(bytes, static_cast<size_t>(n)), dap::frame("[]"));
  there.in.reset();
  while (!closed && loop.run_one()) {
  }
  EXPECT_EQ(closed_why, "");
}

TEST_F(ChannelTest, WhatIsNotReadYetIsKept) {
  Pipe there, back;
  auto channel = open(std::move(there.out), std::move(back.in));
  std::string big = "\"" + std::string(1 << 20, 'x') + "\"";
  channel->send(big);  // far more than a pipe takes
  channel->send("[]");
  std::string got;
  std::string all = dap::frame(big) + dap::frame("[]");
  ::fcntl(back.out.get(), F_SETFL, O_NONBLOCK);
  while (got.size() < all.size()) {
    char bytes[65536];
    ssize_t n = ::read(back.out.get(), bytes, sizeof bytes);
    if (n > 0)
      got.append(bytes, static_cast<size_t>(n));
    else
      ASSERT_TRUE(loop.run_one());
  }
  EXPECT_EQ(got, all);
}

TEST_F(ChannelTest, WhoNeverReadsIsGivenUp) {
  Pipe there, back;
  auto channel = open(std::move(there.out), std::move(back.in));
  std::string big = "\"" + std::string(8 << 20, 'x') + "\"";
  for (int i = 0; i < 9 && !closed; ++i) channel->send(big);
  EXPECT_EQ(closed_why, "the other side does not read");
  EXPECT_FALSE(channel->open());
}

TEST_F(ChannelTest, AReaderThatIsGoneIsNoSignal) {
  Pipe there, back;
  auto channel = open(std::move(there.out), std::move(back.in));
  back.out.reset();
  channel->send("{}");
  EXPECT_TRUE(closed);
  EXPECT_EQ(closed_why, "");
}

TEST_F(ChannelTest, AFileIsReadToItsEnd) {
  char name[] = "/tmp/nsedbg-channel.XXXXXX";
  base::Fd file(::mkstemp(name));
  std::string text = dap::frame("{}") + dap::frame("[]");
  ASSERT_EQ(::pwrite(file.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  ::unlink(name);
  auto channel = open(std::move(file), base::Fd(::open("/dev/null", O_WRONLY | O_CLOEXEC)));
  while (!closed && loop.run_one()) {
  }
  EXPECT_EQ(messages, (std::vector<std::string>{"{}", "[]"}));
}

}  // namespace
}  // namespace client
