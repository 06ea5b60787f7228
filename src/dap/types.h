// The Debug Adapter Protocol's shared types, in the specification's own words.
// https://microsoft.github.io/debug-adapter-protocol/specification (version 1.6x)
// Members whose names begin with `nse` are ours; docs/protocol.md describes them.
#pragma once

#include "dap/json.h"

namespace dap {

template <class T>
using opt = std::optional<T>;

struct Empty {
  DAP_MEMBERS(Empty)
};

struct Checksum {
  std::string algorithm;
  std::string checksum;
  DAP_MEMBERS(Checksum, algorithm, checksum)
};

struct Source {
  opt<std::string> name;
  opt<std::string> path;
  opt<int> sourceReference;
  opt<std::string> presentationHint;
  opt<std::string> origin;
  opt<std::vector<Checksum>> checksums;
  DAP_MEMBERS(Source, name, path, sourceReference, presentationHint, origin, checksums)
};

struct ValueFormat {
  opt<bool> hex;
  opt<int> nseWidth;  // columns to wrap a value to (evaluate with context "repl" or "clipboard")
  DAP_MEMBERS(ValueFormat, hex, nseWidth)
};

// appliesTo: "source", "exception", "data", "instruction".
struct BreakpointMode {
  std::string mode;
  std::string label;
  opt<std::string> description;
  std::vector<std::string> appliesTo;
  DAP_MEMBERS(BreakpointMode, mode, label, description, appliesTo)
};

struct SourceBreakpoint {
  int line = 0;
  opt<int> column;
  opt<std::string> condition;
  opt<std::string> hitCondition;
  opt<std::string> logMessage;
  opt<std::string> mode;
  opt<std::string> nseHost;  // only against these hosts; see docs/protocol.md, "Filters"
  opt<std::string> nsePort;
  opt<std::string> nseScript;
  DAP_MEMBERS(SourceBreakpoint, line, column, condition, hitCondition, logMessage, mode, nseHost,
              nsePort, nseScript)
};

struct FunctionBreakpoint {
  std::string name;
  opt<std::string> condition;
  opt<std::string> hitCondition;
  opt<std::string> nseLogMessage;
  opt<std::string> nseMode;
  opt<std::string> nseHost;
  opt<std::string> nsePort;
  opt<std::string> nseScript;
  DAP_MEMBERS(FunctionBreakpoint, name, condition, hitCondition, nseLogMessage, nseMode, nseHost,
              nsePort, nseScript)
};

// accessType: "read", "write", "readWrite".
struct DataBreakpoint {
  std::string dataId;
  opt<std::string> accessType;
  opt<std::string> condition;
  opt<std::string> hitCondition;
  DAP_MEMBERS(DataBreakpoint, dataId, accessType, condition, hitCondition)
};

struct HostHits {
  std::string host;
  int hits = 0;
  DAP_MEMBERS(HostHits, host, hits)
};

struct Breakpoint {
  opt<int> id;
  bool verified = false;
  opt<std::string> message;
  opt<Source> source;
  opt<int> line;
  opt<int> column;
  opt<int> endLine;
  opt<std::string> reason;  // "pending" or "failed"
  opt<int> nseHits;         // how often it was reached with its condition true
  opt<std::vector<HostHits>> nseHostHits;
  DAP_MEMBERS(Breakpoint, id, verified, message, source, line, column, endLine, reason, nseHits,
              nseHostHits)
};

struct BreakpointLocation {
  int line = 0;
  opt<int> endLine;
  DAP_MEMBERS(BreakpointLocation, line, endLine)
};

// nseState: "running", "waiting", "suspended", "stopped", "dead"; nsePhase: "load", "prerule",
// "hostrule", "portrule", "postrule", "action", "worker", "engine".
struct Thread {
  int id = 0;
  std::string name;
  opt<std::string> nseState;
  opt<std::string> nsePhase;
  opt<std::string> nseScript;
  opt<std::string> nseHost;
  opt<int> nsePort;
  DAP_MEMBERS(Thread, id, name, nseState, nsePhase, nseScript, nseHost, nsePort)
};

// A library of nselib. DAP allows numbers for ids; ours are paths.
struct Module {
  std::string id;
  std::string name;
  opt<std::string> path;
  opt<bool> isUserCode;
  DAP_MEMBERS(Module, id, name, path, isUserCode)
};

struct StackFrame {
  int id = 0;
  std::string name;
  opt<Source> source;
  int line = 0;
  int column = 0;
  opt<std::string> presentationHint;
  opt<std::string> moduleId;
  opt<int> nseParameters;  // so many of the Locals scope's first variables are its parameters
  DAP_MEMBERS(StackFrame, id, name, source, line, column, presentationHint, moduleId, nseParameters)
};

struct Scope {
  std::string name;
  opt<std::string> presentationHint;
  int variablesReference = 0;
  opt<int> namedVariables;
  opt<int> indexedVariables;
  bool expensive = false;
  DAP_MEMBERS(Scope, name, presentationHint, variablesReference, namedVariables, indexedVariables,
              expensive)
};

struct VariablePresentationHint {
  opt<std::string> kind;
  opt<std::vector<std::string>> attributes;
  opt<bool> lazy;
  DAP_MEMBERS(VariablePresentationHint, kind, attributes, lazy)
};

struct Variable {
  std::string name;
  std::string value;
  opt<std::string> type;
  opt<VariablePresentationHint> presentationHint;
  opt<std::string> evaluateName;
  int variablesReference = 0;
  opt<int> namedVariables;
  opt<int> indexedVariables;
  opt<std::string> memoryReference;
  opt<int> valueLocationReference;
  DAP_MEMBERS(Variable, name, value, type, presentationHint, evaluateName, variablesReference,
              namedVariables, indexedVariables, memoryReference, valueLocationReference)
};

struct CompletionItem {
  std::string label;
  opt<std::string> text;
  opt<std::string> detail;
  opt<std::string> type;
  opt<int> start;
  opt<int> length;
  DAP_MEMBERS(CompletionItem, label, text, detail, type, start, length)
};

struct ExceptionBreakpointsFilter {
  std::string filter;
  std::string label;
  opt<std::string> description;
  opt<bool> default_;
  opt<bool> supportsCondition;
  opt<std::string> conditionDescription;
  // "default" is a C++ keyword: this list is written out.
  template <class Visit>
  static constexpr auto members(Visit visit) {
    using F = ExceptionBreakpointsFilter;
    return visit(member("filter", &F::filter), member("label", &F::label),
                 member("description", &F::description), member("default", &F::default_),
                 member("supportsCondition", &F::supportsCondition),
                 member("conditionDescription", &F::conditionDescription));
  }
};

struct ExceptionFilterOptions {
  std::string filterId;
  opt<std::string> condition;
  DAP_MEMBERS(ExceptionFilterOptions, filterId, condition)
};

struct ExceptionDetails {
  opt<std::string> message;
  opt<std::string> typeName;
  opt<std::string> stackTrace;
  opt<std::string> evaluateName;
  DAP_MEMBERS(ExceptionDetails, message, typeName, stackTrace, evaluateName)
};

struct Capabilities {
  opt<bool> supportsConfigurationDoneRequest;
  opt<bool> supportsFunctionBreakpoints;
  opt<bool> supportsConditionalBreakpoints;
  opt<bool> supportsHitConditionalBreakpoints;
  opt<bool> supportsEvaluateForHovers;
  opt<std::vector<ExceptionBreakpointsFilter>> exceptionBreakpointFilters;
  opt<bool> supportsSetVariable;
  opt<bool> supportsSetExpression;
  opt<bool> supportsCompletionsRequest;
  opt<std::vector<std::string>> completionTriggerCharacters;
  opt<bool> supportsExceptionOptions;
  opt<bool> supportsExceptionFilterOptions;
  opt<bool> supportsValueFormattingOptions;
  opt<bool> supportsExceptionInfoRequest;
  opt<bool> supportTerminateDebuggee;
  opt<bool> supportSuspendDebuggee;
  opt<bool> supportsDelayedStackTraceLoading;
  opt<bool> supportsLoadedSourcesRequest;
  opt<bool> supportsLogPoints;
  opt<bool> supportsTerminateRequest;
  opt<bool> supportsRestartRequest;
  opt<bool> supportsBreakpointLocationsRequest;
  opt<bool> supportsClipboardContext;
  opt<bool> supportsCancelRequest;
  opt<bool> supportsTerminateThreadsRequest;
  opt<bool> supportsReadMemoryRequest;
  opt<bool> supportsModulesRequest;
  opt<bool> supportsDataBreakpoints;
  opt<std::vector<std::string>> supportedChecksumAlgorithms;
  opt<std::vector<BreakpointMode>> breakpointModes;
  DAP_MEMBERS(Capabilities, supportsConfigurationDoneRequest, supportsFunctionBreakpoints,
              supportsConditionalBreakpoints, supportsHitConditionalBreakpoints,
              supportsEvaluateForHovers, exceptionBreakpointFilters, supportsSetVariable,
              supportsSetExpression, supportsCompletionsRequest, completionTriggerCharacters,
              supportsExceptionOptions, supportsExceptionFilterOptions,
              supportsValueFormattingOptions, supportsExceptionInfoRequest,
              supportTerminateDebuggee, supportSuspendDebuggee, supportsDelayedStackTraceLoading,
              supportsLoadedSourcesRequest, supportsLogPoints, supportsTerminateRequest,
              supportsRestartRequest, supportsBreakpointLocationsRequest, supportsClipboardContext,
              supportsCancelRequest, supportsTerminateThreadsRequest, supportsReadMemoryRequest,
              supportsModulesRequest, supportsDataBreakpoints, supportedChecksumAlgorithms,
              breakpointModes)
};

using Capability = opt<bool> Capabilities::*;

}  // namespace dap
