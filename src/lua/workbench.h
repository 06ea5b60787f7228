// The agent's own Lua thread, on which it looks at values and evaluates: nmap's coroutines are
// never used as a scratch pad.
//
// A thread that is never resumed; lua_pcall runs on it directly, so code on it cannot yield
// ("attempt to yield across a C-call boundary"). Anchored in the registry under a private key: the
// only thread the agent holds on to is its own. Main thread of nmap only.
#pragma once

#include "base/result.h"
#include "lua/api.h"

namespace lua {

// Creates and anchors the workbench. Call once, from the agent's entry point.
void open_workbench(lua_State* L);
// There is none any more; who calls this takes it out of the registry.
void forget_workbench();

// The workbench, its stack as its last user left it; every user leaves it as found.
lua_State* workbench();

// Runs `body(W, arg)` on the workbench inside lua_pcall, with an empty stack at the start. False
// and a message in `*error` (static storage, until the next call) if Lua raised (in practice:
// memory). The one place where the agent's C++ meets Lua errors: anything in `body` whose
// destructor is skipped by a memory error leaks, which is stated in ARCHITECTURE.md.
bool protected_call(void (*body)(lua_State* W, void* arg), void* arg, const char** error);

// The same for a lambda `void(lua_State* W)`.
template <class Body>
base::Status protect(Body&& body) {
  const char* error = nullptr;
  auto run = [](lua_State* W, void* arg) { (*static_cast<Body*>(arg))(W); };
  if (protected_call(run, &body, &error)) return base::ok();
  return base::fail(error);
}

// Restores the top on scope exit (no destructor that matters if Lua raises: it only drops values).
class StackGuard {
 public:
  explicit StackGuard(lua_State* state) : L_(state), top_(lua_gettop(state)) {}
  ~StackGuard() { lua_settop(L_, top_); }
  StackGuard(const StackGuard&) = delete;
  StackGuard& operator=(const StackGuard&) = delete;

 private:
  lua_State* L_;
  int top_;
};

}  // namespace lua
