// Values and stacks as Lua source (lua/serialize.h), for ZeroBrane Studio. Main thread, scan
// stopped.
#pragma once

#include "agent/frames.h"
#include "base/result.h"
#include "dap/serialize.h"

namespace agent {

base::Result<dap::Serialize::Response> serialize(const Frame& frame,
                                                 const dap::Serialize::Arguments& arguments);

// Without the frames of nse_main.lua. The first frame has `NSE` among its upvalues: what the scope
// of that name shows.
base::Result<dap::SerializeStack::Response> serialize_stack(
    const dap::SerializeStack::Arguments& arguments);

}  // namespace agent
