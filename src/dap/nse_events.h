// Events that DAP has no like of; docs/protocol.md describes them.
#pragma once

#include "dap/types.h"

namespace dap {

// A script makes nmap print `output`: which line does. Only to clients that have asked for it
// (`nseOutput` of attach); the text itself is nmap's stdout or stderr, as `category` says.
struct NseOutputEvent {
  static constexpr const char* event = "nse/output";
  std::string category;
  std::string output;
  Source source;
  int line = 0;
  opt<int> threadId;
  DAP_MEMBERS(NseOutputEvent, category, output, source, line, threadId)
};

}  // namespace dap
