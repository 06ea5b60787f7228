// A stop at a script's call to the network: what goes out, or has come, can be looked at, changed,
// and replaced by a failure.
//
// Before a call (connect, send, close, TLS) the stop is in the frame of the tap; what the call is
// given can be changed, or it is not made at all and returns what nmap returns when it fails (nil
// and a status, nse_nsock.cc 7.93:320). When results come (received bytes, a failure) the script's
// coroutine is still parked and shown as such; the values stand on the engine's stack before they
// are handed over. Main thread only, from taps.cc and from requests while stopped.
#pragma once

#include "base/result.h"
#include "dap/network.h"
#include "lua/api.h"

namespace agent {

struct NseThread;

// The call of `thread` is about to be made in its frame on `L`. -1: make it; otherwise so many
// results are on top of `L` instead.
int stop_before_call(NseThread* thread, lua_State* L);

// `count` results are on top of `L`: in the call's frame, or of the engine that resumes the parked
// thread. Returns how many there are now.
int stop_at_results(NseThread* thread, lua_State* L, int count);

// nse/inject.
base::Result<dap::Inject::Response> inject(const dap::Inject::Arguments& arguments);

}  // namespace agent
