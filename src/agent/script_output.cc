#include "agent/script_output.h"

#include <string.h>

#include <atomic>

#include "agent/adopt.h"
#include "agent/marks.h"
#include "agent/nse_thread.h"
#include "agent/resume.h"
#include "agent/server.h"
#include "dap/nse_events.h"
#include "lua/table.h"

namespace agent {
namespace {

lua_CFunction original = nullptr;
std::atomic<bool> wanted{false};

bool wants(const Client& client) { return client.wants_output; }

// The innermost line of a script; a library's where no script is on this coroutine's stack. What
// only the engine and script.db have to do with is nobody's.
bool find_caller(lua_State* L, lua_Debug& found) {
  lua_Debug ar;
  bool library = false;
  for (int level = 1; lua_getstack(L, level, &ar); ++level) {
    const SourceFile* file = mark_of(L, &ar).file;
    if (!file || file->name == "stdnse.lua" || !(file->script || file->is_module())) continue;
    if (!library || file->script) found = ar;
    if (file->script) return true;
    library = true;
  }
  return library;
}

// l_log_write: log_write(log, "%s: %s\n", "NSE", text).
void tell(lua_State* L) {
  lua_Debug ar;
  if (lua_type(L, 1) != LUA_TSTRING || lua_type(L, 2) != LUA_TSTRING || !find_caller(L, ar)) return;
  dap::NseOutputEvent event;
  event.category = lua_tostring(L, 1);
  event.output = std::string("NSE: ") + lua_tostring(L, 2) + "\n";
  event.source = mark_of(L, &ar).file->to_dap();
  lua_getinfo(L, "l", &ar);
  event.line = ar.currentline;
  if (const NseThread* thread = running()->thread) event.threadId = thread->id;
  broadcast_event(event, 0, wants);
}

int log_write(lua_State* L) {
  if (wanted.load(std::memory_order_relaxed)) tell(L);
  return original(L);
}

}  // namespace

void install_script_output(lua_State* L) {
  int top = lua_gettop(L);
  lua::push_raw_field(L, LUA_REGISTRYINDEX, "_LOADED");
  lua::push_raw_field(L, top + 1, "nmap");
  lua::push_raw_field(L, top + 2, "log_write");
  bool plain = lua_iscfunction(L, -1) && !lua_getupvalue(L, -1, 1);
  if (plain && lua_istable(L, top + 2)) {
    original = lua_tocfunction(L, -1);
    lua_pushliteral(L, "log_write");
    lua_pushcfunction(L, log_write);
    stands_for(L, top + 3);
    lua_rawset(L, top + 2);
  }
  lua_settop(L, top);
}

void want_script_output() { wanted.store(true); }

}  // namespace agent
