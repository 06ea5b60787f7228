#include "lua/proto.h"

namespace lua {

bool detail::fast = false;

const void* detail::slow_prototype(lua_State* L, lua_Debug* ar) {
  if (!lua_getinfo(L, "f", ar)) return nullptr;
  const void* key = lua_iscfunction(L, -1) ? nullptr : lua_topointer(L, -1);
  lua_pop(L, 1);
  return key;
}

namespace {

using namespace detail;

// What the two hook calls of the proof saw.
struct Seen {
  const void* fast = nullptr;
  const void* closure = nullptr;
  int calls = 0;
  bool mismatch = false;
};
Seen seen[2];
int calls = 0;

void observe(lua_State* L, lua_Debug* ar) {
  lua_getinfo(L, "f", ar);
  const void* function = read_at<const void*>(ar->i_ci, 0);
  bool is_lua = !lua_iscfunction(L, -1);
  const void* closure = lua_topointer(L, -1);
  lua_pop(L, 1);
  bool tagged = read_at<unsigned char>(function, kTagOffset) == kLuaClosureTag;
  lua_Debug caller;
  bool linked = !lua_getstack(L, 1, &caller) ||
                read_at<const void*>(ar->i_ci, kPreviousOffset) == caller.i_ci;
  if (is_lua != tagged || !linked || (is_lua && read_at<const void*>(function, 0) != closure)) {
    seen[0].mismatch = true;
    return;
  }
  if (!is_lua || calls >= 2) return;
  seen[calls].fast = read_at<const void*>(closure, kPrototypeOffset);
  seen[calls++].closure = closure;
}

}  // namespace

// Two closures of one prototype and nothing else are called under the hook: their addresses must
// differ, what is read as their prototype must not, and a C call must be told apart.
bool calibrate(lua_State* L) {
  if (sizeof(void*) != 8) return false;
  int top = lua_gettop(L);
  lua_State* probe = lua_newthread(L);
  const char* code = "local f, g = ... ; f() g() tostring(1)";
  const char* make =
      "local t = {} for i = 1, 2 do t[i] = function() return i end end return t[1], t[2]";
  if (luaL_loadstring(probe, code) == LUA_OK && luaL_loadstring(probe, make) == LUA_OK &&
      lua_pcall(probe, 0, 2, 0) == LUA_OK) {
    // The chunk itself is the first Lua function called: it is skipped by starting at -1.
    calls = -1;
    seen[0] = seen[1] = Seen{};
    lua_sethook(
        probe,
        [](lua_State* state, lua_Debug* ar) {
          if (calls < 0) {
            calls = 0;
            return;
          }
          observe(state, ar);
        },
        LUA_MASKCALL, 0);
    lua_pcall(probe, 2, 0, 0);
    lua_sethook(probe, nullptr, 0, 0);
    fast = calls == 2 && !seen[0].mismatch && seen[0].closure != seen[1].closure &&
           seen[0].fast == seen[1].fast && seen[0].fast != nullptr;
  }
  lua_settop(L, top);
  return fast;
}

const void* frame_prototype(lua_State* L, lua_Debug* ar) {
  if (!fast || lua_status(L) != LUA_YIELD) return prototype(L, ar);
  if (!lua_checkstack(L, 1)) return nullptr;
  const void* closure = slow_prototype(L, ar);
  return closure ? read_at<const void*>(closure, kPrototypeOffset) : nullptr;
}

const void* called_activation(lua_State* L, const lua_Debug* ar) {
#if LUA_VERSION_NUM < 504
  lua_Debug caller;
  if (ar->event == LUA_HOOKTAILCALL && lua_getstack(L, 1, &caller)) return activation(&caller);
#else
  (void)L;
#endif
  return activation(ar);
}

}  // namespace lua
