// `nsedbg serve`: an nmap that is debugged from elsewhere. A relay of bytes between a TCP port,
// behind a gate, and the agent's Unix socket: the agent itself never listens on a network.
#pragma once

#include <string>
#include <vector>

#include "client/target.h"

namespace remote {

// `arguments` after "serve"; the program's exit status.
int serve(const std::vector<std::string>& arguments, const client::MakeTarget& make_target);

}  // namespace remote
