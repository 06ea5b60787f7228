// Errors: the stop where one was raised, with every frame and local still alive.
//
// A coroutine that dies keeps its frames (lua_resume does not unwind), so the right moment for it
// is in the resume wrapper, right after lua_resume failed. Whether anybody will catch the error is
// read off the stacks of the coroutines that wait for the dead one: pcall and xpcall, or a resume
// that reports the error as a value. What pcall and xpcall catch on the coroutine itself is seen by
// their message handler (protected_calls.h). A script that yields out of its action is given up
// by NSE without an error; that is an uncaught one, too. `nmap.new_try` ends scripts by throwing a
// table with `errtype`: that is control flow, with a filter of its own. Main thread.
#pragma once

#include "agent/exception_filters.h"
#include "base/result.h"
#include "dap/requests.h"
#include "lua/api.h"

namespace agent {

struct NseThread;

// `co` died; the error is on top of its stack. `L` resumed it.
void on_death(lua_State* L, lua_State* co, NseThread* thread);

// `co`, an NSE thread's base that `L` resumed, has yielded its `results`, on top of its stack. NSE
// gives a script up that yields what NSE did not make.
void on_yield(lua_State* L, lua_State* co, NseThread* thread, int results);

// A message handler's frame is on top of L, the error at its index 1.
void on_caught(lua_State* L);
inline bool sees_caught_errors() { return is_on(Filter::kCaught) || is_on(Filter::kNewTry); }

// A script or library did not compile: the message is on top of L.
void on_load_failed(lua_State* L);

base::Result<dap::ExceptionInfo::Response> exception_info(
    const dap::ExceptionInfo::Arguments& arguments);

}  // namespace agent
