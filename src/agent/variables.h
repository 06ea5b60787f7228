// The children of a variablesReference, a page at a time, and assignment to them.
//
// Nothing is cut silently: what does not fit into one answer ends with an entry "…" whose value
// says how many more there are and whose own reference continues the list.
#pragma once

#include "base/result.h"
#include "dap/requests.h"

namespace agent {

// Main thread, scan stopped.
base::Result<dap::Variables::Response> variables(const dap::Variables::Arguments& arguments);
base::Result<dap::SetVariable::Response> set_variable(const dap::SetVariable::Arguments& arguments);

}  // namespace agent
