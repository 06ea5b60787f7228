#include "agent/hooks.h"

#include <assert.h>

#include "agent/armed.h"
#include "agent/data_breakpoints.h"
#include "agent/function_breakpoints.h"
#include "agent/interrupt.h"
#include "agent/last_return.h"
#include "agent/marks.h"
#include "agent/scan.h"
#include "agent/stepper.h"
#include "agent/terminate.h"
#include "agent/watch_expressions.h"
#include "lua/proto.h"

namespace agent {
namespace {

constexpr int kPauseMask = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE;

bool disabled = false;

// The hook while calls are all there is to see: of the functions that matter to nobody, most of a
// script's, it must think no longer than the call itself takes.
void call_hook(lua_State* L, lua_Debug* ar) {
  if (armed_version == breakpoint_version() && ar->event == LUA_HOOKCALL && !mark_of(L, ar).any())
    return;
  hook(L, ar);
}

// The clients have changed what is armed.
void take_changes() {
  function_breakpoints().resolve();
  armed().refresh();
  data_breakpoints().refresh();
  watch_expressions().refresh();
}

void set_mask(Running& running, int mask) {
  if (mask == running.mask && !pause_requested()) return;
  running.mask = mask;
  lua_sethook(running.co, mask == LUA_MASKCALL ? call_hook : mask ? hook : nullptr, mask, 0);
  // A pause that was requested while we overwrote the signal handler's hook is not lost.
  if (mask != kPauseMask && pause_requested()) lua_sethook(running.co, hook, kPauseMask, 0);
}

// Breakpoints and steps together; `top_marked`: the top frame holds a breakpoint.
int wanted_mask(const Running& running, bool top_marked) {
  if (disabled) return 0;
  if (is_ending(running.thread)) return LUA_MASKCALL | LUA_MASKLINE;
  int mask = stepper().mask(running.co, running.thread);
  if (watches_returns(running)) mask |= LUA_MASKRET;
  if (running.thread && running.thread->pause_wanted) mask |= LUA_MASKLINE;
  // Lua leaves out the event after a hook's yield (CIST_HOOKYIELD), and that must not be a later
  // one.
  if (running.thread && running.thread->woken == running.co) mask |= LUA_MASKLINE;
  if (data_breakpoints().armed() || watch_expressions().armed()) mask |= LUA_MASKLINE;
  if (data_breakpoints().watches_locals()) mask |= LUA_MASKRET;
  if (!running.reachable) return mask;
  mask |= LUA_MASKCALL;
  if (running.extent) mask |= LUA_MASKRET;
  if (running.extent && top_marked) mask |= LUA_MASKLINE;
  return mask;
}

// The outermost frame with a breakpoint, and whether the top Lua frame has one.
bool scan_stack(Running& running) {
  running.extent = nullptr;
  lua_Debug ar;
  bool top_marked = false;
  for (int level = 0; lua_getstack(running.co, level, &ar); ++level) {
    const Mark& mark = level == 0 ? mark_of_frame(running.co, &ar) : mark_of(running.co, &ar);
    if (!mark.any()) continue;
    if (level == 0) top_marked = true;
    running.extent = lua::activation(&ar);
  }
  return top_marked;
}

void arm(Running& running) {
  running.reachable = armed().reachable_by(running.thread);
  bool top_marked = running.reachable && scan_stack(running);
  set_mask(running, wanted_mask(running, top_marked));
}

StopReason reason_for(const Running& running, const char* reason) {
  StopReason out;
  out.reason = reason;
  out.thread = running.thread;
  return out;
}

std::string numbers(const std::vector<int>& ids) {
  std::string out;
  for (int id : ids) out += (out.empty() ? "" : ", ") + std::to_string(id);
  return out;
}

// The thread in non-stop mode, else all of nmap.
void stop_here(Running& running, const StopReason& stop) {
  running.parks = scan().stop_or_park(running.co, stop);
}

void stop_for(Running& running, Hit& hit, const char* reason) {
  StopReason stop = reason_for(running, reason);
  stop.breakpoint_ids = hit.ids;
  stop.description = "Breakpoint " + numbers(hit.ids);
  if (!hit.problem.empty()) stop.description += ": " + hit.problem;
  if (!hit.problem.empty()) stop.text = hit.problem;
  for (int id : hit.ids) breakpoints().announce_hit(id);
  stop_here(running, stop);
}

bool called_by_engine(lua_State* L) {
  lua_Debug caller;
  return !lua_getstack(L, 1, &caller) || mark_of(L, &caller).engine;
}

// A pause that finds only the engine at work shows a script that waits; without any script it waits
// for one.
bool try_pause(Running& running, const Mark& mark) {
  NseThread* thread = running.thread;
  if (!thread && mark.engine) thread = nse_threads().any();
  if (!thread && mark.engine) return false;
  pause_done();
  StopReason stop = reason_for(running, "pause");
  stop.thread = thread;
  stop.description = "Paused";
  if (thread && !running.thread) stop.description += "; " + thread->name() + " is waiting";
  scan().stop(running.co, stop);
  return true;
}

// True if it stopped.
bool thread_paused(Running& running) {
  if (!running.thread || !running.thread->pause_wanted.exchange(false)) return false;
  StopReason stop = reason_for(running, "pause");
  stop.description = "Paused";
  stop_here(running, stop);
  return true;
}

void on_call(Running& running, lua_State* L, lua_Debug* ar) {
  const Mark& mark = mark_of(L, ar);
  if (!mark.any()) {
    if (running.extent && (running.mask & LUA_MASKLINE))
      set_mask(running, wanted_mask(running, false));
    return;
  }
  if (mark.calls) mark.calls->fetch_add(1, std::memory_order_relaxed);
  if (!running.extent) running.extent = lua::called_activation(L, ar);
  if (mark.function) running.entered = lua::called_activation(L, ar);
  set_mask(running, wanted_mask(running, true));
}

void on_return(Running& running, lua_State* L, lua_Debug* ar) {
  if (data_breakpoints().watches_locals()) data_breakpoints().on_return(L, ar);
  stepper().on_return(L, ar, running.thread);
  bool used_up = watches_returns(running) && note_return(running, L, ar);
  if (!running.extent) {
    if (used_up) set_mask(running, wanted_mask(running, false));
    return;
  }
  if (lua::activation(ar) == running.extent) {
    running.extent = nullptr;
    set_mask(running, wanted_mask(running, false));
    return;
  }
  lua_Debug caller;
  bool marked = lua::caller_of(L, ar, &caller) && mark_of(L, &caller).any();
  set_mask(running, wanted_mask(running, marked));
}

// True if it stopped.
bool breakpoint_at(Running& running, lua_State* L, lua_Debug* ar, const Mark& mark) {
  size_t line = static_cast<size_t>(ar->currentline);
  if (running.entered == lua::activation(ar) && mark.function) {
    running.entered = nullptr;
    Hit hit = armed().at_function(L, ar, *mark.file, mark.line_defined, running.thread,
                                  called_by_engine(L));
    if (hit.stop) return stop_for(running, hit, "function breakpoint"), true;
  }
  if (!mark.lines || line >= mark.file->armed_lines.size() || !mark.file->armed_lines[line])
    return false;
  Hit hit = armed().at_line(L, ar, *mark.file, ar->currentline);
  if (hit.stop) stop_for(running, hit, "breakpoint");
  return hit.stop;
}

// True if it stopped.
bool data_changed(Running& running, lua_State* L, lua_Debug* ar) {
  if (!data_breakpoints().armed()) return false;
  auto hit = data_breakpoints().at_line(L, ar);
  if (!hit) return false;
  StopReason stop = reason_for(running, "data breakpoint");
  stop.breakpoint_ids = hit->ids;
  stop.description = "Data breakpoint " + numbers(hit->ids) + ": " + hit->description;
  stop_here(running, stop);
  if (running.parks) return true;
  take_changes();
  arm(running);
  return true;
}

// True if it stopped.
bool expression_is_true(Running& running, lua_State* L, lua_Debug* ar) {
  if (!watch_expressions().armed()) return false;
  auto hit = watch_expressions().at_line(L, ar);
  if (!hit) return false;
  StopReason stop = reason_for(running, "data breakpoint");
  stop.breakpoint_ids = {hit->id};
  stop.description = "Watch expression " + std::to_string(hit->id) + " is true: " + hit->text;
  stop_here(running, stop);
  return true;
}

void on_line(Running& running, lua_State* L, lua_Debug* ar) {
  bool stopped = data_changed(running, L, ar);
  if (running.parks) return;
  Mark mark = mark_of(L, ar);
  stopped = (mark.any() && breakpoint_at(running, L, ar, mark)) || stopped;
  if (!stopped && !mark.engine) stopped = expression_is_true(running, L, ar);
  if (!stopped && stepper().on_line(L, ar, running.thread, mark)) {
    stop_here(running, reason_for(running, "step"));
    stopped = true;
  }
  if (!stopped && mark.file && !mark.engine) stopped = thread_paused(running);
  if (!stopped && pause_requested()) stopped = try_pause(running, mark);
  if (stopped && !running.parks) {
    take_changes();
    arm(running);
  }
}

}  // namespace

void hook(lua_State* L, lua_Debug* ar) {
  Running& current = *running();
  assert(lua_status(L) != LUA_YIELD);
  if (current.co != L || disabled) {
    lua_sethook(L, nullptr, 0, 0);
    return;
  }
  if (is_ending(current.thread)) raise_end(L);
  // A thread that parks in an inner coroutine and is still on its way to the engine would be shown
  // from its outer one: its clients are answered in nmap's event loop, at once.
  bool is_parking = current.thread && current.thread->parked;
  if (!is_parking && attention_taken()) {
    current.mask = kPauseMask;                  // the signal's
    if (current.thread) scan().serve_parked();  // the engine has put all others away
    arm(current);
  }
  if (current.thread && current.thread->woken == L) {
    current.thread->woken = nullptr;
    arm(current);
  }
  if (armed_version != breakpoint_version()) {
    take_changes();
    arm(current);
  }
  switch (ar->event) {
    case LUA_HOOKTAILCALL: stepper().on_tail_call(L, ar, current.thread); [[fallthrough]];
    case LUA_HOOKCALL: on_call(current, L, ar); break;
    case LUA_HOOKRET: on_return(current, L, ar); break;
    case LUA_HOOKLINE: on_line(current, L, ar); break;
    default: break;
  }
  if (current.parks) lua_yield(L, 0);  // returns; the coroutine yields when the hook has returned
}

void enter_coroutine(Running& running) {
  if (breakpoint_version() != armed_version) take_changes();
  grant_returns(running);
  arm(running);
}

void leave_coroutine(Running& running) {
  if (lua_gethookmask(running.co)) lua_sethook(running.co, nullptr, 0, 0);
}

void rearm() {
  Running& current = *running();
  if (breakpoint_version() != armed_version) take_changes();
  arm(current);
}

void disable_hooks() { disabled = true; }

}  // namespace agent
