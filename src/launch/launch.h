// From the command line that the user typed to a running nmap with the agent on its way: the one
// door through which the rest of the program uses this folder.
//
// Nothing of nmap's is edited. nmap is found and judged, a private run directory is made, an
// overlay is put in front of nmap's own nse_main.lua (overlay_plan.h), nmap is started apart from
// our terminal. The agent then announces itself at the rendezvous.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "launch/agent_files.h"
#include "launch/child.h"
#include "launch/command.h"
#include "launch/environment.h"
#include "launch/nmap.h"
#include "launch/nmap_args.h"
#include "launch/process.h"
#include "launch/rendezvous.h"
#include "launch/runtime_dir.h"

namespace launch {

struct Options {
  std::vector<std::string> command;                              // as typed: "nmap", "-sV", …
  std::string cwd;                                               // empty: ours
  std::vector<std::pair<std::string, std::string>> environment;  // added to ours
  bool tty_output = false;                                       // our stdout is a terminal
  bool may_read_stdin = true;                                    // nmap may, for -iL -
  bool patient = false;            // the agent waits for a client for as long as it takes
  std::optional<std::string> log;  // the agent's log file
};

// What can be known before nmap runs.
struct Prepared {
  Command command;
  NmapArgs args;
  Nmap nmap;
  AgentFiles agents;
  Environment environment;
  std::string cwd;  // absolute
  uid_t target_uid = 0;
  std::vector<std::string> warnings;  // each one sentence, worth showing once
};

// Everything but the start itself.
struct Armed {
  Nmap nmap;
  RunDirectory dir;
  Rendezvous rendezvous;
  ChildSpec child;                                               // stdio is not filled in
  std::vector<std::pair<std::string, std::string>> environment;  // child's, on top of ours
  bool passes_stdin = false;
  std::vector<std::string> warnings;
};

struct Started {
  Nmap nmap;
  RunDirectory dir;
  Rendezvous rendezvous;
  Process process;
  std::vector<std::string> warnings;
};

base::Result<Prepared> prepare(const Options& options);

// prepare(), and the way in is made: for whoever starts nmap then, in a terminal of theirs.
base::Result<Armed> arm(const Options& options);

// arm(), then the start. sudo may ask for its password on the terminal meanwhile.
base::Result<Started> start(const Options& options);

}  // namespace launch
