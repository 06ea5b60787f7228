// Every request that nsedbg speaks: its name, its arguments, its result and the capabilities it
// stands for, in one struct each. The agent has a handler per struct (capabilities.h lists them),
// the client sends them (client/session.h): neither side ever types a command or member name as a
// string.
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
  static constexpr Capability capabilities[] = {&Capabilities::supportTerminateDebuggee};
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

struct Threads {
  static constexpr const char* command = "threads";
  using Arguments = Empty;
  struct Response {
    std::vector<Thread> threads;
    DAP_MEMBERS(Response, threads)
  };
};

struct TerminateThreads {
  static constexpr const char* command = "terminateThreads";
  static constexpr Capability capabilities[] = {&Capabilities::supportsTerminateThreadsRequest};
  struct Arguments {
    opt<std::vector<int>> threadIds;
    DAP_MEMBERS(Arguments, threadIds)
  };
  using Response = Empty;
};

struct StackTrace {
  static constexpr const char* command = "stackTrace";
  static constexpr Capability capabilities[] = {&Capabilities::supportsDelayedStackTraceLoading};
  struct Arguments {
    int threadId = 0;
    opt<int> startFrame;
    opt<int> levels;
    DAP_MEMBERS(Arguments, threadId, startFrame, levels)
  };
  struct Response {
    std::vector<StackFrame> stackFrames;
    opt<int> totalFrames;
    DAP_MEMBERS(Response, stackFrames, totalFrames)
  };
};

struct Scopes {
  static constexpr const char* command = "scopes";
  struct Arguments {
    int frameId = 0;
    DAP_MEMBERS(Arguments, frameId)
  };
  struct Response {
    std::vector<Scope> scopes;
    DAP_MEMBERS(Response, scopes)
  };
};

struct Variables {
  static constexpr const char* command = "variables";
  static constexpr Capability capabilities[] = {&Capabilities::supportsValueFormattingOptions};
  struct Arguments {
    int variablesReference = 0;
    opt<std::string> filter;  // "indexed" or "named"
    opt<int> start;
    opt<int> count;
    opt<ValueFormat> format;
    DAP_MEMBERS(Arguments, variablesReference, filter, start, count, format)
  };
  struct Response {
    std::vector<Variable> variables;
    DAP_MEMBERS(Response, variables)
  };
};

struct SetVariable {
  static constexpr const char* command = "setVariable";
  static constexpr Capability capabilities[] = {&Capabilities::supportsSetVariable};
  struct Arguments {
    int variablesReference = 0;
    std::string name;
    std::string value;
    opt<ValueFormat> format;
    DAP_MEMBERS(Arguments, variablesReference, name, value, format)
  };
  struct Response {
    std::string value;
    opt<std::string> type;
    opt<int> variablesReference;
    opt<int> namedVariables;
    opt<int> indexedVariables;
    opt<std::string> memoryReference;
    opt<int> valueLocationReference;
    DAP_MEMBERS(Response, value, type, variablesReference, namedVariables, indexedVariables,
                memoryReference, valueLocationReference)
  };
};

struct SetExpression {
  static constexpr const char* command = "setExpression";
  static constexpr Capability capabilities[] = {&Capabilities::supportsSetExpression};
  struct Arguments {
    std::string expression;
    std::string value;
    opt<int> frameId;
    opt<ValueFormat> format;
    DAP_MEMBERS(Arguments, expression, value, frameId, format)
  };
  using Response = SetVariable::Response;
};

struct Evaluate {
  static constexpr const char* command = "evaluate";
  static constexpr Capability capabilities[] = {&Capabilities::supportsEvaluateForHovers,
                                                &Capabilities::supportsClipboardContext};
  struct Arguments {
    std::string expression;
    opt<int> frameId;
    opt<std::string> context;  // "watch", "repl", "hover", "clipboard", "variables"
    opt<ValueFormat> format;
    DAP_MEMBERS(Arguments, expression, frameId, context, format)
  };
  struct Response {
    std::string result;
    opt<std::string> type;
    opt<VariablePresentationHint> presentationHint;
    int variablesReference = 0;
    opt<int> namedVariables;
    opt<int> indexedVariables;
    opt<std::string> memoryReference;
    opt<int> valueLocationReference;
    DAP_MEMBERS(Response, result, type, presentationHint, variablesReference, namedVariables,
                indexedVariables, memoryReference, valueLocationReference)
  };
};

