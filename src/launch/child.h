// fork and exec, once for everybody: signals reset in the child, errno of a failed exec brought
// back through a close-on-exec pipe. Between fork and exec only async-signal-safe calls are made.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "launch/environment.h"

namespace launch {

// How the child relates to our terminal.
enum class Session {
  kOwn,         // setsid: no controlling terminal at all, nmap cannot touch ours
  kBackground,  // a background process group of our session: sudo's ticket belongs to the terminal
  kOurs,        // as a shell runs a command in the foreground
};

struct ChildSpec {
  std::string path;  // what is executed; argv[0] may be something else
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value"
  std::string cwd;                       // empty: ours
  int stdio[3] = {-1, -1, -1};           // -1: inherited
  Session session = Session::kOwn;
};

// The child's pid, or why it could not be started ("cannot run PATH: Permission denied").
base::Result<pid_t> start_child(const ChildSpec& spec);

// The exit status as a shell shows it: 128 + signal for a killed process.
int shell_status(int wait_status);
base::Result<int> wait_child(pid_t pid);

struct Output {
  int status = 0;  // shell status
  bool timed_out = false;
  std::string text;  // stdout and stderr together
};

// Runs a command to its end with stdin from /dev/null if it is given none, as the leader of its own
// session or group. `spec` may bring another stderr. It is killed at the deadline, and its output
// is cut at 1 MiB.
base::Result<Output> run_captured(ChildSpec spec, std::chrono::milliseconds deadline);

}  // namespace launch
