// Commands about the network: what catch, tcatch and info share.
#pragma once

#include "cli/command.h"

namespace cli {

// `catch send …`, as opposed to `catch error`.
bool is_network_catch(std::string_view arguments);
CommandResult catch_network(Debugger& dbg, std::string_view arguments, bool temporary);

CommandResult info_sockets(Debugger& dbg, std::string_view arguments);

}  // namespace cli
