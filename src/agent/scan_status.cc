#include "agent/scan_status.h"

#include <string.h>

#include "agent/nmap_levels.h"
#include "agent/nse_thread.h"
#include "agent/resume.h"
#include "agent/script_stats.h"
#include "agent/selection.h"
#include "base/mutex.h"
#include "lua/table.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

const char kPorts = 0;  // registry key of cnse.ports

// The frame of main(hosts, scantype), which has called run() (nse_main.lua 7.93:1366 and :1507, the
// same 7.70 … HEAD).
constexpr int kMainLevel = 2;

struct Run {
  const char* phase = "port scan";
  int hosts = -1, runlevel = -1, runlevels = -1;  // -1: not known
};

base::Mutex mutex;
Run run;  // under mutex

bool push_main_local(lua_State* W, lua_State* L, int level, const char* name) {
  int slot = lua::find_local(L, level, name);
  return slot != 0 && lua::push_local(W, L, level, slot);
}

int length_of_local(lua_State* W, lua_State* L, const char* name) {
  lua::StackGuard guard(W);
  if (!push_main_local(W, L, kMainLevel, name) || !lua_istable(W, -1)) return -1;
  return static_cast<int>(lua_rawlen(W, -1));
}

const char* phase_of(lua_State* W, lua_State* L) {
  lua::StackGuard guard(W);
  if (!push_main_local(W, L, kMainLevel, "scantype") || lua_type(W, -1) != LUA_TSTRING)
    return "scan";
  const char* type = lua_tostring(W, -1);
  if (strstr(type, "PRE")) return "prescan";
  return strstr(type, "POST") ? "postscan" : "scan";
}

Run read_run(lua_State* W, lua_State* L) {
  Run out;
  out.phase = phase_of(W, L);
  out.hosts = length_of_local(W, L, "hosts");
  out.runlevels = length_of_local(W, L, "runlevels");
  lua::StackGuard guard(W);
  if (push_main_local(W, L, kMainLevel, "runlevel") && lua_isinteger(W, -1))
    out.runlevel = static_cast<int>(lua_tointeger(W, -1));
  return out;
}

// cnse.ports(host) returns an iterator that has a table of all of them as its upvalue.
int count_ports_of(lua_State* W, int host) {
  lua::StackGuard guard(W);
  lua_rawgetp(W, LUA_REGISTRYINDEX, &kPorts);
  lua_pushvalue(W, host);
  if (lua_pcall(W, 1, 1, 0) != LUA_OK || !lua_iscfunction(W, -1)) return 0;
  if (!lua_getupvalue(W, -1, 1) || !lua_istable(W, -1)) return 0;
  return static_cast<int>(lua::count_entries(W, lua_gettop(W)).named);
}

// The level of main() on nmap's main state, from wherever we are, or -1.
int find_main(lua_State* L) {
  lua_Debug ar;
  for (int level = 0; lua_getstack(L, level, &ar); ++level)
    if (lua::find_local(L, level, "scantype")) return level;
  return -1;
}

int count_ports(lua_State* W) {
  lua::StackGuard guard(W);
  lua_State* L = main_state();
  int level = find_main(L);
  lua_rawgetp(W, LUA_REGISTRYINDEX, &kPorts);
  if (level < 0 || !lua_iscfunction(W, -1)) return -1;
  if (!push_main_local(W, L, level, "hosts") || !lua_istable(W, -1)) return -1;
  int ports = 0;
  auto hosts = static_cast<lua_Integer>(lua_rawlen(W, -1));
  for (lua_Integer i = 1; i <= hosts; ++i) {
    lua_rawgeti(W, -1, i);
    ports += count_ports_of(W, lua_gettop(W));
    lua_pop(W, 1);
  }
  return ports;
}

dap::NseScript to_dap(const std::string& name, const ScriptTotals& totals) {
  dap::NseScript out;
  out.name = name;
  out.started = totals.started;
  out.finished = totals.finished;
  out.failed = totals.failed;
  out.gaveUp = totals.gave_up;
  out.timedOut = totals.timed_out;
  out.ended = totals.ended;
  out.rules = totals.rules;
  out.workers = totals.workers;
  out.runTime = seconds(totals.run);
  out.waitTime = seconds(totals.waited);
  return out;
}

void add_living(dap::NseScript& script, const NseThread& thread, Nanoseconds now) {
  script.name = thread.script;
  bool running = thread.state.load(std::memory_order_relaxed) == ThreadState::kRunning;
  Nanoseconds since = now - thread.times.since();
  script.runTime += seconds(thread.times.run() + (running ? since : 0));
  script.waitTime += seconds(thread.times.waited() + (running ? 0 : since));
  if (thread.worker)
    ++script.workers;
  else if (thread.action)
    ++(running ? script.running : script.waiting);
}

// Also those that never get an instance are part of the answer.
std::vector<dap::NseScript> scripts_so_far() {
  std::map<std::string, dap::NseScript> scripts;
  for (const std::string& name : selection().names()) scripts[name].name = name;
  for (const auto& [name, totals] : script_stats().totals()) scripts[name] = to_dap(name, totals);
  Nanoseconds now = scan_now();
  nse_threads().visit(
      [&](const NseThread& thread) { add_living(scripts[thread.script], thread, now); });
  std::vector<dap::NseScript> out;
  for (auto& [name, script] : scripts) out.push_back(std::move(script));
  return out;
}

void set_if_known(dap::opt<int>& out, int value) {
  if (value >= 0) out = value;
}

}  // namespace

void open_scan_status(lua_State* L) {
  lua::push_raw_field(L, lua_gettop(L), "ports");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kPorts);
}

void note_run(lua_State* L) {
  Run now;
  base::Status read = lua::protect([&](lua_State* W) { now = read_run(W, L); });
  base::Lock lock(mutex);
  run = read ? now : Run{"scan"};
}

void note_run_over() {
  base::Lock lock(mutex);
  run = Run{};
}

dap::NseScan::Response scan_status(lua_State* W) {
  dap::NseScan::Response out;
  Run now;
  {
    base::Lock lock(mutex);
    now = run;
  }
  out.phase = now.phase;
  set_if_known(out.hosts, now.hosts);
  set_if_known(out.runlevel, now.runlevel);
  set_if_known(out.runlevels, now.runlevels);
  out.threads = static_cast<int>(nse_threads().count());
  out.scripts = scripts_so_far();
  if (!W) return out;
  set_if_known(out.ports, count_ports(W));
  NmapLevels levels = nmap_levels(W);
  set_if_known(out.debugging, levels.debugging);
  set_if_known(out.verbosity, levels.verbosity);
  return out;
}

}  // namespace agent
