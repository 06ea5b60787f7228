// What the agent knows about the process and the wishes of launch/attach that outlive the request.
// Any thread.
#pragma once

#include <string>
#include <vector>

#include "dap/requests.h"

namespace agent {

// argv[0] of nmap.
std::string program_name();

// The `terminated` event, once.
void announce_terminated();

// nmap exits only when these clients have left, or taken it back.
void hold_at_end(int client_id, bool hold);
// nmap's main thread, in an exit handler: waits for them. `status`: null if it is not known.
void wait_for_holders(const int* status);

// "none", "rule" or "action": where to stop without a breakpoint, as long as this client is there.
void set_stop_on_entry(int client_id, const std::string& entry);

// Steps land only in files of scripts.
void set_just_my_script(bool on);
bool just_my_script();

// The client's function breakpoints and, behind them, those that stop on entry.
std::vector<dap::FunctionBreakpoint> with_entry_breakpoints(
    int client_id, std::vector<dap::FunctionBreakpoint> wanted);

}  // namespace agent
