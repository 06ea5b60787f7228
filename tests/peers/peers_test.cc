#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/socket.h>

#include "peers/http_peer.h"
#include "peers/tcp_peer.h"

namespace {

base::Fd dial(int port, const char* address = "127.0.0.1") {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, address, &name.sin_addr);
  base::Fd fd(socket(AF_INET, SOCK_STREAM, 0));
  const timeval deadline{10, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) fd.reset();
  return fd;
}

void say(const base::Fd& fd, std::string_view bytes) {
  ASSERT_EQ(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), ssize_t(bytes.size()));
}

// What comes until the other side closes; "reset" if it resets.
std::string hear_all(const base::Fd& fd) {
  std::string heard;
  char buffer[256];
  ssize_t count;
  while ((count = recv(fd.get(), buffer, sizeof buffer, 0)) > 0) {
    heard.append(buffer, static_cast<size_t>(count));
  }
  return count < 0 && errno == ECONNRESET ? "reset" : heard;
}

TEST(TcpPeer, PlaysItsSteps) {
  peers::TcpPeer peer({peers::expect("PING\r\n"), peers::send("PONG\r\n"), peers::close()});
  base::Fd fd = dial(peer.port());
  say(fd, "noise PI");
  say(fd, "NG\r\n");
  EXPECT_EQ(hear_all(fd), "PONG\r\n");
  EXPECT_TRUE(peer.await_completed(1));
  EXPECT_EQ(peer.received(), "noise PING\r\n");
}

TEST(TcpPeer, HoldsBackUntilTheGateOpens) {
  peers::TcpPeer peer({peers::gate(), peers::send("late"), peers::close()});
  base::Fd fd = dial(peer.port());
  ASSERT_TRUE(peer.await_at_gate());
  char byte;
  EXPECT_LT(recv(fd.get(), &byte, 1, MSG_DONTWAIT), 0);
  peer.open_gate();
  EXPECT_EQ(hear_all(fd), "late");
}

TEST(TcpPeer, ResetsAndListensElsewhere) {
  peers::TcpPeer peer({peers::expect("x"), peers::reset()}, {.address = "127.0.0.2"});
  base::Fd fd = dial(peer.port(), "127.0.0.2");
  say(fd, "x");
  EXPECT_EQ(hear_all(fd), "reset");
}

TEST(TcpPeer, ServesEachConnectionFromTheStart) {
  peers::TcpPeer peer({peers::expect("x"), peers::send("y"), peers::close()});
  dial(peer.port());  // a port scan: comes and goes
  for (int i = 0; i < 2; ++i) {
    base::Fd fd = dial(peer.port());
    say(fd, "x");
    EXPECT_EQ(hear_all(fd), "y");
  }
  EXPECT_TRUE(peer.await_completed(2));
}

TEST(TcpPeer, SaysWhyAConnectionFailed) {
  peers::TcpPeer peer({peers::expect("never")}, {.deadline = std::chrono::seconds(1)});
  base::Fd fd = dial(peer.port());
  EXPECT_FALSE(peer.await_completed(1));
  hear_all(fd);
  ASSERT_EQ(peer.failures().size(), 1u);
  EXPECT_EQ(peer.failures()[0], "deadline passed while waiting for bytes");
}

TEST(TcpPeer, EndsAtOnceWhateverItWaitsFor) {
  base::Fd a, b;
  peers::TcpPeer peer({peers::gate()});
  a = dial(peer.port());
  b = dial(peer.port());
  ASSERT_TRUE(peer.await_at_gate(2));
}

TEST(HttpPeer, AnswersOptions) {
  peers::HttpPeer peer;
  httplib::Client client("127.0.0.1", peer.port());
  auto result = client.Options("/x");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->get_header_value("Allow"), "GET, HEAD, POST, OPTIONS, PUT, DELETE");
  EXPECT_TRUE(peer.await_requests(1));
  EXPECT_EQ(peer.requests(), std::vector<std::string>{"OPTIONS /x"});
}

TEST(HttpPeer, HasATitle) {
  peers::HttpPeer peer("127.0.0.2");
  httplib::Client client("127.0.0.2", peer.port());
  auto result = client.Get("/");
  ASSERT_TRUE(result);
  EXPECT_NE(result->body.find("<title>A peer</title>"), std::string::npos);
}

TEST(HttpPeer, EndsThoughNeverAsked) { peers::HttpPeer peer; }

TEST(HttpPeer, CannotListenTwice) {
  peers::TcpPeer first({});
  EXPECT_EQ(peers::HttpPeer("127.0.0.1", first.port()).port(), -1);
}

}  // namespace
