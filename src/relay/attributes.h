// What a user may write into the configuration of launch and attach. Names and types are the
// documentation's (docs/dap.md); what is misspelt or of another type is an error that says so.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "dap/requests.h"

namespace relay {

struct PathMapping {
  std::string localRoot;
  std::string remoteRoot;
  DAP_MEMBERS(PathMapping, localRoot, remoteRoot)
};

// Attributes that both have.
struct Common {
  std::string log_file;
  std::vector<PathMapping> path_mappings;
  std::string agent;  // what the agent's own `attach` gets, as JSON
};

struct Launch : Common {
  std::vector<std::string> nmap;  // its argv
  std::string cwd;
  std::vector<std::pair<std::string, std::string>> environment;
  bool in_terminal = false;
  bool no_debug = false;
};

struct Attach : Common {
  std::string socket;  // or
  int pid = 0;         // or
  std::string host;    // of 'nsedbg serve'
  int port = 0;
  std::string token, token_file;  // at most one; neither: $NSEDBG_TOKEN

  bool is_remote() const { return port != 0; }
};

base::Result<Launch> read_launch(const dap::Value& arguments);
base::Result<Attach> read_attach(const dap::Value& arguments);

// scriptArgs as nmap's --script-args takes them: {"a.b": "x y"} is a.b="x y".
std::string script_args_text(const dap::Value& value);

}  // namespace relay
