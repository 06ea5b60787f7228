// `skip`, as gdb's: files and functions that steps go through. Numbered, kept from run to run.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/command.h"
#include "dap/nse_requests.h"
#include "dap/requests.h"

namespace cli {

struct Debugger;

struct UserSkip {
  int number = 0;
  dap::Skip skip;  // a file or a function
  bool enabled = true;

  std::string text() const;     // "file http.lua"
  std::string command() const;  // that sets it again
};

// skip [nselib | FILE | FUNCTION | file [FILE] | function [NAME] | delete|enable|disable [N...]]
CommandResult skip_command(Debugger& dbg, std::string_view text);
CommandResult info_skip(Debugger& dbg, std::string_view text);

// Tells the agent.
base::Status send_skips(Debugger& dbg);

}  // namespace cli
