// DAP messages over a socket, or over a pair of pipes: framing, reading when there is something,
// writing when there is room. Never waits; knows nothing of what the messages say.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "client/loop.h"
#include "dap/framing.h"

namespace client {

// The callbacks may close() the channel, but not destroy it.
class Channel {
 public:
  struct Callbacks {
    std::function<void(const std::string& json)> message;
    // The other side is gone, or sent what is not DAP. `why` is empty when it simply closed.
    std::function<void(const std::string& why)> closed;
  };
  // `out` invalid: `in` is a socket and serves both ways.
  Channel(Loop& loop, base::Fd in, base::Fd out, Callbacks callbacks);
  ~Channel() { close(); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // What the other side does not read yet is kept; one that never reads is given up.
  void send(std::string_view json);
  // Handles what has arrived already: the last words of a peer that has died.
  void drain();
  bool open() const { return in_.valid(); }
  void close();  // what is kept still goes out, if the other side reads at all

 private:
  void flush();
  bool write_some();
  void last_words();
  std::string_view unsent() const;
  void forget_backlog();
  bool read_some();
  void read_file();
  void fail(const std::string& why);

  Loop& loop_;
  base::Fd in_, out_;
  Callbacks callbacks_;
  Loop::WatchPtr watch_, writable_;
  dap::FrameReader reader_;
  std::string backlog_;  // from sent_ on still to be written
  size_t sent_ = 0;
};

}  // namespace client
