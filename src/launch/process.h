// The running nmap: started apart from our terminal, its output in our hands.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "launch/child.h"

namespace launch {

class Process {
 public:
  struct Options {
    ChildSpec child;            // stdio is filled in here
    bool tty_output = false;    // stdout is a pseudo-terminal, so that it comes line by line
    bool passes_stdin = false;  // -iL -: nmap reads our stdin; else /dev/null
  };
  static base::Result<Process> start(Options options);

  pid_t pid() const { return pid_; }  // sudo's, where there is one: only root may signal that
  // Both non-blocking. With tty_output the end of `out` is read() failing with EIO.
  const base::Fd& out() const { return out_; }
  const base::Fd& err() const { return err_; }
  // Becomes readable when the process has ended.
  const base::Fd& exit_event() const { return exit_event_; }

  // Shell status (128 + signal) once it has ended; nothing while it runs. Never blocks.
  std::optional<int> poll_exit();
  base::Result<int> wait();  // blocks
  // Our terminal was resized: nmap's follows.
  void copy_window_size() const;

 private:
  pid_t pid_ = -1;
  base::Fd out_, err_, exit_event_;
  bool is_tty_ = false;
  std::optional<int> status_;
};

}  // namespace launch
