#include "remote/gate.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace remote {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string kToken(64, 'a');

class GateTest : public testing::Test {
 protected:
  GateTest() {
    limits.patience = 60s;
    limits.first_penalty = 20ms;
    limits.most_penalty = 40ms;
    limits.most_waiting = 2;
  }

  // Our end of a connection that arrives at the gate.
  base::Fd come(Gate& gate) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    gate.arrive(base::Fd(ends[1]));
    return base::Fd(ends[0]);
  }
  static void say(const base::Fd& end, const std::string& text) {
    EXPECT_EQ(::send(end.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  // What the gate says before it closes; or all so far once somebody was admitted.
  std::string heard(const base::Fd& end) {
    std::string text;
    char bytes[256];
    for (;;) {
      ssize_t n = ::recv(end.get(), bytes, sizeof bytes, 0);
      if (n > 0) text.append(bytes, static_cast<size_t>(n));
      if (n == 0 || (n < 0 && !admitted.empty())) return text;
      if (n < 0) loop.run_one();
    }
  }
  Gate make() {
    return {loop, kToken, limits, [this](base::Fd fd) { admitted.push_back(std::move(fd)); }};
  }

  client::Loop loop;
  GateLimits limits;
  std::vector<base::Fd> admitted;
};

TEST_F(GateTest, TheTokenOpens) {
  Gate gate = make();
  base::Fd end = come(gate);
  say(end, "nsedbg " + kToken.substr(0, 10));
  say(end, kToken.substr(10) + "\n");
  EXPECT_EQ(heard(end), "ok\n");
  EXPECT_EQ(gate.waiting(), 0u);
}

TEST_F(GateTest, NothingElseDoes) {
  limits.most_penalty = 0ms;
  Gate gate = make();
  std::string almost = kToken;
  almost.back() = 'b';
  for (const std::string& line :
       {"nsedbg " + almost + "\n", std::string("nsedbg \n"), kToken + "\n", std::string("\n"),
        "nsedbg " + kToken + "\nContent-Length: 2\r\n\r\n{}\n", std::string(4000, 'x'),
        std::string("Content-Length: 10\r\n\r\n")}) {
    base::Fd end = come(gate);
    say(end, line);
    EXPECT_EQ(heard(end), "no: wrong token\n") << line;
  }
  EXPECT_TRUE(admitted.empty());
}

TEST_F(GateTest, EveryWrongOneIsDearer) {
  Gate gate = make();
  Clock::duration took[2];
  for (Clock::duration& one : took) {
    base::Fd end = come(gate);
    say(end, "nsedbg no\n");
    auto before = Clock::now();
    heard(end);
    one = Clock::now() - before;
  }
  EXPECT_GE(took[0], 20ms);
  EXPECT_GE(took[1], 40ms);
}

TEST_F(GateTest, WhoIsSilentIsSentAway) {
  limits.patience = 20ms;
  Gate gate = make();
  base::Fd end = come(gate);
  EXPECT_EQ(heard(end), "");
  EXPECT_EQ(gate.waiting(), 0u);
}

TEST_F(GateTest, TheNumberOfStrangersIsLimited) {
  Gate gate = make();
  base::Fd one = come(gate), two = come(gate), three = come(gate);
  EXPECT_EQ(heard(one), "");
  EXPECT_EQ(gate.waiting(), 2u);
}

TEST_F(GateTest, WhoIsSilentDoesNotKeepOthersOut) {
  Gate gate = make();
  std::vector<base::Fd> silent;
  for (int i = 0; i < 20; ++i) silent.push_back(come(gate));
  base::Fd end = come(gate);
  say(end, "nsedbg " + kToken + "\n");
  EXPECT_EQ(heard(end), "ok\n");
}

TEST_F(GateTest, WhoGuessesDoesNotKeepOthersOut) {
  limits.first_penalty = limits.most_penalty = 60s;
  Gate gate = make();
  base::Fd one = come(gate), two = come(gate);
  say(one, "nsedbg guess\n");
  loop.run_one();
  base::Fd three = come(gate);
  EXPECT_EQ(heard(one), "");
  say(three, "nsedbg " + kToken + "\n");
  EXPECT_EQ(heard(three), "ok\n");
}

}  // namespace
}  // namespace remote
