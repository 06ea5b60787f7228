// Where the agent's shared objects are: one for each Lua that nmap may have.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "launch/environment.h"
#include "launch/nmap.h"

namespace launch {

struct AgentFiles {
  std::string lua53;  // empty: not there
  std::string lua54;
};

// The directories that are searched: $NSEDBG_AGENT_DIR alone if it is set (developers), else
// ../lib/nsedbg beside the program, then the install directory. `program` is nsedbg's own path.
std::vector<std::string> agent_directories(const Environment& environment,
                                           const std::string& program);

// The agent for this nmap must be there and be made for the same machine; the other one is taken
// along if it is. Errors have exit code 3.
base::Result<AgentFiles> find_agent_files(const std::vector<std::string>& directories,
                                          const Nmap& nmap);

// The one agent for an nmap on another machine or in a container, whose `uname -m` says `machine`.
// In each directory a folder of that name comes first: there may be agents for several machines.
base::Result<std::string> find_foreign_agent(const std::vector<std::string>& directories,
                                             const Nmap& nmap, const std::string& machine);

// nsedbg's own path.
std::string own_program();

}  // namespace launch
