// Lua at the prompt: expressions and statements, in the selected frame.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"
#include "dap/requests.h"

namespace cli {

struct EvaluateOptions {
  bool hex = false;
  bool bare = false;             // the value alone, without `expr = `
  const char* context = "repl";  // DAP's: "watch" is one line
};

// `expr = value`, wrapped to the screen; nothing for a statement. A piece of Lua that is not
// finished yet is continued from where it came from.
CommandResult evaluate(Debugger& dbg, std::string expression, const EvaluateOptions& options);

// What an expression is in the selected frame, on one line.
base::Result<dap::Evaluate::Response> look_at(Debugger& dbg, std::string_view expression);

// A local, upvalue, global or table field that completion knows under exactly this name.
bool is_visible_name(Debugger& dbg, const std::string& name);

// What could follow `text` (the end of it is being typed).
std::vector<dap::CompletionItem> completions(Debugger& dbg, const std::string& text);

}  // namespace cli
