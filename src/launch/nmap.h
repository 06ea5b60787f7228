// Which nmap will run, and whether the agent can live in it. The judge is `nmap --version`: it
// works for a distribution's nmap, a self-built one and a shell script around either.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "launch/command.h"
#include "launch/environment.h"

namespace launch {

struct Nmap {
  std::string path;               // absolute, as found; symbolic links not followed
  std::string version;            // "7.93", "7.94SVN"
  std::string lua;                // "5.3" or "5.4": which agent fits
  std::string data_dir;           // compiled-in NMAPDATADIR; empty if it could not be told
  bool is_script = false;         // a wrapper; where the real one is, we do not know
  bool script_sets_dirs = false;  // … and it speaks of NMAPDIR
  bool has_capabilities = false;  // setcap: the loader ignores LD_PRELOAD (NMAPDIR still works)
};

// What `nmap --version` printed: version and lua are filled in, or the reason why it will not do.
base::Result<Nmap> judge_version_text(const std::string& path, const std::string& text);

// Finds the program that `command` would run, seen from `cwd` with the PATH in `environment`
// (behind sudo: sudo's usual secure_path first), and judges it.
base::Result<Nmap> find_nmap(const Command& command, const Environment& environment,
                             const std::string& cwd);

// A program in the directories of `search` ("a:b:c"), or as it stands if it has a slash. Error:
// not found, or not executable.
base::Result<std::string> find_program(const std::string& word, const std::string& search,
                                       const std::string& cwd);

}  // namespace launch
