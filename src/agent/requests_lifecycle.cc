#include <signal.h>
#include <unistd.h>

#include "agent/attach.h"
#include "agent/breakpoints.h"
#include "agent/clock.h"
#include "agent/dispatch.h"
#include "agent/scan.h"
#include "agent/script_output.h"
#include "agent/session.h"
#include "dap/capabilities.h"
#include "dap/nse_requests.h"

namespace agent {
namespace {

base::Result<dap::Capabilities> initialize(Call& call,
                                           const dap::Initialize::Arguments& arguments) {
  if (arguments.pathFormat.value_or("path") != "path")
    return base::fail("pathFormat: only 'path' is supported");
  call.client->initialized = true;
  call.client->supports_invalidated = arguments.supportsInvalidatedEvent.value_or(false);
  call.client->features.paging = arguments.supportsVariablePaging.value_or(false);
  call.client->features.memory = arguments.supportsMemoryReferences.value_or(false);
  return dap::agent_capabilities();
}

// `initialized` comes after the answer to launch/attach: only then are the arguments known that
// breakpoints may depend on.
void announce_initialized(Call& call) {
  server().set_listening(call.client_id);
  dap::ProcessEvent process;
  process.name = program_name();
  process.systemProcessId = static_cast<int>(getpid());
  process.isLocalProcess = true;
  bool nothing_has_run = !attached_late() && !scan().is_configured();
  process.startMethod = nothing_has_run ? "launch" : "attach";
  send_event(call.client_id, process);
  send_event(call.client_id, dap::InitializedEvent{});
  for (int thread : scan().stopped_threads()) {
    dap::StoppedEvent event;  // a second client that joins a stopped scan
    bool all = thread == scan().stopped_thread_id();
    event.reason = "pause";
    event.description = all ? "The scan is stopped already" : "The thread is stopped already";
    event.threadId = thread;
    event.allThreadsStopped = all;
    send_event(call.client_id, event);
  }
}

// What launch, attach and nse/set may all change.
template <class Arguments>
void apply(const Arguments& wanted) {
  if (wanted.justMyScript) set_just_my_script(*wanted.justMyScript);
  if (wanted.freezeClock) set_freeze_clock(*wanted.freezeClock);
  if (wanted.nonStop) scan().set_non_stop(*wanted.nonStop);
}

base::Result<dap::NseSet::Response> set(Call&, const dap::NseSet::Arguments& wanted) {
  apply(wanted);
  dap::NseSet::Response now;
  now.justMyScript = just_my_script();
  now.freezeClock = freeze_clock();
  now.nonStop = scan().non_stop();
  return now;
}

base::Result<dap::Empty> attach(Call& call, const dap::AttachArguments& arguments) {
  std::string entry = arguments.stopOnEntry.value_or("none");
  if (entry != "none" && entry != "rule" && entry != "action")
    return base::fail("stopOnEntry: expected none, rule or action, got '" + entry + "'");
  apply(arguments);
  if (entry != "none") set_stop_on_entry(call.client_id, entry);
  hold_at_end(call.client_id, arguments.nseHoldAtEnd.value_or(false));
  if (arguments.nseOutput.value_or(false)) {
    call.client->wants_output = true;
    want_script_output();
  }
  call.after = announce_initialized;
  return dap::Empty{};
}

base::Result<dap::Empty> configuration_done(Call& call, const dap::Empty&) {
  call.after = [](Call&) { scan().configured(); };
  return dap::Empty{};
}

// As Ctrl-C does: at_exit never comes. The first process of a container is spared a signal that
// would end it (pid_namespaces(7)).
void end_nmap(Call& call) {
  hold_at_end(call.client_id, false);
  breakpoints().clear();
  announce_terminated();
  if (getpid() == 1) _exit(128 + SIGINT);
  kill(getpid(), SIGINT);
}

base::Result<dap::Empty> terminate(Call& call, const dap::Empty&) {
  call.after = end_nmap;
  return dap::Empty{};
}

base::Result<dap::Empty> disconnect(Call& call, const dap::Disconnect::Arguments& arguments) {
  call.detail = arguments.terminateDebuggee.value_or(false);
  if (arguments.suspendDebuggee.value_or(false)) scan().stay_stopped();
  call.after = [](Call& finished) {
    if (finished.detail) end_nmap(finished);
    server().close_client(finished.client_id);
  };
  return dap::Empty{};
}

base::Result<dap::Empty> cancel(Call& call, const dap::Cancel::Arguments& arguments) {
  if (!arguments.requestId) return dap::Empty{};
  scan().cancel(call.client_id, *arguments.requestId);
  return dap::Empty{};
}

}  // namespace

template <>
const Handler HandlerOf<dap::Initialize>::value = on<dap::Initialize, initialize>(On::kIo);
template <>
const Handler HandlerOf<dap::Launch>::value = on<dap::Launch, attach>(On::kIo);
template <>
const Handler HandlerOf<dap::Attach>::value = on<dap::Attach, attach>(On::kIo);
template <>
const Handler HandlerOf<dap::NseSet>::value = on<dap::NseSet, set>(On::kIo);
template <>
const Handler HandlerOf<dap::ConfigurationDone>::value =
    on<dap::ConfigurationDone, configuration_done>(On::kIo);
template <>
const Handler HandlerOf<dap::Terminate>::value = on<dap::Terminate, terminate>(On::kIo);
template <>
const Handler HandlerOf<dap::Disconnect>::value = on<dap::Disconnect, disconnect>(On::kIo);
template <>
const Handler HandlerOf<dap::Cancel>::value = on<dap::Cancel, cancel>(On::kIo);

}  // namespace agent
