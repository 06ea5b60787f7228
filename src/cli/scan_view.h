// nmap's script engine at a glance: `info scan`, `info mutexes`, `set nmap …`.
#pragma once

#include <string_view>

#include "cli/debugger.h"

namespace cli {

CommandResult scan_reply(Debugger& dbg, std::string_view arguments);
CommandResult locks_reply(Debugger& dbg, std::string_view arguments);

// "debug 2", "verbose 1".
CommandResult set_nmap_reply(Debugger& dbg, std::string_view arguments);

}  // namespace cli
