#include "agent/install.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "agent/breakpoints.h"
#include "agent/clock.h"
#include "agent/data_breakpoints.h"
#include "agent/dead_threads.h"
#include "agent/dispatch.h"
#include "agent/engine.h"
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
#include "agent/outcomes.h"
#include "agent/parked.h"
#include "agent/protected_calls.h"
#include "agent/resume.h"
#include "agent/run_dir.h"
#include "agent/scan.h"
#include "agent/script_output.h"
#include "agent/script_stats.h"
#include "agent/selection.h"
#include "agent/session.h"
#include "agent/skips.h"
#include "agent/sockets.h"
#include "agent/sources.h"
#include "agent/taps.h"
#include "agent/time_outs.h"
#include "agent/watch_expressions.h"
#include "lua/proto.h"
#include "lua/returned.h"
#include "lua/workbench.h"

// glibc tells an exit handler the status; musl has no such function.
extern "C" __attribute__((weak)) decltype(on_exit) on_exit;

namespace agent {
namespace {

bool installed = false;

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
  if (!installed) return;
  disable_hooks();
  wait_for_holders(nullptr);
  announce_terminated();
  bool watched = server().has_clients();
  server().shut_down();
  if (!watched) remove_run_dir();
}

void at_exit_with_status(int status, void*) {
  if (!installed) return;
  disable_hooks();
  wait_for_holders(&status);
  dap::ExitedEvent event;
  event.exitCode = status;
  broadcast_event(event);
  at_exit();
}

void register_exit() {
  static bool registered = false;
  if (registered) return;
  registered = true;
  if (on_exit)
    on_exit(at_exit_with_status, nullptr);
  else
    atexit(at_exit);
}

// Function-local statics are not guarded here (-fno-threadsafe-statics): what both threads use is
// made while there is one.
void make_shared_state() {
  open_dispatch();
  scan();
  breakpoints();
  data_breakpoints();
  watch_expressions();
  sources();
  nse_threads();
  outcomes();
  selection();
  dead_threads();
  script_stats();
  network_breakpoints();
}

// Our tables in the registry have addresses of ours as keys.
void empty_registry(lua_State* L) {
  Dl_info agent, owner;
  if (!dladdr(&installed, &agent)) return;
  int top = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, LUA_REGISTRYINDEX)) {
    lua_pop(L, 1);
    const void* key = lua_islightuserdata(L, -1) ? lua_touserdata(L, -1) : nullptr;
    if (!key || !dladdr(key, &owner) || owner.dli_fbase != agent.dli_fbase) continue;
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, LUA_REGISTRYINDEX);
  }
  lua_settop(L, top);
}

}  // namespace

base::Status start(const Settings& settings) {
  make_shared_state();
  if (!settings.log.empty()) open_log(settings.log.c_str());
  remember_run_dir(settings.run_dir);
  Server::Callbacks callbacks{dispatch, [](Client&) { scan().client_connected(); },
                              on_disconnected};
  mode_t mode = settings.open_socket ? 0666 : 0600;
  return server().start(settings.socket, mode, settings.allow_uid, callbacks);
}

void install(lua_State* L, int cnse) {
  lua::open_workbench(L);
  main_state_is(L);
  log("fast prototypes: %d", lua::calibrate(L));
  log("return values: %d", lua::calibrate_returned(L));
  install_interrupt(L);
  install_clock();
  install_protected_calls(L);
  install_instrumented(L);
  open_thread_objects(L);
  install_loader(L);
  watch_engine(L, cnse);
  open_network_guard(L);
  install_taps(L);
  open_parking(L);
  open_time_outs(L, cnse);
  open_locks(L);
  install_script_output(L);
  register_exit();
  installed = true;
}

void uninstall(lua_State* L) {
  installed = false;
  lua_sethook(L, nullptr, 0, 0);
  uninstall_interrupt();
  uninstall_clock();
  uninstall_instrumented(L);
  set_engine_active(false);
  nse_threads().forget_all();
  outcomes().forget_all();
  script_stats().forget_all();
  sockets().forget_all();
  empty_registry(L);
  lua::forget_workbench();
  main_state_is(nullptr);
}

}  // namespace agent
