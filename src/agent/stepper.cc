#include "agent/stepper.h"

#include <algorithm>

#include "agent/nse_thread.h"
#include "agent/resume.h"
#include "agent/returned.h"
#include "agent/session.h"
#include "agent/skips.h"
#include "agent/stack.h"
#include "lua/proto.h"

namespace agent {
namespace {

// Activations of `co` from `level` down to its bottom.
std::vector<const void*> activations(lua_State* co, int level) {
  std::vector<const void*> frames;
  lua_Debug ar, below;
  if (!lua_getstack(co, level, &ar)) return frames;
  for (;; ++level) {
    frames.push_back(lua::activation(&ar));
    if (!lua::next_frame(co, &ar, level, &below)) return frames;
    ar = below;
  }
}

// Out of a coroutine is to who resumed it, whether it ends or yields: the next one in the stack of
// its thread. Null at a thread's own base.
lua_State* resumer_of(lua_State* co, const NseThread* thread, int level) {
  Frame frame;
  for (; stack().frame(thread, level, frame); ++level)
    if (frame.co != co) return frame.co == main_state() ? nullptr : frame.co;
  return nullptr;
}

bool in_engine(const Frame& frame) {
  lua_Debug ar;
  return lua_getstack(frame.co, frame.level, &ar) && mark_of_frame(frame.co, &ar).engine;
}

bool in_library(const Frame& frame) {
  lua_Debug ar;
  if (!lua_getstack(frame.co, frame.level, &ar)) return false;
  const SourceFile* file = mark_of_frame(frame.co, &ar).file;
  return file && !file->script && !file->engine;
}

// Not by its Mark: the list may have been changed at this stop.
bool in_skipped(const Frame& frame) {
  lua_Debug ar;
  if (!lua_getstack(frame.co, frame.level, &ar)) return false;
  const Mark& mark = mark_of_frame(frame.co, &ar);
  return mark.file && is_skipped(*mark.file, mark.line_defined);
}

std::string name_of_function(lua_State* co, lua_Debug ar) {
  SourceFile* file = mark_of(co, &ar).file;
  return lua_getinfo(co, "nS", &ar) ? name_of(ar, file) : "?";
}

}  // namespace

Stepper& stepper() {
  static Stepper* one = new Stepper;
  return *one;
}

Stepper::Step* Stepper::of(const NseThread* thread) {
  for (Step& step : steps_)
    if (step.thread == thread) return &step;
  return nullptr;
}

const Stepper::Step* Stepper::of(const NseThread* thread) const {
  for (const Step& step : steps_)
    if (step.thread == thread) return &step;
  return nullptr;
}

void Stepper::cancel(const NseThread* thread) {
  for (size_t i = 0; i < steps_.size(); ++i)
    if (steps_[i].thread == thread) steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(i--));
}

void Stepper::start(lua_State* L, const StopReason& reason, const ResumeRequest& request) {
  cancel(reason.thread);  // it has arrived somewhere
  if (request.kind == Resume::kContinue) return;
  Step step;
  step.thread =
      request.thread_id == kEngineThreadId ? nullptr : nse_threads().by_id(request.thread_id);
  step.kind = request.kind;
  cancel(step.thread);
  Frame top{L, 0};
  stack().frame(step.thread, 0, top);
  step.library = step.thread == reason.thread && in_library(top);
  step.engine = step.thread == reason.thread && !reason.dead && in_engine(top);
  step.skipped = step.thread == reason.thread && in_skipped(top);
  bool here = step.thread == reason.thread && !reason.dead;
  int level = std::max(request.target_level, 0);
  if (here && step.kind != Resume::kStepIn && stack().frame(step.thread, level, top)) {
    step.co = top.co;
    leave(step, top);
    int first = top.level + (step.kind == Resume::kStepOut ? 1 : 0);
    if (top.co == L && reason.catching_level) first = std::max(first, reason.catching_level + 1);
    step.frames = activations(top.co, first);
    lua_State* resumer = nullptr;
    if (step.frames.empty()) resumer = resumer_of(top.co, step.thread, level);
    if (resumer) {
      step.co = resumer;
      step.frames = activations(resumer, 0);
    }
    step.kind = Resume::kNext;
  } else {
    // Parked or dead: the thread's next line, wherever that is.
    if (here && stack().frame(step.thread, 0, top)) leave(step, top);
    step.kind = Resume::kStepIn;
  }
  steps_.push_back(std::move(step));
}

void Stepper::leave(Step& step, const Frame& frame) {
  lua_Debug ar;
  if (!lua_getstack(frame.co, frame.level, &ar)) return;
  step.left_co = frame.co;
  step.left = lua::activation(&ar);
}

void Stepper::step_into(const NseThread* thread) {
  cancel(thread);
  Step step;
  step.thread = thread;
  step.kind = Resume::kStepIn;
  steps_.push_back(std::move(step));
}

int Stepper::mask(lua_State* co, const NseThread* thread) const {
  if (steps_.empty()) return 0;
  const Step* step = of(thread);
  if (!step) return 0;
  int leaving = step->left && step->left_co == co ? LUA_MASKRET : 0;
  if (step->kind == Resume::kStepIn) return LUA_MASKLINE | leaving;
  if (step->co != co) return leaving;
  return step->any_frame ? LUA_MASKLINE | leaving : LUA_MASKLINE | LUA_MASKRET | LUA_MASKCALL;
}

bool Stepper::on_line(lua_State* co, lua_Debug* ar, const NseThread* thread, const Mark& mark) {
  if (steps_.empty()) return false;
  const Step* step = of(thread);
  if (!step || !mark.file || (mark.engine && !step->engine)) return false;
  if (!mark.file->script && !step->library && just_my_script()) return false;
  if (mark.skipped && !step->skipped) return false;
  if (step->kind == Resume::kStepIn) return true;
  if (step->co != co) return false;
  return step->any_frame || std::find(step->frames.begin(), step->frames.end(),
                                      lua::activation(ar)) != step->frames.end();
}

// Everything above a frame that returns is gone as well: an error may have unwound it silently.
void Stepper::drop(Step& step, const void* activation) {
  auto found = std::find(step.frames.begin(), step.frames.end(), activation);
  if (found != step.frames.end()) step.frames.erase(step.frames.begin(), found + 1);
}

void Stepper::on_return(lua_State* co, lua_Debug* ar, const NseThread* thread) {
  if (steps_.empty()) return;
  Step* step = of(thread);
  if (!step) return;
  if (step->left == lua::activation(ar) && step->left_co == co) {
    step->left = nullptr;  // the next function called has the same record
    keep_returned(co, ar, thread, name_of_function(co, *ar));
  }
  if (step->co == co) drop(*step, lua::activation(ar));
}

// `return f()` reuses the frame: f is not a line of the function we step in, its caller is.
void Stepper::on_tail_call(lua_State* co, lua_Debug* ar, const NseThread* thread) {
  if (steps_.empty()) return;
  Step* step = of(thread);
  if (step && step->co == co) drop(*step, lua::called_activation(co, ar));
}

void Stepper::coroutine_ended(lua_State* co, lua_State* resumer, const NseThread* thread) {
  if (steps_.empty()) return;
  Step* step = of(thread);
  if (!step) return;
  bool base = thread && thread->co == co;
  if (base) {
    cancel(thread);
    drop_returned(thread);
  } else if (step->co == co) {
    step->co = resumer;
    step->any_frame = true;
    step->frames.clear();
  }
}

}  // namespace agent
