#include "agent/engine.h"

#include <string.h>

#include "agent/adopt.h"
#include "agent/interrupt.h"
#include "agent/nse_thread.h"
#include "agent/scan.h"
#include "agent/scan_status.h"
#include "agent/selection.h"
#include "agent/taps.h"
#include "agent/terminate.h"
#include "lua/view.h"

namespace agent {
namespace {

constexpr int kRun = 1, kMain = 2;  // levels, above a C function that run() has called

// A run is over: what nmap has given up meanwhile (timed out) is known at the latest now.
void run_ends() {
  set_engine_active(false);
  note_run_over();
  scan().forget_all_parked();
  nse_threads().run_over();
}

int progress(lua_State* L) {
  if (lua_type(L, 1) == LUA_TSTRING && strcmp(lua_tostring(L, 1), "endTask") == 0) run_ends();
  serve_terminations();
  nse_threads().round_begins();
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

void run_begins(lua_State* L) {
  set_engine_active(true);
  selection().read(L);
  watch_waits(L);
  note_run(L);
}

int scan_progress_meter(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  run_begins(L);
  lua_pushcclosure(L, progress, 1);
  return 1;
}

bool is_lua_function(lua_State* L, int level, lua_Debug* ar) {
  return lua_getstack(L, level, ar) && lua_getinfo(L, "S", ar) && ar->what[0] != 'C';
}

// run()'s local `progress`, if it has come to it.
void watch_progress(lua_State* L) {
  int slot = lua::find_local(L, kRun, "progress");
  lua_Debug ar;
  if (!slot || !lua_getstack(L, kRun, &ar) || !lua_getlocal(L, &ar, slot)) return;
  if (lua_isfunction(L, -1)) {
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, progress, 1);
    stands_for(L, lua_gettop(L) - 1);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

}  // namespace

void watch_engine(lua_State* L, int cnse) {
  lua_getfield(L, cnse, "scan_progress_meter");
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, scan_progress_meter, 1);
  stands_for(L, lua_gettop(L) - 1);
  lua_setfield(L, cnse, "scan_progress_meter");
  lua_pop(L, 1);
  lua_pushvalue(L, cnse);
  open_scan_status(L);
  lua_pop(L, 1);
}

bool in_engine_run(lua_State* L) {
  lua_Debug ar;
  return is_lua_function(L, kRun, &ar) && is_lua_function(L, kMain, &ar) &&
         lua::find_local(L, kRun, "yielded_base") && lua::find_local(L, kMain, "scantype");
}

bool push_cnse(lua_State* L) {
  int top = lua_gettop(L);
  if (lua::push_function(L, L, kRun)) {
    int upvalue = lua::find_upvalue(L, top + 1, "cnse");
    if (upvalue && lua_getupvalue(L, top + 1, upvalue) && lua_istable(L, -1)) {
      lua_remove(L, top + 1);
      return true;
    }
  }
  lua_settop(L, top);
  return false;
}

void join_engine_run(lua_State* L) {
  run_begins(L);
  watch_progress(L);
}

const char* engine_file(lua_State* L, lua_Debug* ar) {
  return is_lua_function(L, kRun, ar) && ar->source[0] == '@' ? ar->source + 1 : "";
}

}  // namespace agent
