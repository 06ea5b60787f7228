#include "remote/pump.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <thread>

namespace remote {
namespace {

struct Pair {
  Pair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ours = base::Fd(ends[0]);
    theirs = base::Fd(::dup(ends[1]));
    ::close(ends[1]);
  }
  base::Fd ours, theirs;
};

// More than any buffer takes, while the other side does not read: nothing is lost, nothing piles
// up, and the ends of both ways are passed on.
TEST(PumpTest, CarriesMuchBothWaysAndItsEnds) {
  constexpr size_t kMuch = 4 << 20;
  client::Loop loop;
  Pair left, right;
  bool over = false;
  for (const base::Fd* fd : {&left.theirs, &right.theirs})
    ASSERT_EQ(::fcntl(fd->get(), F_SETFL, O_NONBLOCK), 0);
  auto pump = std::make_unique<Pump>(loop, std::move(left.theirs), std::move(right.theirs),
                                     [&] { over = true; });
  auto send_all = [](int fd) {
    std::string much(kMuch, 'x');
    for (size_t done = 0; done < much.size();) {
      ssize_t n = ::send(fd, much.data() + done, much.size() - done, MSG_NOSIGNAL);
      if (n <= 0) return;
      done += static_cast<size_t>(n);
    }
    ::shutdown(fd, SHUT_WR);
  };
  size_t got[2] = {0, 0};
  auto read_all = [](int fd, size_t& count) {
    char bytes[4096];
    for (ssize_t n; (n = ::recv(fd, bytes, sizeof bytes, 0)) > 0;) count += static_cast<size_t>(n);
  };
  std::thread one([&] { send_all(left.ours.get()), read_all(left.ours.get(), got[0]); });
  std::thread two([&] { read_all(right.ours.get(), got[1]), send_all(right.ours.get()); });
  while (!over && loop.run_one()) {
  }
  pump.reset();
  one.join();
  two.join();
  EXPECT_EQ(got[0], kMuch);
  EXPECT_EQ(got[1], kMuch);
}

}  // namespace
}  // namespace remote
