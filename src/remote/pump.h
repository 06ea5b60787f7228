// Bytes from one socket to another and back, until both ways have ended. Reads no more while the
// other side does not take what it got: neither is ever buffered for more than one read.
#pragma once

#include <functional>
#include <string>

#include "base/fd.h"
#include "client/loop.h"

namespace remote {

class Pump {
 public:
  // Non-blocking sockets. `over` may destroy the pump.
  Pump(client::Loop& loop, base::Fd one, base::Fd other, std::function<void()> over);
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

 private:
  // A descriptor has one watch: each way has descriptors of its own.
  struct Way {
    base::Fd from, to;
    client::Loop::WatchPtr watch;
    std::string unsent;
    bool ended = false;
  };
  void read(Way& way);
  void write(Way& way);
  void end(Way& way);
  void fail();

  client::Loop& loop_;
  std::function<void()> over_;
  Way ways_[2];
};

}  // namespace remote
