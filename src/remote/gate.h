// Where a stranger stands until he has shown the token. Nothing that he sends is looked at but for
// one line of limited length, within a limited time. A wrong one costs time, and every wrong one
// makes the next one dearer, whoever shows it; a right one costs none.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "client/loop.h"

namespace remote {

struct GateLimits {
  std::chrono::milliseconds patience{10'000};      // for the line with the token
  std::chrono::milliseconds first_penalty{500};    // doubled by each wrong token …
  std::chrono::milliseconds most_penalty{16'000};  // … up to this
  size_t most_waiting = 16;                        // strangers at a time
};

class Gate {
 public:
  using Admit = std::function<void(base::Fd)>;
  Gate(client::Loop& loop, std::string token, GateLimits limits, Admit admit)
      : loop_(loop), token_(std::move(token)), limits_(limits), admit_(std::move(admit)) {}

  // A non-blocking socket. If there are too many, one that waits for its punishment is closed, or
  // the one that has said nothing for longest.
  void arrive(base::Fd stranger);
  size_t waiting() const { return strangers_.size(); }

 private:
  struct Stranger {
    base::Fd socket;
    std::string line;
    client::Loop::WatchPtr readable, timer;
  };
  void read(Stranger& stranger);
  void judge(Stranger& stranger);
  void punish(Stranger& stranger);
  void send_away(Stranger& stranger);

  client::Loop& loop_;
  std::string token_;
  GateLimits limits_;
  Admit admit_;
  int wrong_ = 0;
  std::vector<std::unique_ptr<Stranger>> strangers_;
};

}  // namespace remote
