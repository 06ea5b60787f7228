// What stands: all of the scan, or in non-stop mode one thread or several, of which one is looked
// at.
#include <utility>

#include "client/debuggee.h"

namespace client {
namespace {

bool stops_all(const dap::StoppedEvent& event) { return event.allThreadsStopped.value_or(true); }

}  // namespace

// Non-stop: one thread went on, and others stand still.
void Debuggee::settle_on_standing() {
  if (state_ != State::kRunning || awaited_ || standing_.empty()) return;
  state_ = State::kStopped;
  stop_ = standing_.front().event;
}

bool Debuggee::stands(int thread) const {
  for (const Standing& one : standing_)
    if (one.event.threadId == thread) return true;
  return false;
}

std::vector<int> Debuggee::standing() const {
  std::vector<int> threads;
  for (const Standing& one : standing_) threads.push_back(one.event.threadId.value_or(1));
  return threads;
}

void Debuggee::choose(int thread) {
  for (const Standing& one : standing_)
    if (one.event.threadId == thread) stop_ = one.event;
}

bool Debuggee::take_news() {
  for (Standing& one : standing_)
    if (one.event.threadId == stop_.threadId) return std::exchange(one.news, false);
  return false;
}

// `thread` does, or all if all stands.
void Debuggee::going_on(int thread) {
  std::erase_if(standing_, [&](const Standing& one) {
    return one.event.threadId == thread || stops_all(one.event);
  });
}

// A step is waited for even if others stop: its thread is the one that matters.
void Debuggee::on(const dap::StoppedEvent& event) {
  threads_.clear();
  if (state_ == State::kDetached) return;
  std::erase_if(standing_,
                [&](const Standing& one) { return one.event.threadId == event.threadId; });
  standing_.push_back({event});
  bool other = awaited_ && event.threadId != awaited_ && !stops_all(event);
  if (other || state_ == State::kStopped) {
    if (hooks_.also_stopped) hooks_.also_stopped(event);
    return;
  }
  state_ = State::kStopped;
  stop_ = event;
}

void Debuggee::on(const dap::ContinuedEvent& event) {
  going_on(event.threadId);
  if (event.allThreadsContinued.value_or(true)) standing_.clear();
  if (state_ == State::kStopped && standing_.empty()) state_ = State::kRunning;
}

void Debuggee::on(const dap::ThreadEvent& event) {
  threads_.clear();
  if (event.reason != "exited") return;
  auto stood = std::erase_if(
      standing_, [&](const Standing& one) { return one.event.threadId == event.threadId; });
  if (stood && standing_.empty() && state_ == State::kStopped) state_ = State::kRunning;
  if (event.threadId != awaited_) return;
  awaited_ = 0;
  settle_on_standing();
}

}  // namespace client
