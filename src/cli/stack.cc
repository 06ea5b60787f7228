#include "cli/stack.h"

#include <algorithm>

#include "client/debuggee.h"

namespace cli {

void Stack::select_thread(int thread) {
  thread_ = thread;
  selected_ = total_ = 0;
  complete_ = false;
  frames_.clear();
}

base::Status Stack::fetch(int count) {
  if (complete_ || static_cast<int>(frames_.size()) >= count) return base::ok();
  if (!debuggee_.alive()) return debuggee_.no_scan();
  if (!debuggee_.stopped()) return base::fail("nothing is stopped", "Ctrl-C pauses the scan");
  dap::StackTrace::Arguments arguments;
  arguments.threadId = thread_;
  arguments.startFrame = static_cast<int>(frames_.size());
  arguments.levels = count - *arguments.startFrame;
  base::Result<dap::StackTrace::Response> answer = debuggee_.request<dap::StackTrace>(arguments);
  if (!answer) return answer.take_error();
  for (dap::StackFrame& frame : answer->stackFrames) frames_.push_back(std::move(frame));
  int known = static_cast<int>(frames_.size());
  total_ = std::max(answer->totalFrames.value_or(known), known);
  complete_ = known < count || known == answer->totalFrames;
  return base::ok();
}

base::Result<dap::StackFrame> Stack::frame(int level) {
  base::Status fetched = fetch(level + 1);
  if (!fetched) return fetched.take_error();
  if (level < 0 || level >= static_cast<int>(frames_.size()))
    return base::fail(frames_.empty() ? "this thread has no Lua stack now"
                                      : "there is no frame " + std::to_string(level));
  return frames_[static_cast<size_t>(level)];
}

base::Result<std::vector<dap::StackFrame>> Stack::frames(int first, int count) {
  base::Status fetched = fetch(first + count);
  if (!fetched) return fetched.take_error();
  auto size = static_cast<int>(frames_.size());
  int end = std::min(size, first + count);
  return std::vector<dap::StackFrame>(frames_.begin() + std::min(first, end),
                                      frames_.begin() + end);
}

base::Status Stack::select_frame(int level) {
  base::Result<dap::StackFrame> exists = frame(level);
  if (!exists) return exists.take_error();
  selected_ = level;
  return base::ok();
}

base::Result<dap::Scope> Stack::scope(std::string_view name) {
  base::Result<dap::StackFrame> frame = selected_frame();
  if (!frame) return frame.take_error();
  dap::Scopes::Arguments arguments;
  arguments.frameId = frame->id;
  base::Result<dap::Scopes::Response> answer = debuggee_.request<dap::Scopes>(arguments);
  if (!answer) return answer.take_error();
  for (dap::Scope& scope : answer->scopes)
    if (scope.name == name) return std::move(scope);
  return base::fail("this frame has no " + std::string(name));
}

base::Result<std::vector<dap::Variable>> Stack::variables(int reference) {
  if (reference == 0) return std::vector<dap::Variable>();
  dap::Variables::Arguments arguments;
  arguments.variablesReference = reference;
  base::Result<dap::Variables::Response> answer = debuggee_.request<dap::Variables>(arguments);
  if (!answer) return answer.take_error();
  return std::move(answer->variables);
}

}  // namespace cli
