// A program in a pseudo-terminal, used as a person uses it: type, wait for what appears.
//
// Waits have a deadline and no test sleeps: a wait ends when the text is there, or the test fails
// with the whole screen so far.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"

namespace testing_cli {

using Environment = std::vector<std::pair<std::string, std::string>>;

class Terminal {
 public:
  Terminal(const std::vector<std::string>& argv, const Environment& environment);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& keys);
  void enter(const std::string& line) { type(line + "\r"); }

  // True once `text` has appeared after what the last wait found. Colours are not part of it.
  bool sees(const std::string& text);
  // The program's exit status (128 + signal) once it has ended; -1 if it does not.
  int status();
  bool echoes() const;  // the terminal is in its usual, cooked state

  pid_t pid() const { return pid_; }
  void send_signal(int number) const;
  // All output so far, without escape sequences and carriage returns.
  std::string screen() const;

 private:
  bool read_more(std::chrono::steady_clock::time_point deadline);

  pid_t pid_ = -1;
  base::Fd fd_;
  std::string raw_;
  size_t seen_ = 0;       // in screen()
  bool gave_up_ = false;  // a wait failed: the rest of the test is not worth waiting for
};

// A program without a terminal, to its end.
struct Finished {
  int status = -1;
  std::string out;
  std::string err;
};
Finished run_program(const std::vector<std::string>& argv, const Environment& environment,
                     const std::string& input = "");

}  // namespace testing_cli
