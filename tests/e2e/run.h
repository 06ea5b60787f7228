// The real program, as a user types it, on a real nmap: running it, and what came of it.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/fd.h"
#include "support/nmaps.h"
#include "support/sandbox.h"

namespace e2e {

using Words = std::vector<std::string>;

// A program with pipes instead of a terminal. Every wait has a deadline; none sleeps.
class Process {
 public:
  // Runs in `directory`, with the sandbox's environment and `more`, entries "NAME=VALUE".
  Process(const support::Sandbox& sandbox, const std::string& directory, const Words& argv,
          const Words& more = {});
  ~Process();  // kills it
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void type(const std::string& line);    // into its standard input, which stays open
  bool prints(const std::string& text);  // waits until it has printed that, ever
  int finish();  // waits for its end: the exit status, 128 + signal, or -1 past the deadline
  const std::string& output() const { return output_; }  // both streams, as they came

 private:
  bool read_more();

  pid_t pid_ = -1;
  base::Fd input_, from_;
  std::string output_;
};

struct Finished {
  int status = -1;
  std::string output;
};

class EndToEnd : public support::OnBothNmaps {
 protected:
  // Runs to its end without input.
  Finished run(const Words& argv, const std::string& directory = "", const Words& more = {});
  // "nsedbg run --batch OPTIONS -- NMAP -n -Pn ARGUMENTS"
  Words debugged(const Words& options, const Words& arguments) const;
  Words plain(const Words& arguments) const;  // "NMAP -n -Pn ARGUMENTS"

  // Processes that have this test's sandbox in their environment.
  std::vector<pid_t> processes(const std::string& name = "") const;
  bool await_end(const std::vector<pid_t>& pids) const;  // false past the deadline

  support::Sandbox sandbox_;
};

// Those of this name, or all, that have `mark` in their environment.
std::vector<pid_t> all_processes(const std::string& mark, const std::string& name = "");
bool contains(const std::string& text, const std::string& part);
// A report without what differs from one scan to the next: dates, times, latencies.
std::string normalised(const std::string& report);

}  // namespace e2e
