// The command `thread`: one NSE thread is selected, or a command is run in several.
#pragma once

#include <string_view>

#include "cli/debugger.h"

namespace cli {

CommandResult thread_command(Debugger& dbg, std::string_view arguments);

}  // namespace cli
