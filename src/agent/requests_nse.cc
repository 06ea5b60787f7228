// Requests that DAP does not have.
#include "agent/deadlocks.h"
#include "agent/dispatch.h"
#include "agent/locks.h"
#include "agent/nmap_levels.h"
#include "agent/scan_status.h"
#include "agent/thread_list.h"
#include "agent/why.h"
#include "dap/nse_requests.h"
#include "lua/workbench.h"

namespace agent {
namespace {

base::Result<dap::Why::Response> why(Call& call, const dap::Why::Arguments& arguments) {
  if (call.on_main) nse_threads().refresh();
  if (arguments.breakpointId) return why_breakpoint(*arguments.breakpointId);
  if (!arguments.script) return base::fail("needs a script or a breakpointId");
  return why_script(arguments);
}

base::Result<dap::NseThreads::Response> threads(Call& call,
                                                const dap::NseThreads::Arguments& arguments) {
  return list_threads(arguments, call.on_main);
}

dap::NseLock to_dap(const Lock& lock) {
  dap::NseLock out;
  out.kind = lock.mutex ? "mutex" : "condvar";
  out.name = lock.name;
  if (lock.holder) out.holder = lock.holder->id;
  if (lock.held) out.heldBy = holder_text(lock);
  for (const NseThread* thread : lock.waiting) out.waiting.push_back(thread->id);
  return out;
}

base::Result<dap::NseLocks::Response> locks(Call&, const dap::Empty&) {
  nse_threads().refresh();
  Locks now = read_locks(lua::workbench());
  dap::NseLocks::Response response;
  for (const Lock& lock : now.locks) response.locks.push_back(to_dap(lock));
  response.idle = now.idle;
  for (Deadlock& deadlock : find_deadlocks(now, nse_threads().all()))
    response.deadlocks.push_back({std::move(deadlock.text), std::move(deadlock.threads)});
  return response;
}

base::Result<dap::NseScan::Response> status(Call& call, const dap::Empty&) {
  if (call.on_main) nse_threads().refresh();
  return scan_status(call.on_main ? lua::workbench() : nullptr);
}

base::Result<dap::NseSetLevels::Response> set_levels(Call&,
                                                     const dap::NseSetLevels::Arguments& wanted) {
  lua_State* W = lua::workbench();
  base::Status set = set_nmap_levels(W, wanted.debugging, wanted.verbosity);
  if (!set) return set.take_error();
  NmapLevels now = nmap_levels(W);
  return dap::NseSetLevels::Response{now.debugging, now.verbosity};
}

}  // namespace

template <>
const Handler HandlerOf<dap::Why>::value = on<dap::Why, why>(On::kLua);
template <>
const Handler HandlerOf<dap::NseThreads>::value = on<dap::NseThreads, threads>(On::kLua);
template <>
const Handler HandlerOf<dap::NseLocks>::value = on<dap::NseLocks, locks>(On::kStopped);
template <>
const Handler HandlerOf<dap::NseScan>::value = on<dap::NseScan, status>(On::kLua);
template <>
const Handler HandlerOf<dap::NseSetLevels>::value = on<dap::NseSetLevels, set_levels>(On::kStopped);

}  // namespace agent
