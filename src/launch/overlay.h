// The overlay: a directory that comes first in nmap's search path and holds an nse_main.lua of a
// few lines. It loads the agent, then hands over to the real nse_main.lua with the same arguments.
// If the agent cannot be loaded it says so on stderr and the scan goes on as if we had never come.
//
// Where the overlay stands in for a directory of the user's (overlay_plan.h), everything else of
// that directory is linked into it, so that nmap finds what it would have found.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace launch {

// The table that nsedbg_open(config, ...) in the agent gets, and what the overlay itself needs.
struct OverlayConfig {
  std::string agent_lua53, agent_lua54;  // paths; empty: there is none
  std::string socket;
  std::string run_dir;
  std::optional<std::string> nmapdir;  // what NMAPDIR becomes again; nothing: unset it
  bool nmapdir_untouched = false;      // it becomes what it is anyway
  bool ask_nmap = true;  // config.real = false: the agent asks cnse.fetchfile_absolute
  std::vector<std::string> real_places;  // otherwise, and without agent: first one that is there
  uid_t allow_uid = 0;                   // the launcher's: may talk to the socket
  bool open_socket = false;  // 0666: its directory is private outside, and its user may be anyone
  std::optional<std::string> log;
  std::optional<int> patience;  // seconds the agent waits for a client; 0: as long as it takes
};

// The text of the overlay's nse_main.lua.
std::string overlay_source(const OverlayConfig& config);

// Writes it into `directory` (0600), with links to the entries of `shadowed` unless that is empty.
base::Status write_overlay(const std::string& directory, const OverlayConfig& config,
                           const std::string& shadowed);

}  // namespace launch
