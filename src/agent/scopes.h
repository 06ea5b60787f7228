// What a frame can see: locals, varargs, upvalues, the script's globals, NSE's own data, _G.
#pragma once

#include "agent/frames.h"
#include "base/result.h"
#include "dap/requests.h"

namespace agent {

// Main thread, scan stopped.
base::Result<dap::Scopes::Response> scopes(const Frame& frame);

// Inside lua::protect: pushes a new table with what NSE knows for the frame's thread: error (at a
// stop for one), host, port, SCRIPT_NAME, SCRIPT_PATH, SCRIPT_TYPE, script-args, registry; those
// that exist.
void push_nse(lua_State* W, const Frame& frame);

// The fields of push_nse in the order in which they are shown, and an expression for each.
struct NseField {
  const char* name;
  const char* expression;
};
extern const NseField kNseFields[];
extern const int kNseFieldCount;

}  // namespace agent
