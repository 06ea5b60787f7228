// Every event that the agent sends: its name and its body.
#pragma once

#include "dap/types.h"

namespace dap {

struct InitializedEvent {
  static constexpr const char* event = "initialized";
  DAP_MEMBERS(InitializedEvent)
};

// What the function that a step has left gave back.
struct Returned {
  std::string function;
  std::vector<std::string> values;  // as in a list of variables
  DAP_MEMBERS(Returned, function, values)
};

struct StoppedEvent {
  static constexpr const char* event = "stopped";
  std::string reason;
  opt<std::string> description;
  opt<int> threadId;
  opt<bool> preserveFocusHint;
  opt<std::string> text;
  opt<bool> allThreadsStopped;
  opt<std::vector<int>> hitBreakpointIds;
  opt<Returned> nseReturned;
  DAP_MEMBERS(StoppedEvent, reason, description, threadId, preserveFocusHint, text,
              allThreadsStopped, hitBreakpointIds, nseReturned)
};

struct ContinuedEvent {
  static constexpr const char* event = "continued";
  int threadId = 0;
  opt<bool> allThreadsContinued;
  DAP_MEMBERS(ContinuedEvent, threadId, allThreadsContinued)
};

struct ExitedEvent {
  static constexpr const char* event = "exited";
  int exitCode = 0;
  DAP_MEMBERS(ExitedEvent, exitCode)
};

struct TerminatedEvent {
  static constexpr const char* event = "terminated";
  DAP_MEMBERS(TerminatedEvent)
};

struct ThreadEvent {
  static constexpr const char* event = "thread";
  std::string reason;
  int threadId = 0;
  DAP_MEMBERS(ThreadEvent, reason, threadId)
};

struct OutputEvent {
  static constexpr const char* event = "output";
  opt<std::string> category;
  std::string output;
  opt<Source> source;
  opt<int> line;
  DAP_MEMBERS(OutputEvent, category, output, source, line)
};

struct BreakpointEvent {
  static constexpr const char* event = "breakpoint";
  std::string reason;
  Breakpoint breakpoint;
  DAP_MEMBERS(BreakpointEvent, reason, breakpoint)
};

struct LoadedSourceEvent {
  static constexpr const char* event = "loadedSource";
  std::string reason;
  Source source;
  DAP_MEMBERS(LoadedSourceEvent, reason, source)
};

struct ModuleEvent {
  static constexpr const char* event = "module";
  std::string reason;
  Module module;
  DAP_MEMBERS(ModuleEvent, reason, module)
};

struct ProcessEvent {
  static constexpr const char* event = "process";
  std::string name;
  opt<int> systemProcessId;
  opt<bool> isLocalProcess;
  opt<std::string> startMethod;
  DAP_MEMBERS(ProcessEvent, name, systemProcessId, isLocalProcess, startMethod)
};

struct InvalidatedEvent {
  static constexpr const char* event = "invalidated";
  opt<std::vector<std::string>> areas;
  opt<int> threadId;
  DAP_MEMBERS(InvalidatedEvent, areas, threadId)
};

// The scan is over and its report written; nmap exits when the clients that asked for nseHoldAtEnd
// have left. Until then the agent answers what needs no Lua.
struct EndedEvent {
  static constexpr const char* event = "nse/ended";
  opt<int> exitCode;
  DAP_MEMBERS(EndedEvent, exitCode)
};

struct ProgressStartEvent {
  static constexpr const char* event = "progressStart";
  std::string progressId;
  std::string title;
  opt<std::string> message;
  DAP_MEMBERS(ProgressStartEvent, progressId, title, message)
};

struct ProgressEndEvent {
  static constexpr const char* event = "progressEnd";
  std::string progressId;
  opt<std::string> message;
  DAP_MEMBERS(ProgressEndEvent, progressId, message)
};

}  // namespace dap
