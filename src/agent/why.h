// Why a script did, or did not do, what its user expected; and why a breakpoint was never hit.
//
// The answers are made from what really happened: outcomes.h (every instance and its end),
// selection.h (what nmap chose), the breakpoint table and what was counted at each. Any thread.
#pragma once

#include "base/result.h"
#include "dap/nse_requests.h"
#include "dap/requests.h"

namespace agent {

base::Result<dap::Why::Response> why_script(const dap::Why::Arguments& arguments);

base::Result<dap::Why::Response> why_breakpoint(int id);

// The scan is over: clients whose breakpoints have not stopped it once are told why, in an `output`
// event, so that a script which "was never reached" needs no second run.
void tell_why_nothing_stopped();

}  // namespace agent
