#include "fuzz/scan.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/breakpoints.h"
#include "agent/interrupt.h"
#include "agent/network_guard.h"
#include "agent/open.h"
#include "agent/resume.h"
#include "agent/scan.h"
#include "agent/session.h"
#include "fuzz/wire.h"

// `terminate` is nmap's Ctrl-C. The fuzzer is no nmap.
extern "C" int kill(pid_t, int) { return 0; }

namespace fuzz {
namespace {

constexpr size_t kMostMemory = 512u << 20;  // a string.rep of gigabytes is the fuzzer's own fault
constexpr size_t kLargestBlock = 16u << 20;
constexpr int kStoppingLine = 30;  // of demo.nse, where it says so
constexpr char kScript[] = "demo.nse";

size_t memory = 0;
int scan_function = LUA_NOREF, restore_function = LUA_NOREF;
Input* input = nullptr;
bool silent_clients = false;

void* allocate(void*, void* block, size_t before, size_t size) {
  if (!block) before = 0;
  if (size == 0) {
    memory -= before;
    if (block) memset(block, 0xDB, before);  // liblua is not instrumented: reading on must be fatal
    free(block);
    return nullptr;
  }
  if (size > before && (size > kLargestBlock || memory + size > kMostMemory)) return nullptr;
  void* out = realloc(block, size);
  if (out) memory += size - before;
  return out;
}

// --- the world: nmap, as far as the agent sees it ----------------------------------------------

int nothing(lua_State*) { return 0; }

int progress_meter(lua_State* L) {
  lua_pushcfunction(L, nothing);
  return 1;
}

// The engine calls it between two threads' turns, as nmap does when it waits for the network.
int wait_for_network(lua_State*) {
  input->when_running();
  return 0;
}

// package.loaded.nmap and stdnse, and the globals of the same names for the engine to keep.
void make_modules(lua_State* L) {
  lua_getfield(L, LUA_REGISTRYINDEX, "_LOADED");
  for (const char* name : {"nmap", "stdnse"}) {
    lua_newtable(L);
    lua_newtable(L);
    lua_setfield(L, -2, "registry");
    lua_pushcfunction(L, nothing);
    lua_setfield(L, -2, "new_socket");
    lua_pushvalue(L, -1);
    lua_setglobal(L, name);
    lua_setfield(L, -2, name);
  }
  lua_pop(L, 1);
}

void must(bool ok, lua_State* L, const char* what) {
  if (ok) return;
  fprintf(stderr, "fuzz: %s: %s\n", what, lua_tostring(L, -1));
  abort();
}

void open_agent(lua_State* L) {
  lua_pushcfunction(L, nsedbg_open);
  lua_newtable(L);
  lua_pushliteral(L, NSEDBG_FUZZ_WORLD "/nse_main.lua");
  lua_setfield(L, -2, "real");
  lua_newtable(L);
  lua_pushcfunction(L, progress_meter);
  lua_setfield(L, -2, "scan_progress_meter");
  must(lua_pcall(L, 2, 2, 0) == LUA_OK && lua_isstring(L, -2), L, "nsedbg_open");
  lua_pop(L, 2);
}

// What a client that has nothing to say any more leaves behind goes on to its end.
void when_stopped() {
  Wire::check_all_answered();
  if (!input->when_stopped()) Wire::disconnect_all();
}

// An expression may loop, or make the script loop: that is ended from outside.
void end_script(lua_State* L, lua_Debug*) { luaL_error(L, "the fuzzer has waited long enough"); }

void on_patience_over(int) {
  agent::interrupt_evaluation();
  if (agent::evaluation_running() || agent::scan().serving()) return;
  lua_sethook(agent::running()->co, end_script, LUA_MASKCOUNT, 1);
}

timer_t make_timer() {
  signal(SIGUSR2, on_patience_over);
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;  // libFuzzer has a thread of its own
  event.sigev_signo = SIGUSR2;
  event._sigev_un._tid = gettid();
  timer_t timer;
  if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) != 0) abort();
  return timer;
}

void set_timer(bool on) {
  static timer_t timer = make_timer();
  constexpr long kPatience = 100'000'000, kAgain = 10'000'000;  // ns of CPU time
  itimerspec when{};
  if (on) when = {{0, kAgain}, {0, kPatience}};
  timer_settime(timer, 0, &when, nullptr);
}

lua_State* make_world() {
  Wire::on_wait = when_stopped;
  lua_State* L = lua_newstate(allocate, nullptr);
  luaL_openlibs(L);
  make_modules(L);
  open_agent(L);
  lua_getglobal(L, "loadfile");
  lua_pushliteral(L, NSEDBG_FUZZ_WORLD "/nse_main.lua");
  must(lua_pcall(L, 1, 1, 0) == LUA_OK && lua_isfunction(L, -1), L, "nse_main.lua");
  lua_pushliteral(L, NSEDBG_FUZZ_WORLD "/demo.nse");
  lua_pushcfunction(L, wait_for_network);
  must(lua_pcall(L, 2, 2, 0) == LUA_OK, L, "nse_main.lua");
  restore_function = luaL_ref(L, LUA_REGISTRYINDEX);
  scan_function = luaL_ref(L, LUA_REGISTRYINDEX);
  return L;
}

// It may fail: an expression can bring that about.
void call(lua_State* L, int function) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, function);
  lua_pcall(L, 0, 0, 0);
  lua_settop(L, 0);
}

void attach(int client) {
  Wire::connect(client);
  if (silent_clients) return;
  Wire::deliver(client, R"({"seq":1,"type":"request","command":"initialize",)"
                        R"("arguments":{"supportsInvalidatedEvent":true}})");
  Wire::deliver(client, R"({"seq":2,"type":"request","command":"attach","arguments":{}})");
}

void stop_in_script() {
  dap::SourceBreakpoint here;
  here.line = kStoppingLine;
  agent::breakpoints().set_lines(Wire::id(0), kScript, {}, {here});
}

}  // namespace

void run_scan(Input& lines, bool silent) {
  static lua_State* L = make_world();
  input = &lines;
  silent_clients = silent;
  attach(0);
  stop_in_script();
  set_timer(true);
  call(L, scan_function);
  lines.at_end();
  Wire::check_all_answered();
  Wire::disconnect_all();
  set_timer(false);
  agent::set_stop_on_entry(Wire::id(0), "none");
  agent::pause_done();
  call(L, restore_function);
}

void send(int client, const std::string& json) {
  if (client == 1 && Wire::clients() == 1) attach(1);
  Wire::deliver(client, Wire::fill_in(json));
}

}  // namespace fuzz
