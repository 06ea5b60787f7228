// The command line of `nsedbg serve`.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace remote {

struct Options {
  std::string bind = "127.0.0.1";
  std::string port = "0";  // the kernel chooses
  std::string token_file;  // empty: $NSEDBG_TOKEN, or one that we make
  std::string socket;      // of an agent that is there already, instead of:
  std::vector<std::string> nmap;
  bool help = false;
};

extern const char* const kServeHelp;

// `arguments` after "serve".
base::Result<Options> parse_serve(const std::vector<std::string>& arguments);

}  // namespace remote
