// What a front end learns unasked: one method per event of the agent, empty unless overridden.
#pragma once

#include <string>

#include "dap/events.h"

namespace client {

// Called from within Loop::run_one(), possibly while a request waits for its answer: a handler
// notes what happened and returns. It must not send requests that wait.
class EventHandler {
 public:
  virtual ~EventHandler() = default;
  virtual void on(const dap::StoppedEvent&) {}
  virtual void on(const dap::ContinuedEvent&) {}
  virtual void on(const dap::OutputEvent&) {}
  virtual void on(const dap::BreakpointEvent&) {}
  virtual void on(const dap::ThreadEvent&) {}
  virtual void on(const dap::LoadedSourceEvent&) {}
  virtual void on(const dap::InitializedEvent&) {}
  virtual void on(const dap::ProcessEvent&) {}
  virtual void on(const dap::InvalidatedEvent&) {}
  virtual void on(const dap::ExitedEvent&) {}
  virtual void on(const dap::TerminatedEvent&) {}
  virtual void on(const dap::EndedEvent&) {}
  // The connection is gone. `why` is empty when the adapter simply closed it.
  virtual void on_closed(const std::string& why) { (void)why; }
};

}  // namespace client
