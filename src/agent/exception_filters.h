// Which errors stop the scan: what the clients set with setExceptionBreakpoints. Each has filters
// of its own; what one of them wants stops. Any thread; the main thread asks at every error.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/result.h"
#include "dap/requests.h"

namespace agent {

// As dap::kExceptionFilters has them.
enum class Filter { kUncaught, kCaught, kNewTry, kLoad };

// What became of each: of `filters`, then of `filterOptions`.
base::Result<std::vector<dap::Breakpoint>> set_exception_filters(
    int client_id, const dap::SetExceptionBreakpoints::Arguments& arguments);
void forget_exception_filters(int client_id);

extern std::atomic<unsigned> exception_filters_on;
inline bool is_on(Filter filter) {
  return exception_filters_on.load(std::memory_order_relaxed) >> static_cast<int>(filter) & 1;
}

const char* filter_id(Filter filter);
// The conditions set for it: it stops if one of them holds, or if there is none.
std::vector<std::string> filter_conditions(Filter filter);

}  // namespace agent
