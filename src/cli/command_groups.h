// The rows of the command table, by group; command.cc strings them together.
#pragma once

#include "cli/command.h"

namespace cli {

std::span<const Command> run_commands();
std::span<const Command> step_commands();
std::span<const Command> breakpoint_commands();
std::span<const Command> network_commands();
std::span<const Command> stack_commands();
std::span<const Command> data_commands();
std::span<const Command> why_commands();
std::span<const Command> misc_commands();

}  // namespace cli
