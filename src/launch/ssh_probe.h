// What must be known of another machine before nmap runs there, asked by one small POSIX shell
// script; and a private directory there, which the script makes.
#pragma once

#include <set>
#include <string>

#include "launch/command.h"
#include "launch/nmap.h"
#include "launch/nmap_args.h"
#include "launch/overlay_plan.h"
#include "launch/ssh.h"

namespace launch {

struct RemoteHost {
  Nmap nmap;            // judged by its --version, as ours is
  std::string machine;  // uname -m
  uid_t uid = 0;
  std::string home;
  std::optional<std::string> nmapdir;
  std::set<std::string> files;  // of those that the plan of the overlay asks for
  std::string directory;        // 0700, new

  Looks looks() const;
};

std::string probe_script(const Command& command, const NmapArgs& args);

// What the script printed; `host` is for the errors.
base::Result<RemoteHost> read_probe(const std::string& output, const Command& command,
                                    const std::string& host);

}  // namespace launch
