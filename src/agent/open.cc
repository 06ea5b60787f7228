#include "agent/open.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/breakpoints.h"
#include "agent/clock.h"
#include "agent/data_breakpoints.h"
#include "agent/dead_threads.h"
#include "agent/dispatch.h"
#include "agent/exception_filters.h"
#include "agent/hooks.h"
#include "agent/instrumented.h"
#include "agent/interrupt.h"
#include "agent/loader.h"
#include "agent/locks.h"
#include "agent/log.h"
#include "agent/network_breakpoints.h"
#include "agent/network_guard.h"
#include "agent/nse_thread_object.h"
#include "agent/parked.h"
#include "agent/protected_calls.h"
#include "agent/resume.h"
#include "agent/run_dir.h"
#include "agent/scan.h"
#include "agent/scan_status.h"
#include "agent/script_output.h"
#include "agent/script_stats.h"
#include "agent/selection.h"
#include "agent/session.h"
#include "agent/skips.h"
#include "agent/sources.h"
#include "agent/taps.h"
#include "agent/terminate.h"
#include "agent/time_outs.h"
#include "agent/watch_expressions.h"
#include "lua/proto.h"
#include "lua/returned.h"
#include "lua/workbench.h"

// glibc tells an exit handler the status; musl has no such function.
extern "C" __attribute__((weak)) decltype(on_exit) on_exit;

namespace agent {
namespace {

constexpr int kPatience = 10;  // seconds to wait for the first client

std::string text(lua_State* L, const char* name) {
  lua_getfield(L, 1, name);
  std::string out = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  lua_pop(L, 1);
  return out;
}

long number(lua_State* L, const char* name, long missing) {
  lua_getfield(L, 1, name);
  long out = lua_isinteger(L, -1) ? static_cast<long>(lua_tointeger(L, -1)) : missing;
  lua_pop(L, 1);
  return out;
}

bool flag(lua_State* L, const char* name) {
  lua_getfield(L, 1, name);
  bool out = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return out;
}

void on_disconnected(Client& client, bool last) {
  breakpoints().client_gone(client.id);
  data_breakpoints().set(client.id, {});
  watch_expressions().set(client.id, {});
  forget_exception_filters(client.id);
  hold_at_end(client.id, false);
  network_breakpoints().forget(client.id);
  forget_skips(client.id);
  if (last) {
    breakpoints().clear();
  }
  scan().client_gone(client.id, last);
}

// exit() and a return from main both come here; so does nmap's own handling of Ctrl-C.
void at_exit() {
  disable_hooks();
  wait_for_holders(nullptr);
  announce_terminated();
  bool watched = server().has_clients();
  server().shut_down();
  if (!watched) remove_run_dir();
}

void at_exit_with_status(int status, void*) {
  disable_hooks();
  wait_for_holders(&status);
  dap::ExitedEvent event;
  event.exitCode = status;
  broadcast_event(event);
  at_exit();
}

void register_exit() {
  if (on_exit)
    on_exit(at_exit_with_status, nullptr);
  else
    atexit(at_exit);
}

// What nmap would have without us: NSE-FACTS.md §1. Children of nmap never see the overlay.
void restore_environment(lua_State* L) {
  std::string nmapdir = text(L, "nmapdir");
  if (nmapdir.empty())
    unsetenv("NMAPDIR");
  else
    setenv("NMAPDIR", nmapdir.c_str(), 1);
}

// Pushes the path of the real nse_main.lua. cnse (the second argument) finds it as nmap would.
bool push_real_path(lua_State* L) {
  lua_getfield(L, 1, "real");
  if (lua_type(L, -1) == LUA_TSTRING) return true;
  lua_pop(L, 1);
  lua_getfield(L, 2, "fetchfile_absolute");
  lua_pushliteral(L, "nse_main.lua");
  lua_call(L, 1, 2);  // "file", path
  return lua_type(L, -1) == LUA_TSTRING;
}

// A run is over: what nmap has given up meanwhile (timed out) is known at the latest now.
void engine_ends() {
  set_engine_active(false);
  note_run_over();
  scan().forget_all_parked();
  nse_threads().run_over();
}

int engine_progress(lua_State* L) {
  if (lua_type(L, 1) == LUA_TSTRING && strcmp(lua_tostring(L, 1), "endTask") == 0) engine_ends();
  serve_terminations();  // it is called in every round
  nse_threads().round_begins();
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

// cnse.scan_progress_meter("NSE") is called at the start of every run of the engine, and what it
// returns with "endTask" at its end (nse_main.lua 7.93:964 and :1060, the same 7.70 … HEAD).
int engine_starts(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  set_engine_active(true);
  selection().read(L);
  watch_waits(L);
  note_run(L);
  lua_pushcclosure(L, engine_progress, 1);
  return 1;
}

void watch_engine(lua_State* L) {
  lua_getfield(L, 2, "scan_progress_meter");
  lua_pushcclosure(L, engine_starts, 1);
  lua_setfield(L, 2, "scan_progress_meter");
  lua_pushvalue(L, 2);
  open_scan_status(L);
  lua_pop(L, 1);
}

// Function-local statics are not guarded here (-fno-threadsafe-statics): what both threads use is
// made while there is one.
void make_shared_state() {
  open_dispatch();
  scan();
  breakpoints();
  data_breakpoints();
  sources();
  nse_threads();
  outcomes();
  selection();
  dead_threads();
  script_stats();
  network_breakpoints();
}

base::Status start(lua_State* L) {
  make_shared_state();
  std::string log_path = text(L, "log");
  if (!log_path.empty()) open_log(log_path.c_str());
  remember_run_dir(text(L, "run_dir"));
  Server::Callbacks callbacks{dispatch, [](Client&) { scan().client_connected(); },
                              on_disconnected};
  auto allowed = static_cast<unsigned>(number(L, "allow_uid", static_cast<long>(geteuid())));
  return server().start(text(L, "socket"), allowed, callbacks);
}

void install(lua_State* L) {
  lua::open_workbench(L);
  log("fast prototypes: %d", lua::calibrate(L));
  log("return values: %d", lua::calibrate_returned(L));
  install_interrupt(L);
  install_clock();
  install_protected_calls(L);
  install_instrumented(L);
  open_thread_objects(L);
  install_coroutines(L);
  install_loader(L);
  watch_engine(L);
  open_network_guard(L);
  install_taps(L);
  open_parking(L);
  open_time_outs(L, 2);
  open_locks(L);
  install_script_output(L);
  register_exit();
}

}  // namespace
}  // namespace agent

extern "C" int nsedbg_open(lua_State* L) {
  using namespace agent;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 3);
  restore_environment(L);
  bool failed = false;
  {
    base::Status started = start(L);
    failed = !started.ok();
    if (failed) lua_pushstring(L, started.error().text().c_str());
  }
  if (failed) {
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
  }
  install(L);
  if (flag(L, "wait")) scan().wait_for_configuration(kPatience);
  if (push_real_path(L)) {
    selection().open(lua_tostring(L, -1));
    return 1;
  }
  lua_pushnil(L);
  lua_pushliteral(L, "nmap finds no nse_main.lua of its own");
  return 2;
}
