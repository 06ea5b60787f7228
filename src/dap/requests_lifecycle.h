// How a session and nmap begin and end: see requests.h.
#pragma once

#include "dap/types.h"

namespace dap {

struct Initialize {
  static constexpr const char* command = "initialize";
  struct Arguments {
    opt<std::string> clientID;
    opt<std::string> clientName;
    opt<std::string> adapterID;
    opt<std::string> locale;
    opt<bool> linesStartAt1;
    opt<bool> columnsStartAt1;
    opt<std::string> pathFormat;
    opt<bool> supportsVariableType;
    opt<bool> supportsVariablePaging;
    opt<bool> supportsRunInTerminalRequest;
    opt<bool> supportsMemoryReferences;
    opt<bool> supportsProgressReporting;
    opt<bool> supportsInvalidatedEvent;
    opt<bool> supportsANSIStyling;
    DAP_MEMBERS(Arguments, clientID, clientName, adapterID, locale, linesStartAt1, columnsStartAt1,
                pathFormat, supportsVariableType, supportsVariablePaging,
                supportsRunInTerminalRequest, supportsMemoryReferences, supportsProgressReporting,
                supportsInvalidatedEvent, supportsANSIStyling)
  };
  using Response = Capabilities;
};

// Both mean "debug this nmap" to the agent: it is inside already. stopOnEntry: "none", "rule",
// "action".
struct AttachArguments {
  opt<std::string> stopOnEntry;
  opt<bool> justMyScript;
  opt<bool> freezeClock;
  opt<bool> nonStop;
  opt<bool> nseHoldAtEnd;  // nmap does not exit before this client has left: see EndedEvent
  opt<bool> nseOutput;     // `nse/output` events are wanted
  DAP_MEMBERS(AttachArguments, stopOnEntry, justMyScript, freezeClock, nonStop, nseHoldAtEnd,
              nseOutput)
};
struct Launch {
  static constexpr const char* command = "launch";
  using Arguments = AttachArguments;
  using Response = Empty;
};
struct Attach {
  static constexpr const char* command = "attach";
  using Arguments = AttachArguments;
  using Response = Empty;
};

struct ConfigurationDone {
  static constexpr const char* command = "configurationDone";
  static constexpr Capability capabilities[] = {&Capabilities::supportsConfigurationDoneRequest};
  using Arguments = Empty;
  using Response = Empty;
};

struct Disconnect {
  static constexpr const char* command = "disconnect";
  static constexpr Capability capabilities[] = {&Capabilities::supportTerminateDebuggee,
                                                &Capabilities::supportSuspendDebuggee};
  struct Arguments {
    opt<bool> restart;
    opt<bool> terminateDebuggee;
    opt<bool> suspendDebuggee;
    DAP_MEMBERS(Arguments, restart, terminateDebuggee, suspendDebuggee)
  };
  using Response = Empty;
};

struct Terminate {
  static constexpr const char* command = "terminate";
  static constexpr Capability capabilities[] = {&Capabilities::supportsTerminateRequest};
  using Arguments = Empty;
  using Response = Empty;
};

// A new set of arguments for launch may come along; nsedbg dap reads them itself.
struct Restart {
  static constexpr const char* command = "restart";
  static constexpr Capability capabilities[] = {&Capabilities::supportsRestartRequest};
  struct Arguments {
    opt<Json> arguments;
    DAP_MEMBERS(Arguments, arguments)
  };
  using Response = Empty;
};

struct Cancel {
  static constexpr const char* command = "cancel";
  static constexpr Capability capabilities[] = {&Capabilities::supportsCancelRequest};
  struct Arguments {
    opt<int> requestId;
    opt<std::string> progressId;
    DAP_MEMBERS(Arguments, requestId, progressId)
  };
  using Response = Empty;
};

// The one request that goes to the client: to start a program in a terminal of its.
struct RunInTerminal {
  static constexpr const char* command = "runInTerminal";
  struct Arguments {
    opt<std::string> kind;
    opt<std::string> title;
    std::string cwd;
    std::vector<std::string> args;
    opt<Json> env;
    DAP_MEMBERS(Arguments, kind, title, cwd, args, env)
  };
  struct Response {
    opt<int> processId;
    opt<int> shellProcessId;
    DAP_MEMBERS(Response, processId, shellProcessId)
  };
};

}  // namespace dap
