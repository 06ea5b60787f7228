#include "agent/error_report.h"

#include "agent/nse_thread.h"
#include "agent/scan.h"
#include "agent/sources.h"
#include "agent/stack.h"
#include "agent/values.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr int kMostFrames = 40;
constexpr int kMostLocals = 40;

dap::Thread describe_thread(int id) {
  for (dap::Thread& one : nse_threads().list())
    if (one.id == id) return std::move(one);
  return {};
}

void add_locals(lua_State* W, const Frame& frame, dap::ReportedFrame& out) {
  std::vector<dap::ReportedLocal>& locals = out.locals.emplace();
  int more = 0;
  for (const lua::Local& local : lua::locals(frame.co, frame.level)) {
    if (local.shadowed) continue;
    if (static_cast<int>(locals.size()) == kMostLocals) {
      ++more;
      continue;
    }
    if (!lua::push_local(W, frame.co, frame.level, local.slot)) continue;
    locals.push_back({local.name, preview(W, -1, false, local.name)});
    lua_pop(W, 1);
  }
  if (more) out.moreLocals = more;
}

dap::ReportedFrame report_frame(const dap::StackFrame& described, const Frame& frame) {
  dap::ReportedFrame out;
  out.name = described.name;
  if (!described.source) return out;
  out.source = described.source;
  out.line = described.line;
  std::vector<SourceFile*> files = sources().find(described.source->path.value_or(""));
  if (!files.empty() && !files.front()->has_changed())
    if (std::string text = line_of(*files.front(), described.line); !text.empty())
      out.text = std::move(text);
  base::Status status = lua::protect([&](lua_State* W) { add_locals(W, frame, out); });
  if (!status) out.locals.reset();
  return out;
}

}  // namespace

std::vector<dap::StackFrame> without_engine(const std::vector<dap::StackFrame>& frames) {
  std::vector<dap::StackFrame> out;
  for (const dap::StackFrame& frame : frames) {
    bool engine = frame.presentationHint && frame.source;  // nse_main.lua
    if (!engine)
      out.push_back(frame);
    else if (!out.empty() && !out.back().source)
      out.pop_back();
  }
  return out;
}

base::Result<dap::ErrorReport::Response> error_report(
    const dap::ErrorReport::Arguments& arguments) {
  const StopReason* reason = scan().reason();
  if (!reason || reason->filter.empty() || scan().stopped_thread_id() != arguments.threadId)
    return base::fail("thread " + std::to_string(arguments.threadId) + " has not raised an error");
  dap::StackTrace::Arguments all;
  all.threadId = arguments.threadId;
  all.levels = kMostFrames;
  auto trace = stack().trace(all);
  if (!trace) return trace.take_error();
  dap::ErrorReport::Response report;
  report.filter = reason->filter;
  report.message = reason->text;
  report.thread = describe_thread(arguments.threadId);
  for (const dap::StackFrame& frame : without_engine(trace->stackFrames)) {
    if (auto found = stack().by_id(frame.id)) report.frames.push_back(report_frame(frame, *found));
  }
  int more = trace->totalFrames.value_or(0) - static_cast<int>(trace->stackFrames.size());
  if (more > 0) report.moreFrames = more;
  return report;
}

}  // namespace agent
