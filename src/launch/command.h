// The command line that the user typed, taken apart: `nmap ARGS`, `/path/to/nmap ARGS`,
// `sudo -E -u root NAME=value nmap ARGS`, `doas nmap ARGS`. The words themselves stay as they are;
// what nsedbg has to change is decided in overlay_plan.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace launch {

enum class Elevation { kNone, kSudo, kDoas };

struct Command {
  std::vector<std::string> words;
  size_t nmap = 0;  // index of the word that names nmap; before it sudo and its options
  Elevation elevation = Elevation::kNone;
  std::string user;                    // sudo -u USER; empty means root
  bool keeps_environment = false;      // sudo -E: asks for our NMAPDIR to be kept
  std::optional<std::string> nmapdir;  // sudo NMAPDIR=value nmap …
  size_t nmapdir_word = 0;             // where that stands

  const std::string& nmap_word() const { return words[nmap]; }
  std::vector<std::string> nmap_arguments() const;  // without nmap itself
};

// The program's name must be there; whether it is nmap at all is judged in nmap.h.
base::Result<Command> parse_command(std::vector<std::string> words);

}  // namespace launch
