// nmap's side of an NSE thread: its base coroutine, the Thread object of nse_main.lua, and the
// tables that the engine keeps its threads in. Main thread. Raw access only; what cannot be found
// in this version of nmap is absent, never an error.
#pragma once

#include "agent/nse_thread.h"

namespace agent {

// Once: the weak table that they are found in.
void open_thread_objects(lua_State* L);

// The NseThread whose base coroutine is `co`, or null. `co` must be alive.
NseThread*& thread_slot(lua_State* co);

// Pushes the local `self` of the function that called resume, if that is Thread:resume of `co`.
bool push_resumed_object(lua_State* L, lua_State* co);
// What the Thread object at `object` says about the thread.
void read_object(lua_State* L, int object, NseThread& thread);
bool action_started(lua_State* L, int object);

// The coroutine at `coroutine` and its object can be found from now on, as long as nmap keeps them.
void remember_object(lua_State* L, int coroutine, int object);

// Pushes the base coroutine of `thread`; false and nothing pushed if it was collected: nmap drops a
// thread that has timed out without a word.
bool push_coroutine(lua_State* W, const NseThread& thread);

// Pushes nmap's Thread table of `thread`; false and nothing pushed if nmap has dropped it.
bool push_object(lua_State* W, const NseThread& thread);

// Pushes the Thread table of the thread that runs the script: of a worker its parent, or whose
// worker that is. False and nothing pushed if nmap has dropped it.
bool push_instance(lua_State* W, const NseThread& thread);

// Pushes nmap's Thread table of the NSE thread that `co` (a base or a nested coroutine on the
// running stack) belongs to; false and nothing pushed if there is none.
bool push_nse_thread(lua_State* W, lua_State* co);

// Pushes one of the tables by coroutine of the engine's present run ("all", "waiting",
// "yielded_base"); false and nothing pushed if there is none.
bool push_engine_table(lua_State* W, const char* name);

// The NSE thread that a coroutine belongs to, a nested one too, as far as nmap knows; or null.
NseThread* thread_of_coroutine(lua_State* W, lua_State* co);

// `co` will never run again: it has ended, or its NSE thread was closed by nmap.
bool has_ended(lua_State* W, lua_State* co);

}  // namespace agent
