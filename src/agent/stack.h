// Stack traces of NSE threads, stitched across nested coroutines, and the frame ids made from them.
//
// The stopped thread's stack begins with the coroutine that runs and goes on with those that
// resumed it, down to the thread's base. A parked thread's stack is its base coroutine's, on top of
// it the nested one it waits for, if NSE's own coroutine.resume (nse_main.lua 7.93:153) stands in
// between. Valid until its thread is resumed; ids are never reused, so a stale one is an error, not
// a mix-up. Main thread only, for threads that stand.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/frames.h"
#include "base/result.h"
#include "dap/requests.h"

namespace agent {

struct NseThread;
struct SourceFile;

// Of the function at `ar`, filled with "nS"; `file` is its file, null if it has none.
std::string name_of(const lua_Debug& ar, SourceFile* file);

class Stack {
 public:
  base::Result<dap::StackTrace::Response> trace(const dap::StackTrace::Arguments& arguments);

  // The frame a client means by an id.
  base::Result<Frame> by_id(int frame_id);
  // Number `index` of the thread's stack (null: the engine). False past its end.
  bool frame(const NseThread* thread, int index, Frame& out);
  // The innermost frame in a script's own file, else in any; nothing for a thread without frames.
  std::optional<dap::StackFrame> script_frame(const NseThread* thread);
  // The NSE thread that a coroutine belongs to: it runs, or is the base of one.
  NseThread* owner(lua_State* co);

  // On resume: forgets the threads that do not stand any more.
  void clear(bool (*stands)(int thread));

 private:
  struct Entry {
    Frame frame;
    NseThread* thread = nullptr;
  };
  struct Trace {
    int first_id = 0;
    std::vector<Entry> frames;
  };
  Trace& of(const NseThread* thread);

  std::map<const NseThread*, Trace> traces_;
  int next_id_ = 1;
};

Stack& stack();

}  // namespace agent
