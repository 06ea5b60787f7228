// The one hook function, and the policy of what is armed where.
//
// Nothing to watch: no hook. Breakpoints a thread can reach: a call hook notices entry into a
// function that has one; the line hook is on only while such a function is the top frame, the
// return hook only while one is on the stack. A step: its own mask (stepper.h). A pause: lines,
// once. Never a count hook: it costs 8 to 23 % however large its count (shared/PEERS.md).
//
// Main thread only. A hook is on a coroutine only while it is being resumed
// (docs/why-nmap-crashed.md).
#pragma once

#include "agent/resume.h"

namespace agent {

// Called by resume around lua_resume.
void enter_coroutine(Running& running);
void leave_coroutine(Running& running);

// Brings the hook of the running coroutine up to date: after a nested one has ended, after a stop,
// when breakpoints or steps have changed.
void rearm();

// The hook itself, for interrupt.cc, which installs it from a signal handler.
void hook(lua_State* L, lua_Debug* ar);

// The process ends: no hook does anything any more. Touches no Lua: it may be closed already.
void disable_hooks();

}  // namespace agent
