#include "agent/exceptions.h"

#include <string.h>

#include "agent/error_object.h"
#include "agent/evaluate.h"
#include "agent/hooks.h"
#include "agent/marks.h"
#include "agent/network_guard.h"
#include "agent/nse_thread.h"
#include "agent/protected_calls.h"
#include "agent/resume.h"
#include "agent/scan.h"
#include "agent/terminate.h"
#include "agent/values.h"
#include "lua/table.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

bool load_error_reported = false;  // for scripts that are being loaded, what reported_error is

// --- what was raised ---------------------------------------------------------------------------

// stdnse.silent_require raises an empty table: a script without its library is quietly left out.
bool is_silent_require(lua_State* co) {
  if (!lua_istable(co, -1) || !lua_checkstack(co, 2)) return false;
  lua_pushnil(co);
  if (!lua_next(co, -2)) return true;
  lua_pop(co, 2);
  return false;
}

// The error that exceptions are about, as text. On the workbench, so that nothing can raise into
// the script.
std::string error_message() {
  std::string out = "error in error handling";
  base::Status shown = lua::protect([&](lua_State* W) {
    if (push_error(W)) out = text_of_error(W);
  });
  return shown ? out : shown.error().message;
}

std::string error_type() {
  std::string out;
  base::Status read = lua::protect([&](lua_State* W) {
    if (push_error(W)) out = is_new_try(W, -1) ? "nmap.new_try" : type_of(W, -1);
  });
  return read ? out : std::string();
}

// --- who catches it ----------------------------------------------------------------------------

// Whether the frames of `co` catch an error that a coroutine resumed by them died of. Level 0 is
// our resume; NSE's own coroutine.wrap (nse_main.lua 7.93:171) stands above it as two engine frames
// and passes the error on, its coroutine.resume as one and returns it as a value.
bool caught_on(lua_State* co) {
  lua_Debug ar;
  bool wrapped = lua_getstack(co, 1, &ar) && mark_of(co, &ar).engine && lua_getstack(co, 2, &ar) &&
                 mark_of(co, &ar).engine;
  return !wrapped || catching_level(co, 1) > 0;
}

bool will_be_caught() {
  for (Running* r = running(); r && r->co != main_state(); r = r->outer)
    if (caught_on(r->co)) return true;
  return false;
}

// What died in a wrapped coroutine is raised again by NSE's coroutine.wrap, or by ours.
bool is_raised_again(lua_State* co, int level) {
  lua_Debug ar;
  if (!lua_getstack(co, level, &ar)) return false;
  if (lua_checkstack(co, 1) && lua_getinfo(co, "f", &ar)) {
    bool wrap = is_wrap(lua_tocfunction(co, -1));
    lua_pop(co, 1);
    if (wrap) return true;
  }
  if (!lua::prototype(co, &ar) && !lua_getstack(co, level + 1, &ar)) return false;
  return mark_of(co, &ar).engine;
}

// --- the stop ----------------------------------------------------------------------------------

struct Raised {
  Filter filter = Filter::kUncaught;
  lua_State* co = nullptr;  // where, and on whose stack the error is
  NseThread* thread = nullptr;
  bool dead = false;
  int error = -1;              // its index
  const char* text = nullptr;  // instead of an error on that stack
  int level = 0;               // of the first frame that is not ours
  int catching_level = 0;
};

// The frame in which conditions are tested: that of the innermost Lua function.
Frame frame_of(const Raised& raised) {
  lua_Debug ar;
  int level = raised.level;
  while (lua_getstack(raised.co, level, &ar) && !lua::is_lua_frame(raised.co, level)) ++level;
  return lua_getstack(raised.co, level, &ar) ? Frame{raised.co, level} : Frame{};
}

// `*problem`: why a condition failed, which stops too.
bool holds(const std::string& condition, const Frame& frame, std::string* problem) {
  bool result = false;
  ErrorName name;
  base::Status status = lua::protect([&](lua_State* W) {
    base::Status tested = push_expression(W, frame, condition);
    if (tested)
      result = lua_toboolean(W, -1);
    else
      *problem = "the condition '" + condition + "' failed: " + tested.error().message;
  });
  if (!status) *problem = status.error().message;
  return result || !problem->empty();
}

bool wanted(const Raised& raised, std::string* problem) {
  std::vector<std::string> conditions = filter_conditions(raised.filter);
  if (conditions.empty()) return true;
  Frame frame = frame_of(raised);
  for (const std::string& condition : conditions)
    if (holds(condition, frame, problem)) return true;
  return false;
}

const char* title_of(Filter filter) {
  switch (filter) {
    case Filter::kCaught: return "Caught error: ";
    case Filter::kNewTry: return "nmap.new_try: ";
    case Filter::kLoad: return "Load error: ";
    default: return "Uncaught error: ";
  }
}

void stop_at(const Raised& raised) {
  if (!is_on(raised.filter)) return;
  if (raised.text)
    keep_error(raised.text);
  else
    keep_error(raised.co, raised.error);
  std::string problem;
  if (wanted(raised, &problem)) {
    StopReason stop;
    stop.reason = "exception";
    stop.thread = raised.thread;
    stop.dead = raised.dead ? raised.co : nullptr;
    stop.hidden_levels = raised.level;
    stop.catching_level = raised.catching_level;
    stop.filter = filter_id(raised.filter);
    stop.text = error_message();
    stop.description = title_of(raised.filter) + stop.text;
    if (!problem.empty()) stop.description += " (" + problem + ")";
    scan().stop(raised.co, stop);
  }
  drop_error();
}

