#include "agent/adopt.h"

#include <dlfcn.h>

#include <unordered_set>

#include "agent/resume.h"
#include "lua/proto.h"

// Not every self-built nmap exports it.
extern "C" __attribute__((weak)) decltype(luaopen_coroutine) luaopen_coroutine;

namespace agent {
namespace {

const char kOriginals = 0;            // registry key of a table: ours → the original
lua_CFunction lua_wrapped = nullptr;  // what Lua's own coroutine.wrap returns

bool is_ours(lua_CFunction function) {
  Dl_info agent, other;
  return dladdr(reinterpret_cast<const void*>(stands_for), &agent) &&
         dladdr(reinterpret_cast<const void*>(function), &other) &&
         agent.dli_fbase == other.dli_fbase;
}

void push_originals(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kOriginals);
  if (lua_istable(L, -1)) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kOriginals);
}

// Replaces the C closure on top by one of `function` with the same upvalues.
void rebuild(lua_State* L, lua_CFunction function) {
  int closure = lua_gettop(L), count = 0;
  while (lua_checkstack(L, 2) && lua_getupvalue(L, closure, count + 1)) ++count;
  lua_pushcclosure(L, function, count);
  lua_replace(L, closure);
}

class Walk {
 public:
  Walk(lua_State* W, bool back, const Found& found) : W_(W), back_(back), found_(found) {}
  void run();

 private:
  // On the stack of W.
  static constexpr int kQueue = 1;      // what is to be visited
  static constexpr int kReplaced = 2;   // value → what stands in its place
  static constexpr int kFunctions = 3;  // Lua functions

  void prepare();
  void reach_roots();
  void reach();  // the value on top, which stays
  bool exchange();
  bool push_counterpart(lua_CFunction function);
  bool settle();
  void visit(int object);
  void visit_metatable(int object);
  void visit_fields(int table);
  void visit_userdata(int userdata);
  void visit_upvalues(int function);
  void visit_thread(lua_State* co);
  void visit_frame(lua_State* co, lua_Debug* ar);
  bool visit_local(lua_State* co, lua_Debug* ar, int slot);
  void visit_not_started(lua_State* co);

  lua_State* W_;
  bool back_;
  Found found_;
  std::unordered_set<const void*> seen_;
  lua_Integer queued_ = 0, functions_ = 0;
};

// Our own functions hold the originals: they must not become functions that hold themselves.
void Walk::prepare() {
  lua_settop(W_, 0);
  luaL_checkstack(W_, 40, nullptr);
  for (int i = 0; i < 3; ++i) lua_newtable(W_);
  push_originals(W_);
  int originals = lua_gettop(W_);
  seen_.insert(lua_topointer(W_, originals));
  seen_.insert(W_);
  lua_pushnil(W_);
  while (lua_next(W_, originals)) {
    reach();
    if (!back_) seen_.insert(lua_topointer(W_, -2));
    lua_pushvalue(W_, back_ ? -2 : -1);
    lua_pushvalue(W_, back_ ? -2 : -3);
    lua_rawset(W_, kReplaced);
    lua_pop(W_, 1);
  }
  lua_pop(W_, 1);
}

void Walk::reach_roots() {
  lua_pushvalue(W_, LUA_REGISTRYINDEX);
  reach();
  lua_pushliteral(W_, "");  // types whose values share one metatable
  lua_pushnil(W_);
  lua_pushboolean(W_, 0);
  lua_pushinteger(W_, 0);
  lua_pushcfunction(W_, coroutine_functions()->func);
  while (lua_gettop(W_) > kFunctions) {
    visit_metatable(lua_gettop(W_));
    lua_pop(W_, 1);
  }
}

void Walk::run() {
  prepare();
  reach_roots();
  for (lua_Integer at = 1; at <= queued_; ++at) {
    lua_rawgeti(W_, kQueue, at);
    visit(lua_gettop(W_));
    lua_settop(W_, kFunctions);
    lua_pushboolean(W_, 0);
    lua_rawseti(W_, kQueue, at);
  }
  if (found_.functions) found_.functions(W_, kFunctions);
  lua_settop(W_, 0);
}

void Walk::reach() {
  int type = lua_type(W_, -1);
  bool object =
      type == LUA_TTABLE || type == LUA_TUSERDATA || type == LUA_TTHREAD || type == LUA_TFUNCTION;
  if (!object || !seen_.insert(lua_topointer(W_, -1)).second) return;
  lua_pushvalue(W_, -1);
  lua_rawseti(W_, kQueue, ++queued_);
}

// The value on top becomes what stands in its place, if something does.
bool Walk::exchange() {
  lua_CFunction function = lua_tocfunction(W_, -1);
  if (!function) return false;
  lua_pushvalue(W_, -1);
  lua_rawget(W_, kReplaced);
  if (lua_isnil(W_, -1)) {
    lua_pop(W_, 1);
    if (!push_counterpart(function)) return false;
    lua_pushvalue(W_, -2);
    lua_pushvalue(W_, -2);
    lua_rawset(W_, kReplaced);
  }
  lua_remove(W_, -2);
  return true;
}

// Of functions that are made while the scan runs. Ours that wrap another have it as upvalue 1.
bool Walk::push_counterpart(lua_CFunction function) {
  bool wrapped = back_ ? is_wrap(function) : function == lua_wrapped;
  if (!wrapped && (!back_ || !is_ours(function) || !lua_getupvalue(W_, -1, 1))) return false;
  if (!wrapped) {
    if (lua_isfunction(W_, -1)) return true;
    lua_pop(W_, 1);
    return false;
  }
  lua_pushvalue(W_, -1);
  rebuild(W_, back_ ? lua_wrapped : wrapped_function());
  return true;
}

