// What nmap's script engine is at: phase, run level, hosts and ports, and what every script has
// come to so far.
#pragma once

#include "dap/nse_requests.h"
#include "lua/api.h"

namespace agent {

// Main thread, once: keeps cnse.ports, which lists a host's ports. `cnse` is on top of L.
void open_scan_status(lua_State* L);

// Main thread, in a C function that the engine's run() has called: a run begins.
void note_run(lua_State* L);
void note_run_over();

// `W`: the workbench, on the main thread while the scan stands; null on another: ports and nmap's
// levels are left out.
dap::NseScan::Response scan_status(lua_State* W);

}  // namespace agent
