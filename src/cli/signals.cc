#include "cli/signals.h"

#include <signal.h>
#include <unistd.h>

namespace cli {
namespace {

constexpr std::chrono::seconds kTwice{1};

extern "C" void on_crash(int number) {
  restore_terminal();
  ::raise(number);  // SA_RESETHAND: now it kills
}

}  // namespace

Signals::Signals(Debugger& dbg, LineEditor* editor) : dbg_(dbg), editor_(editor) {
  client::Loop& loop = dbg.loop;
  watches_.push_back(loop.on_signal(SIGINT, [this] { on_interrupt(); }));
  watches_.push_back(loop.on_signal(SIGTSTP, [this] { on_suspend(); }));
  watches_.push_back(loop.on_signal(SIGWINCH, [this] { on_resize(); }));
  for (int number : {SIGTERM, SIGHUP})
    watches_.push_back(loop.on_signal(number, [this, number] { die(number); }));
}

void Signals::on_interrupt() {
  if (editor_ && editor_->active()) return editor_->interrupt();
  dbg_.interrupted = true;
  auto now = std::chrono::steady_clock::now();
  presses_ = now - last_interrupt_ < kTwice ? presses_ + 1 : 1;
  last_interrupt_ = now;
  // One more for an evaluation: giving that up must not cost the scan.
  int enough = dbg_.debuggee.stopped() ? 3 : 2;
  bool comes_in =
      dbg_.debuggee.joined() && dbg_.debuggee.state() == client::Debuggee::State::kStarting;
  if (!comes_in && (presses_ >= enough || dbg_.batch)) return dbg_.debuggee.interrupt_nmap();
  if (dbg_.debuggee.stopped() && dbg_.debuggee.cancel()) return;
  if (dbg_.debuggee.state() == client::Debuggee::State::kStarting && !dbg_.debuggee.joined())
    dbg_.console.print(
        "[will pause when nmap's script engine starts; Ctrl-C again to interrupt "
        "nmap]");
  dbg_.debuggee.pause();
}

void Signals::on_suspend() {
  if (editor_)
    editor_->suspend();
  else
    ::kill(::getpid(), SIGSTOP);
}

void Signals::on_resize() {
  if (editor_) editor_->resized();
  dbg_.debuggee.resized();
}

void Signals::die(int number) {
  if (editor_) editor_->save_history();
  restore_terminal();
  dbg_.debuggee.abandon();
  ::_exit(128 + number);
}

void guard_terminal() {
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGQUIT})
    ::sigaction(number, &action, nullptr);
}

}  // namespace cli
