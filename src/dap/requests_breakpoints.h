// What shall stop a scan: see requests.h.
#pragma once

#include "dap/types.h"

namespace dap {

struct BreakpointsResponse {
  std::vector<Breakpoint> breakpoints;
  DAP_MEMBERS(BreakpointsResponse, breakpoints)
};

struct SetBreakpoints {
  static constexpr const char* command = "setBreakpoints";
  static constexpr Capability capabilities[] = {&Capabilities::supportsConditionalBreakpoints,
                                                &Capabilities::supportsHitConditionalBreakpoints,
                                                &Capabilities::supportsLogPoints};
  struct Arguments {
    Source source;
    opt<std::vector<SourceBreakpoint>> breakpoints;
    opt<bool> sourceModified;
    DAP_MEMBERS(Arguments, source, breakpoints, sourceModified)
  };
  using Response = BreakpointsResponse;
};

struct SetFunctionBreakpoints {
  static constexpr const char* command = "setFunctionBreakpoints";
  static constexpr Capability capabilities[] = {&Capabilities::supportsFunctionBreakpoints};
  struct Arguments {
    std::vector<FunctionBreakpoint> breakpoints;
    DAP_MEMBERS(Arguments, breakpoints)
  };
  using Response = BreakpointsResponse;
};

struct SetExceptionBreakpoints {
  static constexpr const char* command = "setExceptionBreakpoints";
  static constexpr Capability capabilities[] = {&Capabilities::supportsExceptionFilterOptions};
  struct Arguments {
    std::vector<std::string> filters;
    opt<std::vector<ExceptionFilterOptions>> filterOptions;
    DAP_MEMBERS(Arguments, filters, filterOptions)
  };
  struct Response {
    opt<std::vector<Breakpoint>> breakpoints;
    DAP_MEMBERS(Response, breakpoints)
  };
};

struct BreakpointLocations {
  static constexpr const char* command = "breakpointLocations";
  static constexpr Capability capabilities[] = {&Capabilities::supportsBreakpointLocationsRequest};
  struct Arguments {
    Source source;
    int line = 0;
    opt<int> column;
    opt<int> endLine;
    DAP_MEMBERS(Arguments, source, line, column, endLine)
  };
  struct Response {
    std::vector<BreakpointLocation> breakpoints;
    DAP_MEMBERS(Response, breakpoints)
  };
};

struct DataBreakpointInfo {
  static constexpr const char* command = "dataBreakpointInfo";
  struct Arguments {
    opt<int> variablesReference;
    std::string name;
    opt<int> frameId;
    DAP_MEMBERS(Arguments, variablesReference, name, frameId)
  };
  struct Response {
    Json dataId;  // a string or null
    std::string description;
    opt<std::vector<std::string>> accessTypes;
    opt<bool> canPersist;
    DAP_MEMBERS(Response, dataId, description, accessTypes, canPersist)
  };
};

struct SetDataBreakpoints {
  static constexpr const char* command = "setDataBreakpoints";
  static constexpr Capability capabilities[] = {&Capabilities::supportsDataBreakpoints};
  struct Arguments {
    std::vector<DataBreakpoint> breakpoints;
    DAP_MEMBERS(Arguments, breakpoints)
  };
  using Response = BreakpointsResponse;
};

}  // namespace dap
