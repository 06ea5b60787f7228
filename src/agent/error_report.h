// An error that has stopped the scan as one answer: where, in which script against whom, the stack
// with its source lines, and every local. For a report that nobody waits at. Main thread, stopped.
#pragma once

#include "base/result.h"
#include "dap/nse_requests.h"
#include "dap/requests.h"

namespace agent {

// Of a stack trace, the frames that say something about the script: without those of nse_main.lua,
// and what it calls to get there.
std::vector<dap::StackFrame> without_engine(const std::vector<dap::StackFrame>& frames);

base::Result<dap::ErrorReport::Response> error_report(const dap::ErrorReport::Arguments& arguments);

}  // namespace agent
