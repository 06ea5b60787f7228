// What can follow the cursor in an expression: names of the frame, or the fields of a path.
//
// The path before the last '.', ':' or '[' is looked up raw (expression.h), so completing never
// runs the script's code. Main thread, scan stopped.
#pragma once

#include "agent/frames.h"
#include "base/result.h"
#include "dap/requests.h"

namespace agent {

// `column` counts UTF-16 units from 1, as announced by linesStartAt1/columnsStartAt1 (the server
// adds 1 for clients that count from 0); so do the items' `start`. Sorted; at most 200, the last
// one then says how many more there are.
base::Result<dap::Completions::Response> completions(const Frame& frame,
                                                     const dap::Completions::Arguments& arguments);

}  // namespace agent
