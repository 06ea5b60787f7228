// What signals mean to the debugger.
//
//   Ctrl-C    at the prompt: clears the line. While Lua is evaluated: gives that up. While the
//             scan runs: pauses it; a second one within a second interrupts nmap, as without us.
//             In a batch nobody could go on from a pause: nmap is interrupted at once.
//   Ctrl-Z    puts the terminal back first.
//   TERM, HUP the scan goes on by itself; the terminal is put back.
#pragma once

#include <chrono>
#include <vector>

#include "cli/debugger.h"
#include "cli/line_editor.h"

namespace cli {

class Signals {
 public:
  Signals(Debugger& dbg, LineEditor* editor);

 private:
  void on_interrupt();
  void on_suspend();
  void on_resize();
  [[noreturn]] void die(int number);

  Debugger& dbg_;
  LineEditor* editor_;  // null without a terminal
  std::chrono::steady_clock::time_point last_interrupt_{};
  int presses_ = 0;  // of Ctrl-C, each within a second of the one before
  std::vector<client::Loop::WatchPtr> watches_;
};

// If the program itself crashes, the terminal is put back before it dies.
void guard_terminal();

}  // namespace cli
