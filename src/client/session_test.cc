// A Session against a scripted adapter at the other end of a socket pair.
#include "client/session.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <thread>

namespace client {
namespace {

struct Recorder : EventHandler {
  using EventHandler::on;
  void on(const dap::StoppedEvent& event) override {
    ++stops;
    reason = event.reason;
  }
  void on_closed(const std::string& why) override {
    closed = true;
    closed_why = why;
  }
  int stops = 0;
  std::string reason;
  bool closed = false;
  std::string closed_why;
};

// The adapter: writes bytes at once; the kernel keeps them until the session reads.
struct Peer {
  Peer() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    ours = base::Fd(fds[0]);
    theirs = base::Fd(fds[1]);
  }
  void raw(const std::string& bytes) {
    EXPECT_EQ(::write(theirs.get(), bytes.data(), bytes.size()),
              static_cast<ssize_t>(bytes.size()));
  }
  void send(const std::string& json) { raw(dap::frame(json)); }
  std::string read_request() {
    char buffer[4096];
    for (;;) {
      if (auto json = reader.next()) return *json;
      ssize_t n = ::read(theirs.get(), buffer, sizeof buffer);
      if (n <= 0) return "";
      reader.feed({buffer, static_cast<size_t>(n)});
    }
  }
  base::Fd ours, theirs;
  dap::FrameReader reader;
};

constexpr const char* kThreadsAnswer =
    R"({"seq":1,"type":"response","request_seq":1,"success":true,"command":"threads",)"
    R"("body":{"threads":[{"id":7,"name":"x"}]}})";
constexpr const char* kStopped =
    R"({"seq":2,"type":"event","event":"stopped","body":{"reason":"step","threadId":7}})";

TEST(Session, AnswersAreTyped) {
  Loop loop;
  Peer peer;
  Recorder recorder;
  Session session(loop, std::move(peer.ours), recorder);
  peer.send(kThreadsAnswer);
  auto answer = session.request<dap::Threads>({});
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->threads.at(0).id, 7);
}

TEST(Session, EventsBeforeTheAnswerReachTheHandler) {
  Loop loop;
  Peer peer;
  Recorder recorder;
  Session session(loop, std::move(peer.ours), recorder);
  peer.raw(dap::frame(kStopped) + dap::frame(kStopped) + dap::frame(kThreadsAnswer));
  EXPECT_TRUE(session.request<dap::Threads>({}).ok());
  EXPECT_EQ(recorder.stops, 2);
  EXPECT_EQ(recorder.reason, "step");
}

TEST(Session, ErrorsSpeakTheAdaptersWords) {
  Loop loop;
  Peer peer;
  Recorder recorder;
  Session session(loop, std::move(peer.ours), recorder);
  peer.send(dap::error_json(1, 1, "evaluate", "attempt to index a nil value"));
  auto answer = session.request<dap::Evaluate>({});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().message, "attempt to index a nil value");
}

TEST(Session, GarbageEndsItWithAReason) {
  Loop loop;
  Peer peer;
  Recorder recorder;
  Session session(loop, std::move(peer.ours), recorder);
  peer.raw("HTTP/1.1 400 Bad Request\r\n\r\n");
  auto answer = session.request<dap::Threads>({});
  ASSERT_FALSE(answer.ok());
  EXPECT_NE(answer.error().message.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(recorder.closed);
  EXPECT_FALSE(session.open());
}

TEST(Session, AClosedConnectionIsSaid) {
  Loop loop;
  Peer peer;
  Recorder recorder;
  Session session(loop, std::move(peer.ours), recorder);
  peer.theirs.reset();
  EXPECT_FALSE(session.request<dap::Threads>({}).ok());
  EXPECT_TRUE(recorder.closed);
  EXPECT_EQ(recorder.closed_why, "");
  EXPECT_FALSE(session.request<dap::Threads>({}).ok());
}

TEST(Session, CancelNamesTheRequestThatWaits) {
  Loop loop;
  Peer peer;
  Recorder recorder;
  Session session(loop, std::move(peer.ours), recorder);
  EXPECT_FALSE(session.cancel());
  std::thread adapter([&] {
    peer.read_request();
    std::string cancel = peer.read_request();
    EXPECT_NE(cancel.find("\"requestId\":1"), std::string::npos) << cancel;
    peer.send(dap::error_json(1, 1, "evaluate", "interrupted"));
  });
  auto soon = loop.after(std::chrono::milliseconds(1), [&] { EXPECT_TRUE(session.cancel()); });
  auto answer = session.request<dap::Evaluate>({});
  adapter.join();
  EXPECT_EQ(answer.error().message, "interrupted");
}

TEST(Session, LogsEveryMessageAndTheCut) {
  std::string path = ::testing::TempDir() + "session_test_log.jsonl";
  std::remove(path.c_str());
  {
    Loop loop;
    Peer peer;
    Recorder recorder;
    auto log = MessageLog::open(path);
    ASSERT_TRUE(log.ok());
    Session session(loop, std::move(peer.ours), recorder, std::move(*log));
    peer.send(kThreadsAnswer);
    EXPECT_TRUE(session.request<dap::Threads>({}).ok());
    session.post<dap::Pause>({});
  }
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].rfind("{\"dir\":\"in\",\"session\":\"", 0), 0u);
  EXPECT_EQ(lines[1].rfind("{\"dir\":\"out\",", 0), 0u);
  EXPECT_EQ(lines[3].rfind("{\"cut\":true,", 0), 0u);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace client
