// What is known about a function's prototype: its file, and whether a breakpoint is in it.
// A direct-mapped cache in front of lua_getinfo, for the call hook. Main thread only.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <atomic>

#include "agent/sources.h"
#include "lua/proto.h"

namespace agent {

struct Mark {
  const void* prototype = nullptr;
  int epoch = -1;
  SourceFile* file = nullptr;  // null: not from a file (load of a string, stripped code)
  int line_defined = 0;
  bool lines = false;     // an armed line lies within it
  bool function = false;  // a function breakpoint is on it
  bool engine = false;
  std::atomic<int>* calls = nullptr;  // counted while a line in it is armed
  bool skipped = false;               // steps do not stop there (skips.h)

  bool any() const { return lines || function; }
};

// Counts what makes a Mark stale: armed breakpoints changed, or code was loaded. (A prototype's
// address may be reused once code was collected, but new code only comes in through a load.)
extern int marks_epoch;

// How often the function that begins there was called while a breakpoint was in it. Any thread.
std::atomic<int>& calls_of(const SourceFile& file, int line_defined);

namespace detail {
inline constexpr size_t kMarkSlots = 2048;  // sets of two: a colliding pair does not thrash
extern Mark mark_slots[kMarkSlots];
extern const Mark kNoMark;
void fill_mark(Mark* set, const void* prototype, lua_State* L, lua_Debug* ar);

inline bool is_current(const Mark& mark, const void* prototype) {
  return mark.prototype == prototype && mark.epoch == marks_epoch;
}
}  // namespace detail

namespace detail {
inline const Mark& mark_for(const void* prototype, lua_State* L, lua_Debug* ar) {
  if (!prototype) return detail::kNoMark;
  // Fibonacci hashing (Knuth, TAOCP 6.4), the lowest bit left to the set.
  uint64_t hash = reinterpret_cast<uintptr_t>(prototype) * 0x9E3779B97F4A7C15u;
  Mark* set = &detail::mark_slots[hash >> 53 & ~uint64_t{1}];
  if (detail::is_current(set[0], prototype)) return set[0];
  if (!detail::is_current(set[1], prototype)) {
    detail::fill_mark(set, prototype, L, ar);
    return set[0];
  }
  return set[1];
}
}  // namespace detail

// Of the function at `ar` of a coroutine that runs; an empty Mark for C functions. Valid until the
// next call.
inline const Mark& mark_of(lua_State* L, lua_Debug* ar) {
  return detail::mark_for(lua::prototype(L, ar), L, ar);
}

// The same of a coroutine that may be suspended.
inline const Mark& mark_of_frame(lua_State* L, lua_Debug* ar) {
  return detail::mark_for(lua::frame_prototype(L, ar), L, ar);
}

}  // namespace agent