Filter filter_of_death(lua_State* co, const NseThread* thread, bool caught) {
  if (is_new_try(co, -1)) return Filter::kNewTry;
  if (!thread) return Filter::kLoad;
  return caught ? Filter::kCaught : Filter::kUncaught;
}

}  // namespace

void on_death(lua_State* L, lua_State* co, NseThread* thread) {
  if (exception_filters_on.load(std::memory_order_relaxed) == 0 || is_ending(thread)) return;
  bool& reported = thread ? thread->reported_error : load_error_reported;
  bool base = L == main_state();
  if (base && reported) {
    load_error_reported = false;
    return;
  }
  bool caught = !base && will_be_caught();
  if (!base && is_raised_again(co, 0) && (caught || reported)) return;
  if (!thread && (caught || is_silent_require(co))) return;
  Raised raised;
  raised.filter = filter_of_death(co, thread, caught);
  if (!is_on(raised.filter)) return;
  if (!base && !caught) reported = true;
  raised.co = co;
  raised.thread = thread;
  raised.dead = true;
  stop_at(raised);
}

namespace {

// The two values that scripts yield to Thread:resume (nse_main.lua 7.93:484 and :505): upvalues of
// it, which live as long as the engine does.
struct Yields {
  const void *waiting = nullptr, *starting = nullptr;
  bool has(const void* value) const { return value && (value == waiting || value == starting); }
};
Yields expected;

bool learn_expected(lua_State* L) {
  lua_Debug ar;
  if (!lua_checkstack(L, 2) || !lua_getstack(L, 1, &ar) || !lua_getinfo(L, "f", &ar)) return false;
  Yields found;
  for (int i = 1; const char* name = lua_getupvalue(L, -1, i); ++i) {
    if (strcmp(name, "NSE_YIELD_VALUE") == 0) found.waiting = lua_topointer(L, -1);
    if (strcmp(name, "ACTION_STARTING") == 0) found.starting = lua_topointer(L, -1);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  if (found.waiting && found.starting) expected = found;
  return expected.waiting;
}

}  // namespace

void on_yield(lua_State* L, lua_State* co, NseThread* thread, int results) {
  if (!is_on(Filter::kUncaught) || is_ending(thread)) return;
  const void* value = results > 0 ? lua_topointer(co, -results) : nullptr;
  if (expected.has(value) || !learn_expected(L) || expected.has(value)) return;
  Raised raised;
  raised.co = co;
  raised.thread = thread;
  raised.dead = true;  // as good as: nobody resumes it any more
  raised.text =
      "the script yielded unexpectedly and cannot be resumed: coroutine.yield outside of a "
      "coroutine of its own";
  stop_at(raised);
}

void on_caught(lua_State* L) {
  const Running& current = *running();
  if (!current.thread || current.co != L || evaluation_running()) return;
  if (is_ending(current.thread)) return;
  Raised raised;
  raised.filter = is_new_try(L, 1) ? Filter::kNewTry : Filter::kCaught;
  if (!is_on(raised.filter) || is_raised_again(L, 1)) return;
  raised.catching_level = catching_level(L, 2);  // level 1 raised it
  if (!raised.catching_level) return;
  raised.co = L;
  raised.thread = current.thread;
  raised.error = 1;
  raised.level = 1;
  stop_at(raised);
  rearm();
}

void on_load_failed(lua_State* L) {
  const Running& current = *running();
  if (!is_on(Filter::kLoad) || current.co != L || evaluation_running()) return;
  Raised raised;
  raised.filter = Filter::kLoad;
  raised.co = L;
  raised.thread = current.thread;
  stop_at(raised);
  rearm();
}

// --- exceptionInfo -----------------------------------------------------------------------------

namespace {

// That of the coroutine where it was raised, then of those that resumed it.
std::string stack_trace(const StopReason& reason, const char* message) {
  lua_State* first = reason.dead ? reason.dead : scan().stopped_state();
  std::string out;
  base::Status made = lua::protect([&](lua_State* W) {
    luaL_traceback(W, first, message, reason.hidden_levels);
    out = lua_tostring(W, -1);
    for (Running* r = running(); r && r->co != main_state(); r = r->outer) {
      if (r->co == first) continue;
      luaL_traceback(W, r->co, "\nresumed by", 0);
      out += lua_tostring(W, -1);
      lua_settop(W, 0);
    }
  });
  return made ? out : made.error().message;
}

}  // namespace

base::Result<dap::ExceptionInfo::Response> exception_info(
    const dap::ExceptionInfo::Arguments& arguments) {
  const StopReason* reason = scan().reason();
  if (!reason || reason->filter.empty() || scan().stopped_thread_id() != arguments.threadId)
    return base::fail("thread " + std::to_string(arguments.threadId) + " has not raised an error");
  dap::ExceptionInfo::Response response;
  response.exceptionId = reason->filter;
  response.description = reason->text;
  response.breakMode = reason->dead && reason->filter != "caught" ? "unhandled" : "always";
  response.details.emplace();
  response.details->message = reason->text;
  response.details->typeName = error_type();
  response.details->evaluateName = "NSE.error";
  response.details->stackTrace = stack_trace(*reason, reason->text.c_str());
  return response;
}

}  // namespace agent
