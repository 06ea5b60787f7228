// Where a coroutine stands that yielded in a line hook.
//
// Lua moves such a frame back by one instruction, so that resuming it fetches the same one again
// (ldebug.c, luaG_traceexec: savedpc--). Until then lua_getinfo tells the line of the instruction
// before, and lua_getlocal does not know a local that has just come to life. So while it rests its
// frame is moved forward again, and back before it is resumed.
//
// savedpc is behind the four pointers that CallInfo begins with (5.4 lstate.h), and behind `base`
// in 5.3. That it is what we take it for is proven each time: between the hook and the return of
// lua_resume it must have gone back by one instruction. If not, nothing is touched.
#pragma once

#include "lua/proto.h"

namespace lua {

class HookYield {
 public:
  HookYield() = default;
  // In the hook, before it yields.
  explicit HookYield(lua_State* L) {
    lua_Debug ar;
    if (!detail::fast || !lua_getstack(L, 0, &ar)) return;
    saved_pc_ = reinterpret_cast<const char**>(reinterpret_cast<char*>(ar.i_ci) + kSavedPcOffset);
    in_hook_ = *saved_pc_;
  }
  // lua_resume has returned LUA_YIELD.
  void rest() {
    if (!saved_pc_ || *saved_pc_ != in_hook_ - kInstruction) return;
    *saved_pc_ = in_hook_;
    moved_ = true;
  }
  // Before lua_resume.
  void go_on() {
    if (moved_) *saved_pc_ -= kInstruction;
    moved_ = false;
  }

 private:
  static constexpr size_t kSavedPcOffset = LUA_VERSION_NUM >= 504 ? 32 : 40;
  static constexpr ptrdiff_t kInstruction = 4;

  const char** saved_pc_ = nullptr;
  const char* in_hook_ = nullptr;
  bool moved_ = false;
};

}  // namespace lua
