#include "relay/session.h"

#include <cstdio>
#include <cstdlib>

#include "client/lua_color.h"
#include "client/session.h"
#include "dap/capabilities.h"
#include "dap/relay.h"

namespace relay {
namespace {

using dap::Message;

using RelayRequests = dap::RequestList<dap::Restart>;

dap::AdapterCapabilities capabilities(bool colors) {
  dap::AdapterCapabilities all{dap::agent_capabilities(), {}};
  dap::add_capabilities(RelayRequests{}, all);
  if (colors) all.supportsANSIStyling = true;
  return all;
}

std::string body_text(const Message& message) {
  return message.body ? dap::to_text(*message.body) : "";
}

// The agent cannot know how its client came.
void set_start_method(Message& message) {
  auto method = message.body->FindMember("startMethod");
  if (method != message.body->MemberEnd())
    method->value.SetString("attach", message.document->GetAllocator());
}

bool resumes(const std::string& command) {
  return command == dap::Continue::command || command == dap::Next::command ||
         command == dap::StepIn::command || command == dap::StepOut::command;
}

bool configures(const std::string& command) {
  return command == dap::SetBreakpoints::command ||
         command == dap::SetFunctionBreakpoints::command ||
         command == dap::SetExceptionBreakpoints::command ||
         command == dap::SetNetworkBreakpoints::command ||
         command == dap::ConfigurationDone::command;
}

// Into the debug console.
bool is_typed(const Message& message) {
  dap::Evaluate::Arguments arguments;
  std::string why;
  return message.name == dap::Evaluate::command && dap::read_body(message, arguments, why) &&
         arguments.context == "repl";
}

// What is no literal of Lua would get colours by chance.
void color_result(Message& message) {
  dap::Evaluate::Response response;
  std::string why;
  if (!dap::read_body(message, response, why)) return;
  for (const char* type : {"function", "userdata", "thread"})
    if (response.type == type) return;
  std::string text = client::colored_lines(response.result);
  (*message.body)["result"].SetString(text.c_str(), message.document->GetAllocator());
}

}  // namespace

Session::Session(client::Loop& loop, base::Fd in, base::Fd out,
                 std::unique_ptr<client::Target> target, std::unique_ptr<client::Commands> commands)
    : loop_(loop),
      editor_(loop, std::move(in), std::move(out),
              {[this](Message message) { on_request(std::move(message)); },
               [this](const std::string& why) {
                 if (!why.empty()) std::fprintf(stderr, "nsedbg dap: %s\n", why.c_str());
                 abandon();
               }}),
      scan_(loop, std::move(target),
            {[this](const char* category, const std::string& text) { on_output(category, text); },
             [this](base::Fd socket) { on_agent(std::move(socket)); },
             [this](const std::string& why) { start_failed(why); },
             [this](std::optional<int> status) { on_ended(status); }}),
      console_(loop, std::move(commands), [this] { return scan_.connect_again(); }),
      progress_(loop, editor_, [this] { look_at_scan(); }) {
  const char* log = std::getenv("NSEDBG_DAP_LOG");
  base::Status logged = log && *log ? editor_.log_to(log) : base::ok();
  if (!logged) std::fprintf(stderr, "nsedbg dap: %s\n", logged.error().text().c_str());
}

// --- from the client -----------------------------------------------------------------------

void Session::on_request(Message message) {
  Asked asked = asked_by(message);
  if (message.name == dap::Initialize::command) return initialize(message);
  if (state_ == State::kNew) return editor_.refuse(asked, "send initialize first");
  if (own_request(message)) return;
  if (state_ == State::kRelaying) return forward(std::move(message));
  if (state_ == State::kOver) return editor_.refuse(asked, message.name + ": the scan is over");
  before_the_agent(std::move(message));
}

void Session::initialize(const Message& message) {
  Asked asked = asked_by(message);
  if (state_ != State::kNew) return editor_.refuse(asked, "initialize was sent already");
  std::string why;
  if (!dap::read_body(message, client_, why))
    return editor_.refuse(asked, "initialize: bad arguments: " + why);
  if (client_.pathFormat.value_or("path") != "path")
    return editor_.refuse(asked, "pathFormat: only 'path' is supported");
  if (message.body) hello_ = body_text(message);
  state_ = State::kReady;
  console_.set_colors(colors());
  editor_.answer(asked, dap::to_json(capabilities(colors())));
}

bool Session::own_request(Message& message) {
  if (message.name == dap::Launch::command) return launch(message), true;
  if (message.name == dap::Attach::command) return attach(message), true;
  if (message.name == dap::Disconnect::command) return disconnect(message), true;
  if (message.name == dap::Terminate::command) return terminate(message), true;
  if (message.name == dap::Restart::command) return restart(message), true;
  return false;
}

// Breakpoints may come early; they are answered when the agent is there.
void Session::before_the_agent(Message message) {
  Asked asked = asked_by(message);
  if (message.name == dap::Cancel::command) return forward_cancel(message);
  if (state_ == State::kReady && !configures(message.name))
    return editor_.refuse(asked, message.name + ": send launch or attach first");
  queue_.push_back(std::move(message));
}

void Session::forward(Message message) {
  Asked asked = asked_by(message);
  if (message.name == dap::Cancel::command) return forward_cancel(message);
  if (launch_ && launch_->no_debug && answered_without_debugging(message)) return;
  if (to_console(message)) return;
  to_agent(std::move(message));
}

// False if it is none of the console's.
bool Session::to_console(Message& message) {
  dap::Evaluate::Arguments arguments;
  std::string why;
  if (!is_typed(message) || !dap::read_body(message, arguments, why)) return false;
  auto kept = std::make_shared<Message>();
  bool taken = console_.take(arguments.expression, arguments.frameId.value_or(0),
                             [this, kept](base::Result<std::string>* shown) {
                               Asked asked = asked_by(*kept);
                               if (!shown) return to_agent(std::move(*kept));
                               if (!*shown) return editor_.refuse(asked, shown->error().text());
                               dap::Evaluate::Response response;
                               response.result = **shown;
                               editor_.answer(asked, dap::to_json(response));
                             });
  if (taken) *kept = std::move(message);
  return taken;
}

void Session::to_agent(Message message) {
  Asked asked = asked_by(message);
  asked.shows_value = is_typed(message);
  if (!agent_ || !agent_->open()) return editor_.refuse(asked, message.name + ": the scan is over");
  paths_.to_remote(message);
  std::string key = configuration_.remember(message);
  in_flight_[asked.seq] =
      agent_->request(asked.command.c_str(), body_text(message),
                      [this, asked, key](Message& answer) { pass_answer(asked, key, answer); });
}

void Session::forward_cancel(const Message& message) {
  Asked asked = asked_by(message);
  dap::Cancel::Arguments arguments;
  std::string why;
  if (!dap::read_body(message, arguments, why))
    return editor_.refuse(asked, "cancel: bad arguments: " + why);
  for (auto it = queue_.begin(); arguments.requestId && it != queue_.end(); ++it) {
    if (it->seq != *arguments.requestId) continue;
    editor_.refuse(asked_by(*it), "cancelled");
    queue_.erase(it);
    break;
  }
  auto found = in_flight_.find(arguments.requestId.value_or(0));
  if (found != in_flight_.end() && agent_) {
    arguments.requestId = found->second;
    agent_->request(dap::Cancel::command, dap::to_json(arguments), [](Message&) {});
  }
  editor_.answer(asked);
}

void Session::pass_answer(const Asked& asked, const std::string& key, Message& message) {
  in_flight_.erase(asked.seq);
  if (!message.success) return editor_.refuse(asked, client::error_text(message));
  if (resumes(asked.command)) stopped_ = false;
  if (message.body) {
    paths_.to_local(*message.document, *message.body);
    configuration_.answered(key, *message.body);
    if (asked.shows_value && colors()) color_result(message);
  }
  editor_.answer(asked, body_text(message));
}

// noDebug: the scan runs as it would without breakpoints.
bool Session::answered_without_debugging(const Message& message) {
  if (message.name == dap::SetExceptionBreakpoints::command)
    return editor_.answer(asked_by(message)), true;
  if (message.name != dap::SetBreakpoints::command &&
      message.name != dap::SetFunctionBreakpoints::command)
    return false;
  dap::BreakpointsResponse response;
  dap::Value* wanted = message.body ? breakpoints_in(*message.body) : nullptr;
  for (rapidjson::SizeType i = 0; wanted && i < wanted->Size(); ++i) {
    dap::Breakpoint& breakpoint = response.breakpoints.emplace_back();
    breakpoint.message = "the scan was started without debugging";
    breakpoint.reason = "failed";
  }
  editor_.answer(asked_by(message), dap::to_json(response));
  return true;
}

// --- from the agent ------------------------------------------------------------------------

void Session::on_agent_event(Message& message) {
  if (note_output(message)) return;
  note_event(message);
  if (message.name == dap::ExitedEvent::event || message.name == dap::TerminatedEvent::event)
    return;  // ours come when the process has ended
  if (message.name == dap::InitializedEvent::event && restart_ == Restart::kStarting)
    return replay();
  if (message.name == dap::OutputEvent::event || message.name == dap::StoppedEvent::event)
    scan_.drain();  // what nmap said before it
  if (message.name == dap::ProcessEvent::event && message.body && !launch_)
    set_start_method(message);
  if (message.body) {
    paths_.to_local(*message.document, *message.body);
    configuration_.translate_event(message.name, *message.body);
  }
  editor_.event(message.name.c_str(), body_text(message));
}

void Session::note_event(const Message& message) {
  std::string why;
  if (message.name == dap::ExitedEvent::event) {
    dap::ExitedEvent event;
    if (dap::read_body(message, event, why)) exit_code_ = event.exitCode;
  } else if (message.name == dap::LoadedSourceEvent::event) {
    dap::LoadedSourceEvent event;
    if (!dap::read_body(message, event, why)) return;
    paths_.to_local(event.source);
    nmap_output_.loaded(event.source);
  } else if (message.name == dap::ThreadEvent::event) {
    dap::ThreadEvent event;
    if (!dap::read_body(message, event, why)) return;
    if (event.reason == "exited")
      threads_.erase(event.threadId);
    else
      threads_.insert(event.threadId);
    progress_.script_runs();
  } else if (message.name == dap::StoppedEvent::event) {
    stopped_ = true;
    progress_.script_runs();
  } else if (message.name == dap::ContinuedEvent::event) {
    stopped_ = false;
  }
}

// True for what is no event of the client's: where something that nmap prints comes from.
bool Session::note_output(const Message& message) {
  if (message.name != dap::NseOutputEvent::event) return false;
  dap::NseOutputEvent event;
  std::string why;
  if (!dap::read_body(message, event, why)) return true;
  paths_.to_local(event.source);
  nmap_output_.told(event);
  return true;
}

// The agent has told of a line before nmap prints it, but what comes first to us is chance.
void Session::on_output(const char* category, const std::string& text) {
  if (detached_) return;
  progress_.nmap_says(text);
  bool told = agent_ && text.find("NSE: ") != std::string::npos;
  if (told)
    agent_->hold([this](const Message& message) {
      return message.kind == Message::Kind::kEvent && note_output(message);
    });
  for (const dap::OutputEvent& event : nmap_output_.events(category, text)) editor_.event(event);
  if (told) agent_->release();
}

// What scripts do is told by events.
void Session::look_at_scan() {
  if (stopped_ || !threads_.empty() || !agent_ || !agent_->open()) return;
  agent_->request(dap::NseScan::command, "", [this](Message& answer) {
    dap::NseScan::Response scan;
    std::string why;
    if (answer.success && dap::read_body(answer, scan, why)) progress_.take(scan);
  });
}

void Session::say(const std::string& text) {
  dap::OutputEvent event;
  event.category = "console";
  event.output = text + "\n";
  editor_.event(event);
}

}  // namespace relay
