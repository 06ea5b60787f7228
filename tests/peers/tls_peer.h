// A TLS server that a test plays by hand: `openssl s_server` with its standard input and output.
//
//   peers::TlsPeer peer("127.0.0.3", 8000);
//   ASSERT_TRUE(peer.await("question\n"));   // decrypted; it has come
//   peer.send("answer\n");                   // to whoever is connected
//
// It takes one connection after the other. It has a certificate of its own, made for it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/fd.h"

namespace peers {

class TlsPeer {
 public:
  TlsPeer(const std::string& address, int port);  // listens when this returns, or ok() is false
  ~TlsPeer();                                     // ends all
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  bool ok() const { return ok_; }
  // Waits until the server has said or received that text; what came up to it is used up. False
  // after the deadline.
  [[nodiscard]] bool await(const std::string& text);
  // Must not begin with a letter that is a command of s_server: q, Q, r, R, P, S, B.
  void send(const std::string& bytes);
  const std::string& seen() const { return seen_; }  // everything it has said

 private:
  void make_certificate();
  void start(const std::string& address, int port);

  std::string directory_;
  pid_t pid_ = 0;
  base::Fd in_, out_;
  std::string seen_;
  size_t used_ = 0;
  bool ok_ = false;
};

}  // namespace peers