// The value on top: both it and what takes its place are visited. False: it stays.
bool Walk::settle() {
  reach();
  if (!exchange()) return false;
  reach();
  return true;
}

void Walk::visit(int object) {
  switch (lua_type(W_, object)) {
    case LUA_TTABLE:
      visit_metatable(object);
      visit_fields(object);
      break;
    case LUA_TUSERDATA:
      visit_metatable(object);
      visit_userdata(object);
      break;
    case LUA_TTHREAD: visit_thread(lua_tothread(W_, object)); break;
    default: visit_upvalues(object);
  }
}

void Walk::visit_metatable(int object) {
  if (!lua_getmetatable(W_, object)) return;
  reach();
  lua_pop(W_, 1);
}

void Walk::visit_fields(int table) {
  lua_pushnil(W_);
  while (lua_next(W_, table)) {
    lua_pushvalue(W_, -2);
    reach();
    lua_pop(W_, 1);
    if (settle()) {
      lua_pushvalue(W_, -2);
      lua_insert(W_, -2);
      lua_rawset(W_, table);  // an existing field: the traversal goes on
    } else {
      lua_pop(W_, 1);
    }
  }
}

#if LUA_VERSION_NUM >= 504
void Walk::visit_userdata(int userdata) {
  for (int i = 1; lua_getiuservalue(W_, userdata, i) != LUA_TNONE; ++i) {
    if (settle())
      lua_setiuservalue(W_, userdata, i);
    else
      lua_pop(W_, 1);
  }
  lua_pop(W_, 1);
}
#else
void Walk::visit_userdata(int userdata) {
  lua_getuservalue(W_, userdata);
  if (settle())
    lua_setuservalue(W_, userdata);
  else
    lua_pop(W_, 1);
}
#endif

void Walk::visit_upvalues(int function) {
  if (found_.functions && !lua_iscfunction(W_, function)) {
    lua_pushvalue(W_, function);
    lua_rawseti(W_, kFunctions, ++functions_);
  }
  for (int i = 1; lua_getupvalue(W_, function, i); ++i) {
    if (settle())
      lua_setupvalue(W_, function, i);
    else
      lua_pop(W_, 1);
  }
}

// As far as lua_getlocal sees: of a C function that has yielded in Lua 5.3, what it has yielded;
// its arguments are temporaries of its caller there (lua_yieldk moves `func`).
void Walk::visit_thread(lua_State* co) {
  if (found_.thread) found_.thread(co);
  if (!lua_checkstack(co, 4)) return;
  lua_Debug ar, below;
  if (!lua_getstack(co, 0, &ar)) return visit_not_started(co);
  for (int level = 0;; ++level) {
    visit_frame(co, &ar);
    if (!lua::next_frame(co, &ar, level, &below)) return;
    ar = below;
  }
}

void Walk::visit_frame(lua_State* co, lua_Debug* ar) {
  lua_getinfo(co, "f", ar);
  lua_xmove(co, W_, 1);
  reach();
  lua_pop(W_, 1);
  for (int slot = 1; visit_local(co, ar, slot); ++slot) {
  }
  for (int slot = -1; visit_local(co, ar, slot); --slot) {
  }
}

bool Walk::visit_local(lua_State* co, lua_Debug* ar, int slot) {
  if (!lua_getlocal(co, ar, slot)) return false;
  lua_xmove(co, W_, 1);
  if (settle()) {
    lua_xmove(W_, co, 1);
    lua_setlocal(co, ar, slot);
  } else {
    lua_pop(W_, 1);
  }
  return true;
}

void Walk::visit_not_started(lua_State* co) {
  for (int i = 1, top = lua_gettop(co); i <= top; ++i) {
    lua_pushvalue(co, i);
    lua_xmove(co, W_, 1);
    if (settle()) {
      lua_xmove(W_, co, 1);
      lua_replace(co, i);
    } else {
      lua_pop(W_, 1);
    }
  }
}

// Nothing may be collected whose address is known as seen.
void walk(lua_State* W, bool back, const Found& found) {
  int collecting = lua_gc(W, LUA_GCISRUNNING, 0);
  lua_gc(W, LUA_GCSTOP, 0);
  Walk(W, back, found).run();
  if (collecting) lua_gc(W, LUA_GCRESTART, 0);
}

// A function of the fresh table on top stands behind ours.
void pair(lua_State* L, int library, const char* name, lua_CFunction ours) {
  lua_getfield(L, library, name);
  lua_pushcfunction(L, ours);
  stands_for(L, lua_gettop(L) - 1);
  lua_pop(L, 2);
}

}  // namespace

void stands_for(lua_State* L, int original) {
  original = lua_absindex(L, original);
  push_originals(L);
  lua_pushvalue(L, -2);
  lua_pushvalue(L, original);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

// They are C functions without upvalues: those of a fresh library are the same.
bool coroutines_stand_for_lua(lua_State* L) {
  if (!luaopen_coroutine) return false;
  int top = lua_gettop(L);
  lua_pushcfunction(L, luaopen_coroutine);
  lua_call(L, 0, 1);
  for (const luaL_Reg* one = coroutine_functions(); one->name; ++one)
    pair(L, top + 1, one->name, one->func);
  lua_getfield(L, top + 1, "wrap");
  lua_pushcfunction(L, luaopen_coroutine);
  lua_call(L, 1, 1);
  lua_wrapped = lua_tocfunction(L, -1);
  lua_settop(L, top);
  return lua_wrapped;
}

void adopt(lua_State* W, const Found& found) { walk(W, false, found); }

void give_back(lua_State* W) { walk(W, true, {}); }

}  // namespace agent
