#include "agent/breakpoints.h"
#include "agent/data_breakpoints.h"
#include "agent/dispatch.h"
#include "agent/exception_filters.h"
#include "agent/function_breakpoints.h"
#include "agent/interrupt.h"
#include "agent/session.h"
#include "agent/stack.h"
#include "agent/watch_expressions.h"
#include "dap/serialize.h"

namespace agent {
namespace {

base::Result<std::string> path_of(const dap::Source& source) {
  if (source.path && !source.path->empty()) return *source.path;
  if (source.name && !source.name->empty()) return *source.name;
  return base::fail("source: needs a path or a name");
}

// Of the file as the client has it, or empty.
std::string checksum_of(const dap::Source& source) {
  if (source.checksums)
    for (const dap::Checksum& one : *source.checksums)
      if (one.algorithm == "SHA256") return one.checksum;
  return {};
}

base::Result<dap::BreakpointsResponse> set_breakpoints(
    Call& call, const dap::SetBreakpoints::Arguments& arguments) {
  auto path = path_of(arguments.source);
  if (!path) return path.error();
  dap::BreakpointsResponse response;
  response.breakpoints =
      breakpoints().set_lines(call.client_id, *path, checksum_of(arguments.source),
                              arguments.breakpoints.value_or(std::vector<dap::SourceBreakpoint>{}));
  // A script that loops without any hook would not hear of it before its next network wait.
  if (!call.on_main) request_attention();
  return response;
}

base::Result<dap::BreakpointsResponse> set_function_breakpoints(
    Call& call, const dap::SetFunctionBreakpoints::Arguments& arguments) {
  std::vector<int> ids = breakpoints().set_functions(
      call.client_id, with_entry_breakpoints(call.client_id, arguments.breakpoints));
  if (call.on_main) function_breakpoints().resolve();
  dap::BreakpointsResponse response;
  response.breakpoints = breakpoints().describe(ids);
  response.breakpoints.resize(arguments.breakpoints.size());
  return response;
}

base::Result<dap::DataBreakpointInfo::Response> data_breakpoint_info(
    Call&, const dap::DataBreakpointInfo::Arguments& arguments) {
  Frame frame;
  if (arguments.frameId) {
    auto found = stack().by_id(*arguments.frameId);
    if (!found) return found.take_error();
    frame = *found;
  }
  return data_breakpoints().info(arguments, frame);
}

base::Result<dap::BreakpointsResponse> set_data_breakpoints(
    Call& call, const dap::SetDataBreakpoints::Arguments& arguments) {
  dap::BreakpointsResponse response;
  response.breakpoints = data_breakpoints().set(call.client_id, arguments.breakpoints);
  if (call.on_main) data_breakpoints().refresh();
  return response;
}

base::Result<dap::BreakpointsResponse> set_watch_expressions(
    Call& call, const dap::SetWatchExpressions::Arguments& arguments) {
  dap::BreakpointsResponse response;
  response.breakpoints = watch_expressions().set(call.client_id, arguments.expressions);
  if (!call.on_main) request_attention();
  return response;
}

base::Result<dap::SetExceptionBreakpoints::Response> set_exception_breakpoints(
    Call& call, const dap::SetExceptionBreakpoints::Arguments& arguments) {
  auto answers = set_exception_filters(call.client_id, arguments);
  if (!answers) return answers.take_error();
  dap::SetExceptionBreakpoints::Response response;
  response.breakpoints = std::move(*answers);
  return response;
}

base::Result<dap::BreakpointLocations::Response> breakpoint_locations(
    Call&, const dap::BreakpointLocations::Arguments& arguments) {
  auto path = path_of(arguments.source);
  if (!path) return path.error();
  dap::BreakpointLocations::Response response;
  std::vector<SourceFile*> files = sources().find(*path);
  if (files.empty()) return response;
  int last = arguments.endLine.value_or(arguments.line);
  for (int line : sources().chunk(*files.front()).active_lines(arguments.line, last)) {
    dap::BreakpointLocation location;
    location.line = line;
    response.breakpoints.push_back(location);
  }
  return response;
}

}  // namespace

template <>
const Handler HandlerOf<dap::SetBreakpoints>::value =
    on<dap::SetBreakpoints, set_breakpoints>(On::kIo);
template <>
const Handler HandlerOf<dap::SetFunctionBreakpoints>::value =
    on<dap::SetFunctionBreakpoints, set_function_breakpoints>(On::kLua);
template <>
const Handler HandlerOf<dap::SetExceptionBreakpoints>::value =
    on<dap::SetExceptionBreakpoints, set_exception_breakpoints>(On::kIo);
template <>
const Handler HandlerOf<dap::DataBreakpointInfo>::value =
    on<dap::DataBreakpointInfo, data_breakpoint_info>(On::kStopped);
template <>
const Handler HandlerOf<dap::SetDataBreakpoints>::value =
    on<dap::SetDataBreakpoints, set_data_breakpoints>(On::kLua);
template <>
const Handler HandlerOf<dap::SetWatchExpressions>::value =
    on<dap::SetWatchExpressions, set_watch_expressions>(On::kIo);
template <>
const Handler HandlerOf<dap::BreakpointLocations>::value =
    on<dap::BreakpointLocations, breakpoint_locations>(On::kIo);

}  // namespace agent