struct Completions {
  static constexpr const char* command = "completions";
  static constexpr Capability capabilities[] = {&Capabilities::supportsCompletionsRequest};
  struct Arguments {
    opt<int> frameId;
    std::string text;
    int column = 0;
    opt<int> line;
    DAP_MEMBERS(Arguments, frameId, text, column, line)
  };
  struct Response {
    std::vector<CompletionItem> targets;
    DAP_MEMBERS(Response, targets)
  };
};

struct SourceRequest {
  static constexpr const char* command = "source";
  struct Arguments {
    opt<Source> source;
    int sourceReference = 0;
    DAP_MEMBERS(Arguments, source, sourceReference)
  };
  struct Response {
    std::string content;
    opt<std::string> mimeType;
    DAP_MEMBERS(Response, content, mimeType)
  };
};

struct LoadedSources {
  static constexpr const char* command = "loadedSources";
  static constexpr Capability capabilities[] = {&Capabilities::supportsLoadedSourcesRequest};
  using Arguments = Empty;
  struct Response {
    std::vector<Source> sources;
    DAP_MEMBERS(Response, sources)
  };
};

struct Modules {
  static constexpr const char* command = "modules";
  static constexpr Capability capabilities[] = {&Capabilities::supportsModulesRequest};
  struct Arguments {
    opt<int> startModule;
    opt<int> moduleCount;
    DAP_MEMBERS(Arguments, startModule, moduleCount)
  };
  struct Response {
    std::vector<Module> modules;
    opt<int> totalModules;
    DAP_MEMBERS(Response, modules, totalModules)
  };
};

struct Locations {
  static constexpr const char* command = "locations";
  struct Arguments {
    int locationReference = 0;
    DAP_MEMBERS(Arguments, locationReference)
  };
  struct Response {
    Source source;
    int line = 0;
    DAP_MEMBERS(Response, source, line)
  };
};

struct ReadMemory {
  static constexpr const char* command = "readMemory";
  static constexpr Capability capabilities[] = {&Capabilities::supportsReadMemoryRequest};
  struct Arguments {
    std::string memoryReference;
    opt<int64_t> offset;
    int64_t count = 0;
    DAP_MEMBERS(Arguments, memoryReference, offset, count)
  };
  struct Response {
    std::string address;
    opt<int64_t> unreadableBytes;
    opt<std::string> data;
    DAP_MEMBERS(Response, address, unreadableBytes, data)
  };
};

struct Continue {
  static constexpr const char* command = "continue";
  struct Arguments {
    int threadId = 0;
    opt<bool> singleThread;
    DAP_MEMBERS(Arguments, threadId, singleThread)
  };
  struct Response {
    opt<bool> allThreadsContinued;
    DAP_MEMBERS(Response, allThreadsContinued)
  };
};

// next, stepIn and stepOut take the same arguments.
struct StepArguments {
  int threadId = 0;
  opt<bool> singleThread;
  opt<std::string> granularity;
  opt<int>
      nseTargetLevel;  // stepOut: leave frames above this one of stackTrace (gdb's up + finish)
  DAP_MEMBERS(StepArguments, threadId, singleThread, granularity, nseTargetLevel)
};
struct Next {
  static constexpr const char* command = "next";
  using Arguments = StepArguments;
  using Response = Empty;
};
struct StepIn {
  static constexpr const char* command = "stepIn";
  using Arguments = StepArguments;
  using Response = Empty;
};
struct StepOut {
  static constexpr const char* command = "stepOut";
  using Arguments = StepArguments;
  using Response = Empty;
};

struct Pause {
  static constexpr const char* command = "pause";
  struct Arguments {
    int threadId = 0;
    DAP_MEMBERS(Arguments, threadId)
  };
  using Response = Empty;
};

struct ExceptionInfo {
  static constexpr const char* command = "exceptionInfo";
  static constexpr Capability capabilities[] = {&Capabilities::supportsExceptionInfoRequest};
  struct Arguments {
    int threadId = 0;
    DAP_MEMBERS(Arguments, threadId)
  };
  struct Response {
    std::string exceptionId;
    opt<std::string> description;
    std::string breakMode;  // "never", "always", "unhandled", "userUnhandled"
    opt<ExceptionDetails> details;
    DAP_MEMBERS(Response, exceptionId, description, breakMode, details)
  };
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
