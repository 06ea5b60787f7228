// A few instructions for another process, by which its main thread calls the agent itself: they
// take the place of a function in the executable's global offset table. Of Lua's API, and so its
// first argument is the Lua state; or, where Lua is part of the executable and its calls go through
// no table, of what the event loop calls, and the state is in a variable.
//
// So nobody has to wait for nmap with a breakpoint in its code: nmap runs on, untraced, and were
// nsedbg killed meanwhile, the worst that could happen is that the agent comes in, finds nobody and
// leaves. Being called, where a call is expected, they need save no more than the arguments and
// errno; the call of dlopen is made from a place where nmap's C code may call anything.
#pragma once

#include <cstdint>
#include <string>

#include "launch/remote_memory.h"

namespace launch {

inline constexpr size_t kStubPage = 4096;

enum class StubState : uint32_t {
  kOff = 0,       // passes calls on, no more
  kArmed = 1,     // the next call enters
  kEntering = 2,  // dlopen or the agent is at work
  kEntered = 3,
  kRefused = 4,   // the agent has: `answer`
  kNotLoaded = 5  // `error`: what dlerror has said
};

// The second page; entry_stub.cc's instructions know where each member is.
struct StubData {
  uint64_t original = 0;  // the function whose place they take
  uint64_t dlopen = 0, dlsym = 0, dlerror = 0, errno_location = 0;
  uint64_t enter = 0;  // nsedbg_attach, once it is known
  uint64_t error = 0;
  uint32_t state = 0;
  uint32_t padding = 0;
  char agent[1024] = "";  // the file
  char symbol[32] = "nsedbg_attach";
  char config[1440] = "";
  char answer[1024] = "";
  uint64_t variable =
      0;  // the address of one that holds the Lua state, or null while there is none
};
static_assert(sizeof(StubData) <= kStubPage);

// The instructions: position independent, for a page of their own with StubData in the next.
std::string stub_code();

}  // namespace launch
