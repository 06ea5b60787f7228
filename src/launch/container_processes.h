// The processes of a container, as this machine knows them: those that share the mount namespace of
// its first one. They have other process ids in there.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "launch/engine.h"
#include "launch/running_nmap.h"

namespace launch {

// Ours, of the process that has the id `inside` in the container. Errors list the nmaps there.
base::Result<pid_t> find_in_container(const Place& place, pid_t inside);
// Of the only nmap there with `part` in its command line.
base::Result<pid_t> find_in_container(const Place& place, const std::string& part);

// Those that have been started with `mark` in their command line or environment.
std::vector<pid_t> marked_processes(const Place& place, const std::string& mark);

// A connection to the agent that is in the process already; invalid: none is.
base::Result<base::Fd> join_agent(pid_t pid);

}  // namespace launch
