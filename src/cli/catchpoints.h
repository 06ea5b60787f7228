// `catch KIND [on|off] [if COND]`: what stops the scan without being a place. A kind is one row of
// a table, which drives the command, its completion, its errors and `info break`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"

namespace cli {

struct Debugger;

struct CatchKind {
  const char* name;
  const char* what;    // "Uncaught errors"
  const char* filter;  // an exception filter of the agent; null: the network
  CommandResult (*run)(Debugger&, const CatchKind&, std::string_view arguments);
};
std::span<const CatchKind> catch_kinds();

// What the user has set of an exception filter; kept from run to run.
struct Catchpoint {
  const CatchKind* kind = nullptr;
  bool on = false;
  std::string condition;
};
std::vector<Catchpoint> default_catchpoints();

CommandResult catch_command(Debugger& dbg, std::string_view text);

// Tells the agent which errors stop (setExceptionBreakpoints).
base::Status send_exception_filters(Debugger& dbg);

// One line for each that is on, for `info break`; and as members of its JSON result.
std::string catch_list(Debugger& dbg);
std::string catch_commands_text(Debugger& dbg);  // `save`: what is not as at the start
JsonArray catch_json(Debugger& dbg);

}  // namespace cli
