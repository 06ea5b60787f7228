// The other end of a script's socket, played from a list of steps.
//
// Most bugs between a debugger and the network show up only when a byte comes late, or not at all,
// or after the connection was reset. A TcpPeer does exactly what its steps say and nothing by
// time: where a test wants "not yet", the peer stands at a gate until the test opens it. So tests
// need no sleeps, and fail within the deadline instead of hanging.
//
//   peers::TcpPeer peer({peers::expect("PING\r\n"), peers::gate(), peers::send("PONG\r\n")});
//   ... connect to peer.port(), stop in the debugger ...
//   ASSERT_TRUE(peer.await_at_gate());   // the question has come, the answer is held back
//   peer.open_gate();
//   ASSERT_TRUE(peer.await_completed(1));
//
// Every connection gets the steps from the start, on a thread of its own: nmap's port scan
// connects too, and leaves. A connection that does not get through its steps counts as incomplete;
// failures() says why.
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"

namespace peers {

struct Step {
  enum class Kind { kExpect, kSend, kGate, kClose, kReset };
  Kind kind;
  std::string bytes;
};

// Read on until these bytes have come; they and what came before them are used up.
inline Step expect(std::string bytes) { return {Step::Kind::kExpect, std::move(bytes)}; }
inline Step send(std::string bytes) { return {Step::Kind::kSend, std::move(bytes)}; }
// Wait for one TcpPeer::open_gate().
inline Step gate() { return {Step::Kind::kGate, {}}; }
// After the last step the peer waits for the other side to leave; these two end it at once.
inline Step close() { return {Step::Kind::kClose, {}}; }
inline Step reset() { return {Step::Kind::kReset, {}}; }  // a RST, not a FIN

class TcpPeer {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    int port = 0;                       // 0: a free one
    std::chrono::seconds deadline{20};  // for each wait of a step and each await_...
  };

  explicit TcpPeer(std::vector<Step> steps) : TcpPeer(std::move(steps), Options()) {}
  TcpPeer(std::vector<Step> steps, Options options);
  ~TcpPeer();  // ends all connections
  TcpPeer(const TcpPeer&) = delete;
  TcpPeer& operator=(const TcpPeer&) = delete;

  int port() const { return port_; }  // 0: could not listen, see failures()
  void open_gate();                   // lets one connection through one gate

  // Each waits until it is so, at most the deadline; false if it is not.
  [[nodiscard]] bool await_at_gate(int connections = 1);
  [[nodiscard]] bool await_completed(int connections);

  std::string received() const;               // all bytes, of all connections, as they came
  std::vector<std::string> failures() const;  // why connections did not complete

 private:
  struct Connection;

  bool listen();
  void accept_loop();
  void serve(base::Fd socket);
  bool run_step(Connection& connection, const Step& step);
  bool expect_bytes(Connection& connection, const std::string& bytes);
  bool send_bytes(Connection& connection, std::string_view bytes);
  bool stand_at_gate(Connection& connection);
  bool wait_for_end(Connection& connection);
  bool receive(Connection& connection);
  bool wait_ready(Connection& connection, int fd, short events, const char* what);
  void fail(std::string why);

  const std::vector<Step> steps_;
  const Options options_;
  int port_ = 0;
  base::Fd listener_;
  base::Fd stop_;  // eventfd, readable from the destructor on: wakes every wait
  base::Fd gate_;  // eventfd as a semaphore: its count is the number of open_gate() not yet used

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  int at_gate_ = 0;
  int completed_ = 0;
  std::string received_;
  std::vector<std::string> failures_;
  std::vector<std::thread> connections_;  // only the accepting thread adds to it

  std::thread acceptor_;  // last: it uses all of the above
};

}  // namespace peers
