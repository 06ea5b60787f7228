// Where steps do not stop: files and functions that a client has named (gdb's skip).
//
// A file is `nselib` (every library), a path, or a pattern of names with * and ?; a function a
// pattern of its name ("get", "M.get") with or without its file ("http.get", "http-title:get").
// What a Mark remembers of it is made anew when the list changes, with the breakpoints.
#pragma once

#include "agent/sources.h"
#include "dap/nse_requests.h"
#include "dap/requests.h"

namespace agent {

// Any thread. Each client has its own list; what one of them skips is skipped.
void set_skips(int client_id, const std::vector<dap::Skip>& skips);
void forget_skips(int client_id);

// Main thread: the function of `file` that begins at `line_defined`.
bool is_skipped(SourceFile& file, int line_defined);

}  // namespace agent
