// What only `nsedbg dap` says to an editor, and the agent to nobody.
#pragma once

#include "dap/types.h"

namespace dap {

struct AdapterCapabilities : Capabilities {
  opt<bool> supportsANSIStyling;
  template <class Visit>
  static constexpr auto members(Visit visit) {
    return Capabilities::members([&](auto... inherited) {
      return visit(inherited...,
                   member("supportsANSIStyling", &AdapterCapabilities::supportsANSIStyling));
    });
  }
};

struct ProgressUpdateEvent {
  static constexpr const char* event = "progressUpdate";
  std::string progressId;
  opt<std::string> message;
  opt<int> percentage;
  DAP_MEMBERS(ProgressUpdateEvent, progressId, message, percentage)
};

}  // namespace dap
