#include "agent/stack.h"

#include <string.h>

#include <algorithm>

#include "agent/marks.h"
#include "agent/nse_thread_object.h"
#include "agent/references.h"
#include "agent/resume.h"
#include "agent/scan.h"
#include "agent/sources.h"
#include "lua/proto.h"
#include "lua/workbench.h"

namespace agent {
namespace {

void add_frames(lua_State* co, std::vector<Frame>& frames, int first = 0) {
  lua_Debug ar, below;
  if (!lua_getstack(co, first, &ar)) return;
  for (int level = first;; ++level) {
    frames.push_back({co, level});
    if (!lua::next_frame(co, &ar, level, &below)) return;
    ar = below;
  }
}

// The coroutine that a frame of NSE's coroutine.resume (locals `co`, …) waits for.
lua_State* resumed_by(lua_State* co, int level) {
  lua_Debug ar;
  if (!lua_checkstack(co, 1) || !lua_getstack(co, level, &ar) || !mark_of_frame(co, &ar).engine)
    return nullptr;
  const char* name = lua_getlocal(co, &ar, 1);
  if (!name) return nullptr;
  lua_State* inner = strcmp(name, "co") == 0 ? lua_tothread(co, -1) : nullptr;
  lua_pop(co, 1);
  return inner && inner != co && lua_status(inner) == LUA_YIELD ? inner : nullptr;
}

// A parked coroutine's frames, those of the coroutine it is waiting for first.
void add_parked(lua_State* co, std::vector<Frame>& frames, int depth = 0) {
  lua_Debug ar;
  for (int level = 0; level < 4 && depth < 50 && lua_getstack(co, level, &ar); ++level) {
    lua_State* inner = resumed_by(co, level);
    if (!inner) continue;
    add_parked(inner, frames, depth + 1);
    break;
  }
  add_frames(co, frames);
}

// Its frames are read again and again while the scan stands. False if nothing is left of it.
bool keep_parked(const NseThread& thread) {
  lua_State* W = lua::workbench();
  lua::StackGuard guard(W);
  if (!push_coroutine(W, thread)) return false;
  keep_until_resume(W, -1, thread.id);
  return true;
}

// At a stop where its results have come, the call that a parked thread waits in is over.
void hide_call(const StopReason* reason, const NseThread* thread, std::vector<Frame>& frames) {
  if (!reason || reason->thread != thread) return;
  size_t hidden = std::min(static_cast<size_t>(reason->hidden_levels), frames.size());
  frames.erase(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(hidden));
}

std::string function_name(const lua_Debug& ar) {
  if (strcmp(ar.what, "main") == 0) return "main chunk";
  if (ar.name && *ar.name && strcmp(ar.name, "?") != 0) return ar.name;
  if (strcmp(ar.what, "C") == 0) return "[C]";
  std::string place = ar.short_src;
  size_t slash = place.rfind('/');
  if (slash != std::string::npos) place.erase(0, slash + 1);
  return "function <" + place + ":" + std::to_string(ar.linedefined) + ">";
}

}  // namespace

// What Lua cannot name is often a script's action or rule (called by the engine through a local),
// or a function whose name its file tells.
std::string name_of(const lua_Debug& ar, SourceFile* file) {
  std::string name = function_name(ar);
  if (!file || (ar.name && *ar.name && strcmp(ar.name, "?") != 0)) return name;
  for (const auto& function : sources().chunk(*file).functions)
    if (function.line_defined == ar.linedefined && !function.name.empty()) return function.name;
  return name;
}

namespace {

dap::StackFrame describe(const Frame& frame, int id) {
  dap::StackFrame out;
  out.id = id;
  lua_Debug ar;
  memset(&ar, 0, sizeof ar);
  if (!lua_getstack(frame.co, frame.level, &ar) || !lua_getinfo(frame.co, "nSlu", &ar)) {
    out.name = "?";
    return out;
  }
  SourceFile* file = ar.source[0] == '@' ? sources().by_chunk_name(ar.source + 1) : nullptr;
  out.name = name_of(ar, file);
  out.line = ar.currentline > 0 ? ar.currentline : 0;
  out.column = out.line ? 1 : 0;
  if (file) out.nseParameters = ar.nparams;
  if (file) out.source = file->to_dap();
  if (file && file->is_module()) out.moduleId = file->real_path;
  if (!file || file->engine) out.presentationHint = "subtle";
  return out;
}

}  // namespace

Stack& stack() {
  static Stack* one = new Stack;
  return *one;
}

Stack::Trace& Stack::of(const NseThread* thread) {
  auto known = traces_.find(thread);
  if (known != traces_.end()) return known->second;
  std::vector<Frame> frames;
  const StopReason* reason = scan().reason();
  if (reason && reason->dead && reason->thread == thread) add_frames(reason->dead, frames);
  bool is_running = false;
  for (Running* r = running(); r; r = r->outer) {
    if (r->thread != thread) continue;
    is_running = true;
    bool top = reason && r->co == scan().stopped_state();
    add_frames(r->co, frames, top ? reason->hidden_levels : 0);
  }
  bool dead_base = reason && reason->dead && thread && reason->dead == thread->co;
  if (!is_running && thread && !dead_base && keep_parked(*thread)) {
    add_parked(thread->co, frames);
    hide_call(reason, thread, frames);
  }
  Trace trace;
  trace.first_id = next_id_;
  for (Frame& frame : frames) {
    frame.thread = thread ? thread->id : kEngineThreadId;
    trace.frames.push_back({frame, const_cast<NseThread*>(thread)});
  }
  next_id_ += static_cast<int>(trace.frames.size());
  return traces_.emplace(thread, std::move(trace)).first->second;
}

base::Result<dap::StackTrace::Response> Stack::trace(const dap::StackTrace::Arguments& arguments) {
  NseThread* thread = nse_threads().by_id(arguments.threadId);
  if (!thread && arguments.threadId != kEngineThreadId)
    return base::fail("there is no thread " + std::to_string(arguments.threadId) + " (any more)");
  if (!scan().may_look_at(thread))
    return base::fail("stackTrace: thread " + std::to_string(arguments.threadId) + " is running",
                      "pause it first");
  Trace& trace = of(thread);
  int total = static_cast<int>(trace.frames.size());
  int start = arguments.startFrame.value_or(0);
  if (start < 0 || start > total) start = total;
  int levels = arguments.levels.value_or(0);
  int end = levels <= 0 || levels > total - start ? total : start + levels;
  dap::StackTrace::Response response;
  response.totalFrames = total;
  for (int i = start; i < end; ++i)
    response.stackFrames.push_back(
        describe(trace.frames[static_cast<size_t>(i)].frame, trace.first_id + i));
  return response;
}

base::Result<Frame> Stack::by_id(int frame_id) {
  for (auto& [thread, trace] : traces_) {
    if (frame_id < trace.first_id) continue;  // first: a client may send any number there is
    int index = frame_id - trace.first_id;
    if (index < static_cast<int>(trace.frames.size()))
      return trace.frames[static_cast<size_t>(index)].frame;
  }
  return base::fail("frame " + std::to_string(frame_id) + " is from before the last resume",
                    "ask for the stack again");
}

bool Stack::frame(const NseThread* thread, int index, Frame& out) {
  Trace& trace = of(thread);
  if (index < 0 || index >= static_cast<int>(trace.frames.size())) return false;
  out = trace.frames[static_cast<size_t>(index)].frame;
  return true;
}

std::optional<dap::StackFrame> Stack::script_frame(const NseThread* thread) {
  const Trace& trace = of(thread);
  const Frame* found = nullptr;
  for (const Entry& entry : trace.frames) {
    lua_Debug ar;
    if (!lua_getstack(entry.frame.co, entry.frame.level, &ar)) continue;
    const SourceFile* file = mark_of_frame(entry.frame.co, &ar).file;
    if (!file || file->engine) continue;
    if (!found || file->script) found = &entry.frame;
    if (file->script) break;
  }
  if (!found) return std::nullopt;
  return describe(*found, trace.first_id);
}

NseThread* Stack::owner(lua_State* co) {
  for (auto& [thread, trace] : traces_)
    for (const Entry& entry : trace.frames)
      if (entry.frame.co == co) return entry.thread;
  for (Running* r = running(); r; r = r->outer)
    if (r->co == co) return r->thread;
  return nullptr;
}

// By id: the NseThread may be gone.
void Stack::clear(bool (*stands)(int thread)) {
  std::erase_if(traces_, [stands](const auto& entry) {
    const std::vector<Entry>& frames = entry.second.frames;
    return frames.empty() || !stands(frames.front().frame.thread);
  });
}

}  // namespace agent
