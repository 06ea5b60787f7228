#include "dap/capabilities.h"

namespace dap {

Capabilities agent_capabilities() {
  Capabilities capabilities;
  add_capabilities(AgentRequests{}, capabilities);
  capabilities.exceptionBreakpointFilters = exception_filters();
  capabilities.breakpointModes = breakpoint_modes();
  capabilities.supportedChecksumAlgorithms = {{"SHA256"}};
  capabilities.completionTriggerCharacters = {{".", ":", "["}};
  return capabilities;
}

std::vector<ExceptionBreakpointsFilter> exception_filters() {
  struct Text {
    const char* label;
    const char* description;
  };
  static const Text kTexts[] = {
      {"Uncaught errors", "Stop where a script raises an error that ends it"},
      {"Caught errors",
       "Stop where a script raises an error that pcall, xpcall or coroutine.resume catches"},
      {"nmap.new_try exits", "Stop where nmap.new_try ends a script"},
      {"Load errors",
       "Stop where a script or library does not compile, or raises an error while it is loaded"},
  };
  std::vector<ExceptionBreakpointsFilter> filters;
  for (const char* id : kExceptionFilters) {
    const Text& text = kTexts[filters.size()];
    ExceptionBreakpointsFilter& filter = filters.emplace_back();
    filter.filter = id;
    filter.label = text.label;
    filter.description = text.description;
    filter.default_ = id == kUncaughtFilter;
    filter.supportsCondition = true;
    filter.conditionDescription = "Lua; the error is `err`: type(err) == \"string\"";
  }
  return filters;
}

std::vector<BreakpointMode> breakpoint_modes() {
  std::vector<std::string> applies_to = {"source"};
  return {
      {kBreakpointModes[0], "Every instance", "Stop whenever a script gets there", applies_to},
      {kBreakpointModes[1], "First per host", "Stop once for each host", applies_to},
      {kBreakpointModes[2], "Once", "Stop once in the whole scan", applies_to},
  };
}

}  // namespace dap
