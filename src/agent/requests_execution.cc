#include <algorithm>

#include "agent/dispatch.h"
#include "agent/interrupt.h"
#include "agent/nse_thread.h"
#include "agent/scan.h"
#include "agent/session.h"
#include "agent/skips.h"
#include "agent/terminate.h"

namespace agent {
namespace {

// Any thread may be told to go on while everything stands, else only one that stands.
base::Status check_stopped(int thread_id) {
  bool standing = scan().stopped() || scan().is_stopped(thread_id);
  if (standing) return base::ok();
  return base::fail(scan().stopped_threads().empty()
                        ? "the scan is running already"
                        : "thread " + std::to_string(thread_id) + " is running already");
}

// The response goes out before the scan does.
base::Result<dap::Empty> resume(Call& call, const dap::StepArguments& arguments, Resume kind) {
  base::Status stopped = check_stopped(arguments.threadId);
  if (!stopped) return stopped.take_error();
  if (arguments.threadId != kEngineThreadId && !nse_threads().by_id(arguments.threadId))
    return base::fail("there is no thread " + std::to_string(arguments.threadId) + " (any more)");
  call.thread_id = arguments.threadId;
  constexpr int kDeepest = 1'000'000;  // LUAI_MAXSTACK: no stack has more frames
  int level = std::clamp(arguments.nseTargetLevel.value_or(-1), -1, kDeepest);
  call.detail = static_cast<int>(kind) | (level + 1) << 8;
  call.after = [](Call& answered) {
    ResumeRequest request;
    request.kind = static_cast<Resume>(answered.detail & 0xFF);
    request.thread_id = answered.thread_id;
    request.target_level = (answered.detail >> 8) - 1;
    scan().resume(request, answered.client_id);
  };
  return dap::Empty{};
}

base::Result<dap::Empty> next(Call& call, const dap::StepArguments& arguments) {
  return resume(call, arguments, Resume::kNext);
}

base::Result<dap::Empty> step_in(Call& call, const dap::StepArguments& arguments) {
  return resume(call, arguments, Resume::kStepIn);
}

base::Result<dap::Empty> step_out(Call& call, const dap::StepArguments& arguments) {
  return resume(call, arguments, Resume::kStepOut);
}

// The thread that stands alone, else all that stands.
base::Result<dap::Continue::Response> go_on(Call& call, const dap::Continue::Arguments& arguments) {
  base::Status stopped = check_stopped(arguments.threadId);
  if (!stopped) return stopped.take_error();
  bool named = scan().is_stopped(arguments.threadId) && (scan().non_stop() || !scan().stopped());
  call.thread_id = named ? arguments.threadId : scan().stopped_thread_id();
  call.after = [](Call& answered) {
    ResumeRequest request;
    request.thread_id = answered.thread_id;
    scan().resume(request, answered.client_id);
  };
  dap::Continue::Response response;
  response.allThreadsContinued = scan().continues_all(call.thread_id);
  return response;
}

base::Result<dap::Empty> pause(Call& call, const dap::Pause::Arguments& arguments) {
  if (scan().stopped() || scan().is_stopped(arguments.threadId)) {
    interrupt_main_evaluation();
    return dap::Empty{};
  }
  if (scan().non_stop() && nse_threads().request_pause(arguments.threadId)) {
    call.after = [](Call&) { request_attention(); };
    return dap::Empty{};
  }
  call.after = [](Call&) { request_pause(); };
  return dap::Empty{};
}

base::Result<dap::Threads::Response> threads(Call& call, const dap::Empty&) {
  if (call.on_main) nse_threads().refresh();
  dap::Threads::Response response;
  response.threads = nse_threads().list();
  return response;
}

// Those that can be ended are, whatever is wrong with the others.
base::Result<dap::Empty> terminate_threads(Call& call,
                                           const dap::TerminateThreads::Arguments& arguments) {
  if (!arguments.threadIds || arguments.threadIds->empty())
    return base::fail("terminateThreads: threadIds says which");
  base::Status status = base::ok();
  for (int id : *arguments.threadIds) {
    base::Status one = terminate_thread(id, call.on_main);
    if (!one) status = std::move(one);
  }
  if (!status) return status.take_error();
  return dap::Empty{};
}

base::Result<dap::Empty> skip(Call& call, const dap::SetSkips::Arguments& arguments) {
  set_skips(call.client_id, arguments.skips);
  return dap::Empty{};
}

}  // namespace

template <>
const Handler HandlerOf<dap::Continue>::value = on<dap::Continue, go_on>(On::kIo);
template <>
const Handler HandlerOf<dap::Next>::value = on<dap::Next, next>(On::kIo);
template <>
const Handler HandlerOf<dap::StepIn>::value = on<dap::StepIn, step_in>(On::kIo);
template <>
const Handler HandlerOf<dap::StepOut>::value = on<dap::StepOut, step_out>(On::kIo);
template <>
const Handler HandlerOf<dap::Pause>::value = on<dap::Pause, pause>(On::kIo);
template <>
const Handler HandlerOf<dap::Threads>::value = on<dap::Threads, threads>(On::kLua);
template <>
const Handler HandlerOf<dap::SetSkips>::value = on<dap::SetSkips, skip>(On::kIo);
template <>
const Handler HandlerOf<dap::TerminateThreads>::value =
    on<dap::TerminateThreads, terminate_threads>(On::kLua);

}  // namespace agent
