// `nsedbg dap`: DAP on stdin and stdout, or on a socket, one session for each client.
#pragma once

#include <string>
#include <vector>

#include "client/commands.h"
#include "client/target.h"

namespace relay {

// `arguments` are those after `dap`. Returns the exit status.
int serve(const std::vector<std::string>& arguments, const client::MakeTarget& make_target,
          const client::MakeCommands& make_commands);

}  // namespace relay
