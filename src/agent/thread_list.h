// The NSE threads as a client asks for them: filtered, sorted, in pages or groups, each with its
// state, what it waits for and its times.
//
// On the main thread, while the scan stands, everything is known; on the I/O thread (`on_main`
// false) what needs Lua is left out: locks, who is ready, places.
#pragma once

#include "base/result.h"
#include "dap/nse_requests.h"

namespace agent {

base::Result<dap::NseThreads::Response> list_threads(const dap::NseThreads::Arguments& arguments,
                                                     bool on_main);

}  // namespace agent
