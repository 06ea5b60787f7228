// What the agent can do, known without one: `nsedbg dap` answers `initialize` before nmap runs.
//
// The list of its requests is the one source of both. The agent makes its table of handlers from it
// (agent/dispatch.h): a request without a handler does not link. The flags come from the requests'
// own structs: none claims what no handler does (the idea is lldb-dap's RequestHandler).
#pragma once

#include "dap/network.h"
#include "dap/nse_requests.h"
#include "dap/requests.h"
#include "dap/serialize.h"

namespace dap {

template <class... R>
struct RequestList {};

using AgentRequests =
    RequestList<Initialize, Launch, Attach, ConfigurationDone, Terminate, Disconnect, Cancel,
                NseSet, SetBreakpoints, SetFunctionBreakpoints, SetExceptionBreakpoints,
                BreakpointLocations, Continue, Next, StepIn, StepOut, Pause, Threads, StackTrace,
                Scopes, Variables, SetVariable, SetExpression, Evaluate, Completions, ExceptionInfo,
                LoadedSources, SourceRequest, Modules, Locations, ReadMemory, TerminateThreads,
                DataBreakpointInfo, SetDataBreakpoints, Why, NseThreads, NseLocks, NseScan,
                NseSetLevels, SetNetworkBreakpoints, Inject, SocketsRequest, ErrorReport, SetSkips,
                Serialize, SerializeStack, SetWatchExpressions>;

template <class R>
void add_capabilities_of(Capabilities& out) {
  if constexpr (requires { R::capabilities; })
    for (Capability capability : R::capabilities) out.*capability = true;
}

template <class... R>
void add_capabilities(RequestList<R...>, Capabilities& out) {
  (add_capabilities_of<R>(out), ...);
}

Capabilities agent_capabilities();

// A stop on an uncaught error is on from the start, for clients that never set one.
inline constexpr const char* kExceptionFilters[] = {"uncaught", "caught", "new_try", "load"};
inline constexpr const char* kUncaughtFilter = kExceptionFilters[0];
std::vector<ExceptionBreakpointsFilter> exception_filters();

// How often a breakpoint stops.
inline constexpr const char* kBreakpointModes[] = {"every", "host", "once"};
std::vector<BreakpointMode> breakpoint_modes();

}  // namespace dap
