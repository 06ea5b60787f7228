// Values as Lua source, for a front end whose user interface is written in Lua, and stops where an
// expression is true. docs/protocol.md describes them.
#pragma once

#include "dap/requests.h"

namespace dap {

// What to leave out (lua/serialize.h, whose defaults these have): MobDebug's names.
struct SerialStyle {
  opt<int> maxlevel;
  opt<int> maxnum;
  opt<int> maxlength;
  opt<int> comment;
  opt<std::string> numformat;
  opt<std::string> indent;
  opt<bool> compact;
  DAP_MEMBERS(SerialStyle, maxlevel, maxnum, maxlength, comment, numformat, indent, compact)
};

// The results of an expression or of statements, each as an expression of Lua.
struct Serialize {
  static constexpr const char* command = "nse/serialize";
  struct Arguments {
    std::string expression;
    opt<int> frameId;
    opt<SerialStyle> style;
    DAP_MEMBERS(Arguments, expression, frameId, style)
  };
  struct Response {
    std::vector<std::string> values;
    DAP_MEMBERS(Response, values)
  };
};

// A frame with all that it sees. `locals` and `upvalues` are tables of {value, text} by name.
struct SerialFrame {
  int id = 0;
  std::string name;
  opt<Source> source;
  int line = -1;
  int lineDefined = -1;
  std::string what;  // "Lua", "C", "main"
  std::string nameWhat;
  std::string locals;
  std::string upvalues;
  DAP_MEMBERS(SerialFrame, id, name, source, line, lineDefined, what, nameWhat, locals, upvalues)
};

struct SerializeStack {
  static constexpr const char* command = "nse/serializeStack";
  struct Arguments {
    int threadId = 0;
    opt<SerialStyle> style;
    DAP_MEMBERS(Arguments, threadId, style)
  };
  // references: assignments that put a table that comes several times, or holds itself, in its
  // other places. In them `_` is the list of frames, `_[1][2]` the first one's locals, `_[1][3]`
  // its upvalues.
  struct Response {
    std::vector<SerialFrame> frames;
    std::vector<std::string> references;
    DAP_MEMBERS(Response, frames, references)
  };
};

// Stops wherever an expression is true. Replaces the client's; the answers are in their order.
struct SetWatchExpressions {
  static constexpr const char* command = "nse/setWatchExpressions";
  struct Arguments {
    std::vector<std::string> expressions;
    DAP_MEMBERS(Arguments, expressions)
  };
  using Response = BreakpointsResponse;
};

}  // namespace dap
