// Breakpoints as text, as JSON, and as the commands that set them again.
#pragma once

#include <string>

#include "cli/debugger.h"

namespace cli {

// "Breakpoint 1 at http-methods.nse:122 (line 120 has no code)".
std::string breakpoint_set_text(Debugger& dbg, const UserBreakpoint& breakpoint);
std::string breakpoint_list(Debugger& dbg, bool watches_only = false);  // info break, info watch
JsonObject breakpoint_json(const UserBreakpoint& breakpoint);
std::string breakpoint_commands_text(const UserBreakpoint& breakpoint);  // save

bool stands_at(const UserBreakpoint& breakpoint, const Location& location);

// A `breakpoint` event that changed something: shown if the user would want to know.
void show_breakpoint_change(Debugger& dbg, const UserBreakpoint& breakpoint);

}  // namespace cli
