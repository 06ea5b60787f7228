// Expressions and statements run in a frame.
//
// The text is compiled as `return TEXT`, else as it stands, with an environment of ours in front:
// its __index and __newindex see the frame's locals and upvalues first, then the script's
// environment by raw access. It runs on the workbench under the network guard, never on the
// script's own coroutine. What an expression leaves behind (a closure in a global) keeps an
// environment that, once the evaluation is over, is just the script's. Main thread, scan stopped.
#pragma once

#include <string>
#include <string_view>

#include "agent/frames.h"
#include "base/result.h"
#include "dap/requests.h"

namespace agent {

// A frame without coroutine: evaluated in the globals. Contexts: "hover" runs nothing, only paths;
// "watch" and "variables" answer in one line, "repl" wrapped to format.nseWidth (80), "clipboard"
// in full. Several results are shown with commas, the reference is that of the first.
base::Result<dap::Evaluate::Response> evaluate(const Frame& frame,
                                               const dap::Evaluate::Arguments& arguments);

base::Result<dap::SetExpression::Response> set_expression(
    const Frame& frame, const dap::SetExpression::Arguments& arguments);

// Inside lua::protect: pushes all results, returns how many.
base::Result<int> run_expression(lua_State* W, const Frame& frame, std::string_view text);

// Inside lua::protect: pushes exactly one value (nil if there is none).
base::Status push_expression(lua_State* W, const Frame& frame, std::string_view text);

// Inside lua::protect: what setVariable and setExpression answer about the value on top.
dap::SetVariable::Response describe_assigned(lua_State* W, const Frame& frame,
                                             const std::string& path, bool hex);

// The error value on top of W as text for a person; pops it.
std::string error_text(lua_State* W);

}  // namespace agent
