#include "agent/nse_thread_object.h"

#include <string.h>

#include "agent/resume.h"
#include "agent/stack.h"
#include "lua/table.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// Registry key of a weak table: coroutine → Thread object, and the coroutine's address → coroutine.
const char kObjects = 0;

// _R[this] closes over the engine's tables (nse_main.lua, run(), 7.93:920, the same 7.70 … HEAD).
constexpr char kWaitingToRunning[] = "NSE_WAITING_TO_RUNNING";

std::string text_field(lua_State* L, int table, const char* name) {
  std::string out;
  lua::push_raw_field(L, table, name);
  if (lua_type(L, -1) == LUA_TSTRING) out = lua_tostring(L, -1);
  lua_pop(L, 1);
  return out;
}

bool push_table_field(lua_State* L, int table, const char* name) {
  lua::push_raw_field(L, table, name);
  if (lua_istable(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

bool flag_field(lua_State* L, int table, const char* name) {
  lua::push_raw_field(L, table, name);
  bool set = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return set;
}

lua_State* thread_field(lua_State* L, int table, const char* name) {
  lua::push_raw_field(L, table, name);
  lua_State* co = lua_tothread(L, -1);  // the table keeps it alive
  lua_pop(L, 1);
  return co;
}

// A worker's object has only what is its own; the rest is its parent's, which may be a worker too.
void push_script_object(lua_State* L, int object, int& parent) {
  constexpr int kDeepest = 100;
  lua_pushvalue(L, object);
  for (int depth = 0; depth < kDeepest && flag_field(L, -1, "worker"); ++depth) {
    if (!push_table_field(L, lua_gettop(L), "parent")) return;
    lua_remove(L, -2);
    if (depth > 0) continue;
    lua_State* co = thread_field(L, lua_gettop(L), "co");
    if (const NseThread* known = co ? thread_slot(co) : nullptr) parent = known->id;
  }
}

}  // namespace

void open_thread_objects(lua_State* L) {
  thread_slot(L) = nullptr;  // lua_newstate leaves the main state's extra space uninitialised
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "kv");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kObjects);
}

NseThread*& thread_slot(lua_State* co) { return *static_cast<NseThread**>(lua_getextraspace(co)); }

bool push_resumed_object(lua_State* L, lua_State* co) {
  lua_Debug ar;
  if (!lua_getstack(L, 1, &ar)) return false;
  const char* name = lua_getlocal(L, &ar, 1);
  if (!name) return false;
  if (strcmp(name, "self") == 0 && lua_istable(L, -1) && thread_field(L, lua_gettop(L), "co") == co)
    return true;
  lua_pop(L, 1);
  return false;
}

void read_object(lua_State* L, int object, NseThread& thread) {
  int top = lua_gettop(L);
  luaL_checkstack(L, 8, nullptr);
  thread.worker = flag_field(L, object, "worker");
  push_script_object(L, object, thread.parent);
  int base = top + 1;
  thread.instance = lua_topointer(L, base);
  thread.type = text_field(L, base, "type");
  thread.phase = thread.worker ? "worker" : thread.type;
  if (push_table_field(L, base, "script"))
    thread.script = text_field(L, lua_gettop(L), "short_basename");
  if (push_table_field(L, base, "host")) {
    thread.host = text_field(L, lua_gettop(L), "ip");
    thread.target_name = text_field(L, lua_gettop(L), "targetname");
  }
  if (push_table_field(L, base, "port")) {
    int port = lua_gettop(L);
    lua::push_raw_field(L, port, "number");
    thread.port = static_cast<int>(lua_tointeger(L, -1));
    thread.protocol = text_field(L, port, "protocol");
  }
  lua_settop(L, top);
}

bool action_started(lua_State* L, int object) { return flag_field(L, object, "action_started"); }

void remember_object(lua_State* L, int coroutine, int object) {
  coroutine = lua_absindex(L, coroutine);
  object = lua_absindex(L, object);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kObjects);
  lua_pushvalue(L, coroutine);
  lua_pushvalue(L, object);
  lua_rawset(L, -3);
  lua_pushvalue(L, coroutine);
  lua_rawsetp(L, -2, lua_tothread(L, coroutine));
  lua_pop(L, 1);
}

// By address: of a coroutine that was collected not a byte may be read.
bool push_coroutine(lua_State* W, const NseThread& thread) {
  lua_rawgetp(W, LUA_REGISTRYINDEX, &kObjects);
  lua_rawgetp(W, -1, thread.co);
  lua_remove(W, -2);
  if (lua_isthread(W, -1)) return true;
  lua_pop(W, 1);
  return false;
}

bool push_object(lua_State* W, const NseThread& thread) {
  if (!push_coroutine(W, thread)) return false;
  lua_rawgetp(W, LUA_REGISTRYINDEX, &kObjects);
  lua_insert(W, -2);
  lua_rawget(W, -2);
  lua_remove(W, -2);
  if (lua_istable(W, -1)) return true;
  lua_pop(W, 1);
  return false;
}

bool push_instance(lua_State* W, const NseThread& thread) {
  if (!push_object(W, thread)) return false;
  int parent = 0;
  push_script_object(W, lua_gettop(W), parent);
  lua_remove(W, -2);
  return true;
}

bool push_nse_thread(lua_State* W, lua_State* co) {
  NseThread* thread = stack().owner(co);
  return thread && push_object(W, *thread);
}

bool push_engine_table(lua_State* W, const char* name) {
  lua::push_raw_field(W, LUA_REGISTRYINDEX, kWaitingToRunning);
  int upvalue = lua_isfunction(W, -1) && !lua_iscfunction(W, -1)
                    ? lua::find_upvalue(W, lua_gettop(W), name)
                    : 0;
  if (upvalue == 0 || !lua_getupvalue(W, -1, upvalue)) {
    lua_pop(W, 1);
    return false;
  }
  lua_remove(W, -2);
  if (lua_istable(W, -1)) return true;
  lua_pop(W, 1);
  return false;
}

// Pushes the Thread object that nmap knows a coroutine by which has waited: for the network, or for
// a lock.
static bool push_yielded_base(lua_State* W, lua_State* co) {
  if (!lua_checkstack(co, 1) || !push_engine_table(W, "yielded_base")) return false;
  lua_pushthread(co);
  lua_xmove(co, W, 1);
  lua_rawget(W, -2);
  lua_remove(W, -2);
  if (lua_istable(W, -1)) return true;
  lua_pop(W, 1);
  return false;
}

NseThread* thread_of_coroutine(lua_State* W, lua_State* co) {
  if (NseThread* thread = thread_slot(co)) return thread;
  if (Running* running = find_running(co)) return running->thread;
  lua::StackGuard guard(W);
  if (!push_yielded_base(W, co)) return nullptr;
  lua_State* base = thread_field(W, lua_gettop(W), "co");
  return base ? thread_slot(base) : nullptr;
}

bool has_ended(lua_State* W, lua_State* co) {
  if (find_running(co)) return false;
  lua_Debug ar;
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) return true;
  if (status == LUA_OK) return !lua_getstack(co, 0, &ar) && lua_gettop(co) == 0;
  lua::StackGuard guard(W);
  if (!push_yielded_base(W, co)) return false;
  lua::push_raw_field(W, -1, "error");
  return !lua_isnil(W, -1);
}

}  // namespace agent
