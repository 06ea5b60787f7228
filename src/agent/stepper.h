// Steps: each belongs to one NSE thread and ends where that thread gets to, however many other
// scripts run meanwhile and whichever breakpoint stops in between.
//
// A frame is recognised by its activation record (lua/proto.h) on its coroutine, not by counting
// depths, which yields and errors unbalance (shared/PEERS.md, "Traps"). `next` remembers the frames
// at or below the current one and stops at the next line in one of them; frames drop out as they
// return. A coroutine that ends hands its step to whoever resumed it; one that yields keeps it.
// Main thread only.
#pragma once

#include <vector>

#include "agent/marks.h"
#include "agent/scan.h"

namespace agent {

class Stepper {
 public:
  // The scan is resumed after a stop for `reason` on `L`.
  void start(lua_State* L, const StopReason& reason, const ResumeRequest& request);

  // What the step of `thread`, if any, wants to see on `co`: a mask for lua_sethook.
  int mask(lua_State* co, const NseThread* thread) const;

  // True if a step ends at this line.
  bool on_line(lua_State* co, lua_Debug* ar, const NseThread* thread, const Mark& mark);
  void on_return(lua_State* co, lua_Debug* ar, const NseThread* thread);
  void on_tail_call(lua_State* co, lua_Debug* ar, const NseThread* thread);
  void coroutine_ended(lua_State* co, lua_State* resumer, const NseThread* thread);

  // Stop at the first line of script code that `thread` runs.
  void step_into(const NseThread* thread);
  void clear() { steps_.clear(); }

 private:
  struct Step {
    const NseThread* thread = nullptr;
    Resume kind = Resume::kNext;
    lua_State* co = nullptr;
    bool any_frame = false;        // kNext: the frames are gone, any line of `co` will do
    bool library = false;          // it began in a library: there library lines count
    bool engine = false;           // it began in nse_main.lua: there engine lines count
    bool skipped = false;          // it began in what is skipped: there such lines count
    lua_State* left_co = nullptr;  // the frame whose return values are wanted, once
    const void* left = nullptr;
    std::vector<const void*> frames;  // innermost first
  };
  static void leave(Step& step, const Frame& frame);
  Step* of(const NseThread* thread);
  const Step* of(const NseThread* thread) const;
  void cancel(const NseThread* thread);
  void drop(Step& step, const void* activation);

  std::vector<Step> steps_;
};

Stepper& stepper();

}  // namespace agent
