#include "client/loop.h"

#include <sys/epoll.h>

#include <asio.hpp>
#include <thread>

#include "base/fd.h"

namespace client {

struct Loop::State {
  asio::io_context io{1};  // one thread: Asio may leave its locks out
};

namespace {

// Asio takes a file and then says nothing ever again: epoll refuses files, and /dev/null.
bool can_be_waited_for(int fd) {
  base::Fd probe(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  return ::epoll_ctl(probe.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

// What a watch and its pending handler share: the handler outlives the watch by one turn.
struct Shared {
  bool alive = true;
  Loop::Callback callback;
};

class FdWatch : public Loop::Watch {
 public:
  using Wait = asio::posix::stream_descriptor::wait_type;
  FdWatch(asio::io_context& io, Wait wait, Loop::Callback callback)
      : wait_(wait),
        descriptor_(std::make_shared<asio::posix::stream_descriptor>(io)),
        shared_(std::make_shared<Shared>()) {
    shared_->callback = std::move(callback);
  }
  ~FdWatch() override {
    shared_->alive = false;
    if (descriptor_->is_open()) descriptor_->release();  // cancels; the descriptor stays open
  }
  bool open(int fd) {
    if (!can_be_waited_for(fd)) return false;
    asio::error_code error;
    descriptor_->assign(fd, error);
    if (error) return false;
    arm(descriptor_, wait_, shared_);
    return true;
  }

 private:
  using Descriptor = std::shared_ptr<asio::posix::stream_descriptor>;
  static void arm(const Descriptor& descriptor, Wait wait, const std::shared_ptr<Shared>& shared) {
    descriptor->async_wait(wait, [descriptor, wait, shared](const asio::error_code& error) {
      if (error || !shared->alive) return;
      shared->callback();
      if (shared->alive) arm(descriptor, wait, shared);
    });
  }
  Wait wait_;
  Descriptor descriptor_;
  std::shared_ptr<Shared> shared_;
};

class SignalWatch : public Loop::Watch {
 public:
  SignalWatch(asio::io_context& io, int number, Loop::Callback callback)
      : signals_(std::make_shared<asio::signal_set>(io)), shared_(std::make_shared<Shared>()) {
    shared_->callback = std::move(callback);
    asio::error_code error;
    signals_->add(number, error);
    if (!error) arm(signals_, shared_);
  }
  ~SignalWatch() override {
    shared_->alive = false;
    asio::error_code ignored;
    signals_->clear(ignored);
    signals_->cancel(ignored);
  }

 private:
  using Signals = std::shared_ptr<asio::signal_set>;
  static void arm(const Signals& signals, const std::shared_ptr<Shared>& shared) {
    signals->async_wait([signals, shared](const asio::error_code& error, int) {
      if (error || !shared->alive) return;
      arm(signals, shared);
      shared->callback();
    });
  }
  Signals signals_;
  std::shared_ptr<Shared> shared_;
};

class TimerWatch : public Loop::Watch {
 public:
  TimerWatch(asio::io_context& io, std::chrono::milliseconds delay, Loop::Callback callback)
      : timer_(io), shared_(std::make_shared<Shared>()) {
    shared_->callback = std::move(callback);
    timer_.expires_after(delay);
    timer_.async_wait([shared = shared_](const asio::error_code& error) {
      if (!error && shared->alive) shared->callback();
    });
  }
  ~TimerWatch() override {
    shared_->alive = false;
    timer_.cancel();
  }

 private:
  asio::steady_timer timer_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace

Loop::Loop() : state_(std::make_unique<State>()) {}
Loop::~Loop() = default;

Loop::WatchPtr Loop::watch(int fd, Callback readable) {
  auto watch = std::make_unique<FdWatch>(state_->io, FdWatch::Wait::wait_read, std::move(readable));
  if (!watch->open(fd)) return nullptr;
  return watch;
}

Loop::WatchPtr Loop::watch_writable(int fd, Callback writable) {
  auto watch =
      std::make_unique<FdWatch>(state_->io, FdWatch::Wait::wait_write, std::move(writable));
  if (!watch->open(fd)) return nullptr;
  return watch;
}

Loop::WatchPtr Loop::on_signal(int number, Callback callback) {
  return std::make_unique<SignalWatch>(state_->io, number, std::move(callback));
}

Loop::WatchPtr Loop::after(std::chrono::milliseconds delay, Callback callback) {
  return std::make_unique<TimerWatch>(state_->io, delay, std::move(callback));
}

// An answer of the agent's is often there within microseconds: looking again for as long as falling
// asleep and being woken takes costs at most that much more, and halves the time of a step.
bool Loop::run_one() {
  static const bool alone = std::thread::hardware_concurrency() < 2;
  auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(alone ? 0 : 50);
  do {
    if (poll_one()) return true;
  } while (std::chrono::steady_clock::now() < end);
  return state_->io.run_one() > 0;
}

bool Loop::poll_one() {
  if (state_->io.stopped()) state_->io.restart();
  return state_->io.poll_one() > 0;
}

}  // namespace client
