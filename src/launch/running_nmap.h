// An nmap that somebody else has started: is it one, which Lua has it, and may we?
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace launch {

struct RunningNmap {
  pid_t pid = 0;
  std::vector<std::string> words;  // its command line

  std::string command() const;  // "nmap -sV …"
  std::string text() const;     // "1234  nmap -sV …"
};

// A line each, for messages.
std::string list_of(const std::vector<RunningNmap>& nmaps);

// "State", "Uid" and the like of /proc/PID/status: all that stands behind it.
std::string status_field(pid_t pid, const std::string& name);

std::vector<std::string> command_line(pid_t pid);

// All that are named nmap, of every user.
std::vector<RunningNmap> running_nmaps();

// Which of `all` is the only one with `part` in its command line. Errors list what there is;
// `where` is " in …", or empty.
base::Result<size_t> only_one_with(const std::string& part, const std::vector<RunningNmap>& all,
                                   const std::string& where);

// The same of all that run here.
base::Result<pid_t> find_running_nmap(const std::string& part);

// A process that can be entered: not gone, not traced, of our machine, an nmap. Errors say what it
// is instead.
base::Result<RunningNmap> look_at_nmap(pid_t pid);

// PTRACE_SEIZE has failed: whom it is permitted to, here.
base::Error why_no_ptrace(pid_t pid, int error);

}  // namespace launch
