// Non-stop mode: one NSE thread stands, the others go on.
//
// The line hook of the thread yields, as Lua lets a line hook do, and our coroutine.resume tells
// the engine that the thread waits for the network (_R.NSE_YIELD, nse_main.lua 7.93:954): the
// engine puts it among those that wait. Nothing waits for it but us: from nmap's event loop,
// nmap.socket.loop, which the engine calls in every round, it is woken as nsock would wake it
// (_R.NSE_WAITING_TO_RUNNING). What clients ask about it is answered there, too.
//
// This is how; scan.h has which and why. Main thread only.
#pragma once

#include "lua/api.h"

namespace agent {

struct NseThread;
struct Running;

// Once: puts ours in place of nmap.socket.loop, before nse_main.lua takes its copy.
void open_parking(lua_State* L);

// Whether the coroutine that runs can yield to the engine from a line hook: not within a C function
// that cannot go on afterwards (table.sort, string.gsub, require), and not where a coroutine was
// resumed by something else than NSE's own coroutine.resume, which passes the yield on.
bool can_park(const Running& running);

// `thread` yields from the hook of `co`; its time-outs stand.
void park(NseThread& thread, lua_State* co);
// It goes on in the engine's next round.
void wake(NseThread& thread);
// Some thread is, or has not gone on yet.
bool any_parked();
// nmap has dropped it.
void forget_parked(NseThread& thread);

// For resume, before lua_resume of `co` of `thread`: it may have been parked.
void unpark(const NseThread* thread, lua_State* co);
// After it: `co` has yielded because it was parked: pushes what the engine is to be
// told, one value. False and nothing pushed if it has yielded for itself.
bool push_parking(lua_State* L, NseThread* thread, lua_State* co);
// The same when the engine resumes a parked thread although nobody has woken it.
bool push_still_parked(lua_State* L, NseThread* thread);

}  // namespace agent
