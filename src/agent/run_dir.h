// The run directory (launch/runtime_dir.h) when nobody else is left to remove it.
#pragma once

#include <string>

namespace agent {

// Main thread, at start. Locks the pid file, shared and for good: no other nsedbg takes the
// directory for a dead run's while nmap lives.
void remember_run_dir(const std::string& path);

// At exit, when no client is connected (detached, killed): removes what the launcher made, which
// may do the same: pid, overlay/ with its nse_main.lua and links, the directory and its empty
// parent. Nothing else, no recursion.
void remove_run_dir();

// Main thread: the agent leaves nmap: the same, and the directory is ours no longer.
void forget_run_dir();

}  // namespace agent
