// What identifies a function's prototype inside a hook, in a few instructions.
//
// A call hook on everything must decide "does this function matter?" for about the price of the
// call itself. lua_getinfo("S") costs some hundred instructions, so this reads the prototype's
// address through lua_Debug's private `i_ci`: CallInfo begins with `func` (5.3 and 5.4 lstate.h), a
// closure's prototype stands at offset 24 (lobject.h, ClosureHeader), and a Lua closure's tag is
// 0x46 in both. calibrate() proves this on the running Lua before it is relied on; where the proof
// fails, a slower way is taken (the address of the function value), which is only less precise
// about sharing.
#pragma once

#include <stddef.h>
#include <string.h>

#include "lua/api.h"

namespace lua {

// Main thread, once. Returns whether the fast way is sound here.
bool calibrate(lua_State* L);

namespace detail {

inline constexpr unsigned char kLuaClosureTag = 0x46;  // LUA_TFUNCTION | BIT_ISCOLLECTABLE
inline constexpr size_t kTagOffset = 8;                // TValue: 8 bytes of value, then the tag
inline constexpr size_t kPrototypeOffset = 24;         // LClosure: header, gclist, p
inline constexpr size_t kPreviousOffset = 16;          // CallInfo: func, top, previous

extern bool fast;
const void* slow_prototype(lua_State* L, lua_Debug* ar);

template <class T>
T read_at(const void* base, size_t offset) {
  T value;
  memcpy(&value, static_cast<const char*>(base) + offset, sizeof value);
  return value;
}

inline const void* prototype_of(const void* activation) {
  const void* function = read_at<const void*>(activation, 0);
  if (read_at<unsigned char>(function, kTagOffset) != kLuaClosureTag) return nullptr;
  return read_at<const void*>(read_at<const void*>(function, 0), kPrototypeOffset);
}

}  // namespace detail

// The prototype of the Lua function at `ar` (filled by a hook or lua_getstack); null for C
// functions.
inline const void* prototype(lua_State* L, lua_Debug* ar) {
  return detail::fast ? detail::prototype_of(ar->i_ci) : detail::slow_prototype(L, ar);
}

// The same for any frame of a coroutine that may be suspended, which the running one's way gets
// wrong: lua_yieldk moves the top frame's `func` (5.3 ldo.c; of a hook that yields, ldebug.c).
const void* frame_prototype(lua_State* L, lua_Debug* ar);

// The activation record itself: two equal addresses on one coroutine at one time are one frame.
inline const void* activation(const lua_Debug* ar) { return ar->i_ci; }

// In a hook: `caller` becomes the frame that called the one at `ar`. False at the bottom.
inline bool caller_of(lua_State* L, const lua_Debug* ar, lua_Debug* caller) {
  if (!detail::fast) return lua_getstack(L, 1, caller);
  // At the bottom stands an entry of Lua's own that is no Lua function (lstate.c, stack_init).
  caller->i_ci = detail::read_at<decltype(lua_Debug::i_ci)>(ar->i_ci, detail::kPreviousOffset);
  return caller->i_ci != nullptr;
}

// The frame below the one at `ar`, which is at `level`: a walk down a deep stack, where
// lua_getstack would count from the top for each frame.
inline bool next_frame(lua_State* L, const lua_Debug* ar, int level, lua_Debug* caller) {
  lua_Debug below;  // null below Lua's own entry, which is no frame
  if (!detail::fast) return lua_getstack(L, level + 1, caller);
  return caller_of(L, ar, caller) && caller_of(L, caller, &below);
}

// In a call hook: the activation that the called function will have. A tail call takes over its
// caller's, which 5.3 does only after the hook (lvm.c, OP_TAILCALL), 5.4 before (ldo.c).
const void* called_activation(lua_State* L, const lua_Debug* ar);

}  // namespace lua
