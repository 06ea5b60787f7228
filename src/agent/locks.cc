#include "agent/locks.h"

#include <stdio.h>

#include "agent/nse_thread_object.h"
#include "agent/values.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// Registry keys of nmap's tables of all mutexes and all condition variables.
const char kMutexes = 0, kCondvars = 0;

void remember_table(lua_State* L, int nmap, const char* function, const void* key) {
  lua::push_raw_field(L, nmap, function);
  if (lua_iscfunction(L, -1) && lua_getupvalue(L, -1, 1)) {
    if (lua_istable(L, -1)) lua_rawsetp(L, LUA_REGISTRYINDEX, key);
  }
}

std::string name_of(lua_State* W, int object) {
  if (lua_type(W, object) == LUA_TSTRING) return preview(W, object, false);
  char text[64];
  snprintf(text, sizeof text, "%s: %p", luaL_typename(W, object), lua_topointer(W, object));
  return text;
}

void read_holder(lua_State* W, int closure, Lock& lock) {
  if (!lock.mutex || !lua_getupvalue(W, closure, 2)) return;
  if (lua_State* co = lua_tothread(W, -1)) {
    lock.held = true;
    lock.holder = thread_of_coroutine(W, co);
    lock.holder_gone = !lock.holder && has_ended(W, co);
  }
  lua_pop(W, 1);
}

// Threads that nmap has closed stay in the queue: they are left out.
void read_queue(lua_State* W, int closure, Lock& lock) {
  if (!lua_getupvalue(W, closure, 1)) return;
  lua_Integer count = lua_istable(W, -1) ? static_cast<lua_Integer>(lua_rawlen(W, -1)) : 0;
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(W, -1, i);
    lua_State* co = lua_tothread(W, -1);
    if (NseThread* thread = co ? thread_of_coroutine(W, co) : nullptr)
      lock.waiting.push_back(thread);
    lua_pop(W, 1);
  }
  lua_pop(W, 1);
}

void read_table(lua_State* W, const void* key, bool mutex, Locks& out) {
  luaL_checkstack(W, 12, nullptr);
  lua_rawgetp(W, LUA_REGISTRYINDEX, key);
  int table = lua_gettop(W);
  if (lua_istable(W, table)) lua_pushnil(W);
  while (lua_istable(W, table) && lua_next(W, table)) {
    int closure = lua_gettop(W);
    Lock lock;
    lock.mutex = mutex;
    read_holder(W, closure, lock);
    read_queue(W, closure, lock);
    if (lock.held || !lock.waiting.empty()) {
      lock.shared = lua_type(W, closure - 1) == LUA_TSTRING;
      lock.name = name_of(W, closure - 1);
      out.locks.push_back(std::move(lock));
    } else {
      ++out.idle;
    }
    lua_settop(W, closure - 1);
  }
  lua_settop(W, table - 1);
}

}  // namespace

void open_locks(lua_State* L) {
  int top = lua_gettop(L);
  lua::push_raw_field(L, LUA_REGISTRYINDEX, "_LOADED");
  lua::push_raw_field(L, top + 1, "nmap");
  remember_table(L, top + 2, "mutex", &kMutexes);
  remember_table(L, top + 2, "condvar", &kCondvars);
  lua_settop(L, top);
}

Locks read_locks(lua_State* W) {
  lua::StackGuard guard(W);
  Locks out;
  read_table(W, &kMutexes, true, out);
  read_table(W, &kCondvars, false, out);
  for (size_t i = 0; i < out.locks.size(); ++i)
    for (const NseThread* thread : out.locks[i].waiting) out.awaited.emplace(thread, i);
  return out;
}

std::string lock_text(const Lock& lock) {
  return (lock.mutex ? "mutex " : "condition variable ") + lock.name;
}

std::string holder_text(const Lock& lock) {
  if (lock.holder) return std::to_string(lock.holder->id) + " " + lock.holder->name();
  return lock.holder_gone ? "a coroutine that has ended" : "a coroutine";
}

}  // namespace agent
