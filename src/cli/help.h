// Help from the command table.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/command.h"

namespace cli {

std::string help_overview();
std::string help_info();
base::Result<std::string> help_for(std::string_view word, std::string_view second);
std::string synopsis(const Command& command);  // "continue (c) [N]"

}  // namespace cli
