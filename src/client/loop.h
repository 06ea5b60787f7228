// The program's event loop: file descriptors, signals and timers, on one thread.
//
// A thin face over Asio, for two reasons: everything here is "tell me when this can be read", and
// only loop.cc pays Asio's compile time. Nothing runs unless somebody calls run_one(): a front end
// that waits for an answer turns the loop itself, so nmap's output and signals are served
// meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace client {

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Alive as long as the watch is; the descriptor stays the caller's.
  class Watch {
   public:
    virtual ~Watch() = default;
  };
  using WatchPtr = std::unique_ptr<Watch>;
  using Callback = std::function<void()>;

  // `readable` runs whenever a read would not block (end of file too: then drop the watch).
  // It may destroy its own watch. Null if the kernel cannot wait for this descriptor (a file).
  [[nodiscard]] WatchPtr watch(int fd, Callback readable);
  // The same for writing. A descriptor has one watch: to read and write, dup() it.
  [[nodiscard]] WatchPtr watch_writable(int fd, Callback writable);
  [[nodiscard]] WatchPtr on_signal(int number, Callback callback);
  [[nodiscard]] WatchPtr after(std::chrono::milliseconds delay, Callback callback);

  // Waits for one thing to happen and does it. False if there is nothing to wait for.
  bool run_one();
  // Does one thing that is due already, if any.
  bool poll_one();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace client
