// The other way in: into an nmap that runs already, and out of it again.
//
// launch/attach makes nmap itself call nsedbg_attach where its C code is about to call Lua anyway.
// We come in only while the engine's run() is what has called that C code, on nmap's main state: no
// coroutine is being resumed, so none can be left or ended by code that is not ours (resume.h).
// While nmap scans ports, loads its scripts or runs one, the answer is "not now".
//
// When the last client has gone we leave: from nmap's event loop, where the same holds. All
// functions become nmap's own again, hooks, signal handler and calls of the clock are given back,
// the I/O thread ends, the socket goes. The object stays mapped (coroutines may have continuations
// in it) and can be entered again. One thing stays where it was needed: if stops were taken out of
// nmap's time, its clock goes on being later by as much, or all of its time-outs would fire.
#pragma once

#include <stddef.h>

#include "lua/api.h"

namespace agent {

enum AttachAnswer { kAttached = 0, kNotNow = 1, kAttachFailed = 2 };

// Main thread, in nmap's event loop on its main state.
void leave_if_wanted(lua_State* L);

// Any thread: what was before we came is not known.
bool attached_late();

}  // namespace agent

// `config`: lines "name=value" of socket, run_dir, allow_uid, log. Returns an AttachAnswer; on
// kAttachFailed `answer` says why.
extern "C" __attribute__((visibility("default"))) int nsedbg_attach(lua_State* L,
                                                                    const char* config,
                                                                    char* answer, size_t size);
