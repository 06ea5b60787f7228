// Pause, and the end of an evaluation that loops: a signal to nmap's main thread, whose handler
// installs a hook on the coroutine that runs, as lua.c does for Ctrl-C.
//
// SIGURG, as Go preempts with: ignored by default, so nothing breaks if it comes late. From another
// thread lua_sethook would be a data race (5.4 walks the call-info list); on the same thread it is
// what lua_sethook promises. nsock retries on EINTR (nsock_engines); nmap's own port scan is left
// alone: no signal is sent while no Lua can run.
#pragma once

#include <atomic>

#include "lua/api.h"

namespace agent {

// Main thread. The signal's former handler comes back when nobody else can send it any more.
void install_interrupt(lua_State* L);
void uninstall_interrupt();

// Any thread.
bool on_main_thread();

// Any thread: stop at the next line of Lua.
void request_pause();
extern std::atomic<bool> pause_wanted;
inline bool pause_requested() { return pause_wanted.load(std::memory_order_relaxed); }
// Main thread: the pause has been served.
void pause_done();

// Any thread: the hook shall run soon, whatever is armed. attention_taken(): whether it was asked
// to since the last time.
void request_attention();
extern std::atomic<bool> attention_wanted;
inline bool attention_taken() {
  return attention_wanted.load(std::memory_order_relaxed) && attention_wanted.exchange(false);
}

// Any thread: end what `evaluate` runs.
void interrupt_main_evaluation();

// Main thread: the engine is at work (its run loop turns): signals are allowed.
void set_engine_active(bool active);
bool engine_active();

}  // namespace agent
