// Where another process keeps its Lua state, if Lua is part of its executable.
#pragma once

#include <vector>

#include "launch/remote_elf.h"

namespace launch {

// The address of the variable, one of those in `variables`; 0 if none holds a main state of Lua 5.3
// or 5.4 now.
Address find_main_state(const RemoteMemory& memory, const std::vector<RemoteElf::Range>& variables);

}  // namespace launch
