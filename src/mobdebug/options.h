// The command line of `nsedbg mobdebug`.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace mobdebug {

struct Options {
  std::string host = "localhost";
  int port = 8172;  // ZeroBrane Studio's; $MOBDEBUG_PORT is heeded, as mobdebug.lua does
  bool help = false;
  std::vector<std::string> nmap;
};

extern const char* const kHelp;

// `arguments` after "mobdebug".
base::Result<Options> parse_options(const std::vector<std::string>& arguments);

}  // namespace mobdebug
