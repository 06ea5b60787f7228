// sudo and doas in front of nmap: may we, without a question in the middle of a session, and does
// the environment get through?
//
// sudo remembers a password per terminal (or, without one, per parent process). nmap is started
// without our terminal, where that memory may not count; then it stays in our session, but in a
// background process group, which keeps nmap's hands off the keyboard just as well.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "launch/child.h"
#include "launch/command.h"
#include "launch/environment.h"

namespace launch {

struct ElevationPlan {
  std::string program;  // the path of sudo or doas
  Session session = Session::kOwn;
  bool passes_nmapdir = false;  // `sudo NMAPDIR=… nmap` is allowed
};

// Who nmap will run as. Error: a user whose nmap could not read our private run directory.
base::Result<uid_t> target_uid(const Command& command);

// May ask for the password, in the foreground: the terminal must be in its normal state.
base::Result<ElevationPlan> prepare_elevation(const Command& command,
                                              const Environment& environment,
                                              const std::string& cwd);

}  // namespace launch
