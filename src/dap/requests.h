// Every request that nsedbg speaks: its name, its arguments, its result and the capabilities it
// stands for, in one struct each. The agent has a handler per struct (capabilities.h lists them),
// the client sends them (client/session.h): neither side ever types a command or member name as a
// string.
#pragma once

#include "dap/requests_breakpoints.h"
#include "dap/requests_lifecycle.h"
#include "dap/types.h"

namespace dap {

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

}  // namespace dap
