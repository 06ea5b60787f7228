#include "agent/attach.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "agent/adopt.h"
#include "agent/engine.h"
#include "agent/install.h"
#include "agent/living_sources.h"
#include "agent/log.h"
#include "agent/nse_thread_object.h"
#include "agent/parked.h"
#include "agent/resume.h"
#include "agent/run_dir.h"
#include "agent/scan.h"
#include "agent/scan_clock.h"
#include "agent/selection.h"
#include "agent/server.h"
#include "base/text.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr Nanoseconds kPatience = 10'000'000'000;  // for the first client

std::atomic<bool> late{false};
bool inside = false;
Nanoseconds came = 0;

// In a finalizer the collector stands (lgc.c, GCTM): it may have been called from anywhere.
bool is_a_good_moment(lua_State* L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  bool main = lua_tothread(L, -1) == L;
  lua_pop(L, 1);
  return main && lua_gc(L, LUA_GCISRUNNING, 0) && in_engine_run(L);
}

Settings read_settings(const char* config) {
  Settings settings;
  settings.allow_uid = geteuid();
  for (const std::string& line : base::split(config, '\n')) {
    size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    std::string name = line.substr(0, equals), value = line.substr(equals + 1);
    long long number = 0;
    if (name == "socket") settings.socket = value;
    if (name == "run_dir") settings.run_dir = value;
    if (name == "log") settings.log = value;
    if (name == "allow_uid" && base::parse_int(value, number))
      settings.allow_uid = static_cast<unsigned>(number);
  }
  return settings;
}

void open_selection(lua_State* L) {
  lua_Debug ar;
  selection().open(engine_file(L, &ar));
}

// What was made before us has the slot of a main state that nobody had cleared.
void clear_slot(lua_State* co) { thread_slot(co) = nullptr; }

base::Status take_over(lua_State* L, int cnse) {
  install(L, cnse);
  if (!coroutines_stand_for_lua(L))
    return base::fail("this nmap's Lua does not say which its coroutine functions are");
  join_engine_run(L);
  base::Status adopted = lua::protect([](lua_State* W) { adopt(W, {clear_slot, note_living}); });
  if (!adopted) return adopted;
  nse_threads().refresh();
  scan().joined();
  return base::ok();
}

base::Status come_in(lua_State* L, const char* config) {
  int top = lua_gettop(L);
  if (!push_cnse(L)) return base::fail("this version of nmap's script engine is not known");
  base::Status done = start(read_settings(config));
  if (done) {
    open_selection(L);
    done = take_over(L, top + 1);
  }
  lua_settop(L, top);
  return done;
}

// All is nmap's again.
void go_out(lua_State* L) {
  (void)lua::protect([](lua_State* W) { give_back(W); });
  uninstall(L);
  forget_run_dir();
  inside = false;
  log("the agent has left");
}

}  // namespace

bool attached_late() { return late.load(std::memory_order_relaxed); }

void leave_if_wanted(lua_State* L) {
  if (!inside || running()->outer || any_parked() || scan().has_parked()) return;
  if (!scan().abandoned() && scan_now() - came < kPatience) return;
  if (server().leave()) go_out(L);
}

}  // namespace agent

extern "C" int nsedbg_attach(lua_State* L, const char* config, char* answer, size_t size) {
  using namespace agent;
  if (!lua_checkstack(L, LUA_MINSTACK) || !is_a_good_moment(L)) return kNotNow;
  const char* problem = nullptr;
  base::Status done = base::ok();
  if (main_state()) {
    problem = "nsedbg is in this nmap already";
  } else {
    late.store(true);
    inside = true;
    came = scan_now();
    done = come_in(L, config);
    if (done) return kAttached;
    problem = done.error().message.c_str();
    server().leave();
    if (lua::workbench()) go_out(L);
    inside = false;
  }
  snprintf(answer, size, "%s", problem);
  return kAttachFailed;
}
