// `info threads`: the NSE threads that a filter lets through, in columns, pages or groups.
#pragma once

#include <string_view>

#include "cli/debugger.h"

namespace cli {

CommandResult threads_reply(Debugger& dbg, std::string_view arguments);

}  // namespace cli
