// How a session begins and ends: everything about nmap's process.
#include "relay/session.h"

#include <cstdlib>

#include "base/text.h"
#include "client/dial.h"
#include "client/local_files.h"
#include "client/session.h"
#include "client/token.h"

namespace relay {
namespace {

using dap::Message;

const dap::Value& arguments_of(const Message& message) {
  static const dap::Value none(rapidjson::kObjectType);
  return message.body ? *message.body : none;
}

std::string environment_json(const std::vector<std::pair<std::string, std::string>>& entries) {
  rapidjson::StringBuffer buffer;
  dap::Writer writer(buffer);
  writer.StartObject();
  for (const auto& [name, value] : entries) {
    dap::write(writer, std::string_view(name));
    dap::write(writer, std::string_view(value));
  }
  writer.EndObject();
  return buffer.GetString();
}

}  // namespace

// --- beginning -----------------------------------------------------------------------------

void Session::launch(const Message& message) {
  Asked asked = asked_by(message);
  if (state_ != State::kReady)
    return editor_.refuse(asked, "launch: the session has begun already");
  base::Result<Launch> launch = read_launch(arguments_of(message));
  if (!launch) return editor_.refuse(asked, launch.error().text());
  if (launch->in_terminal && !client_.supportsRunInTerminalRequest.value_or(false))
    return editor_.refuse(asked,
                          "console: integratedTerminal is not possible: this editor does not offer "
                          "a terminal (runInTerminal)\n  leave console out");
  if (base::Status logged = log(*launch); !logged)
    return editor_.refuse(asked, logged.error().text());
  use(*launch);
  find_copies(launch->cwd);
  for (const std::string& word : launch->nmap)
    if (base::starts_with(word, "/") && base::ends_with(word, ".nse")) paths_.copies().note(word);
  launch_ = *launch;
  beginning_ = asked;
  begin();
}

void Session::attach(const Message& message) {
  Asked asked = asked_by(message);
  if (state_ != State::kReady)
    return editor_.refuse(asked, "attach: the session has begun already");
  base::Result<Attach> attach = read_attach(arguments_of(message));
  if (!attach) return editor_.refuse(asked, attach.error().text());
  base::Result<base::Fd> socket =
      attach->is_remote() ? find_elsewhere(*attach) : scan_.find(attach->socket, attach->pid);
  if (!socket) return editor_.refuse(asked, "attach: " + socket.error().text());
  if (base::Status logged = log(*attach); !logged)
    return editor_.refuse(asked, logged.error().text());
  use(*attach);
  find_copies("");
  beginning_ = asked;
  state_ = State::kStarting;
  if (!socket->valid()) {
    for (const std::string& note : scan_.notes()) say("nsedbg: " + note);
    return scan_.await_agent(attach->pid);
  }
  scan_.adopt(socket->get());
  on_agent(std::move(*socket));
}

// The token is read once: the console's connection shows it again.
base::Result<base::Fd> Session::find_elsewhere(const Attach& attach) {
  base::Result<std::string> token = attach.token;
  if (attach.token.empty()) token = client::find_token(attach.token_file);
  if (!token) return token.take_error();
  client::Address address;
  address.host = attach.host;
  address.port = std::to_string(attach.port);
  return scan_.find([address, token = *token] { return client::dial(address, token); });
}

base::Status Session::log(const Common& attributes) {
  return attributes.log_file.empty() ? base::ok() : editor_.log_to(attributes.log_file);
}

void Session::use(const Common& attributes) {
  std::vector<std::pair<std::string, std::string>> roots;
  for (const PathMapping& one : attributes.path_mappings)
    roots.emplace_back(one.localRoot, one.remoteRoot);
  paths_.set(std::move(roots));
  agent_arguments_ = attributes.agent;
}

// Where an editor's copies of nmap's files may be.
void Session::find_copies(const std::string& folder) {
  const char* data = std::getenv("NMAPDIR");
  for (const std::string& one :
       {folder, client::real_path("."), std::string(data ? data : ""),
        std::string("/usr/share/nmap"), std::string("/usr/local/share/nmap")})
    paths_.copies().look_in(one);
}

void Session::begin() {
  state_ = State::kStarting;
  client::Target::Options options;
  options.nmap = launch_->nmap;
  options.cwd = launch_->cwd;
  options.environment = launch_->environment;
  options.terminal = true;  // else its output waits in a buffer of its
  if (launch_->in_terminal) return begin_in_terminal(options);
  base::Result<client::Target::Process> process = scan_.start(options);
  if (!process) return start_failed(process.error().text());
  for (const std::string& warning : process->warnings) say("nsedbg: " + warning);
}

void Session::begin_in_terminal(const client::Target::Options& options) {
  base::Result<client::Target::Command> command = scan_.prepare(options);
  if (!command) return start_failed(command.error().text());
  for (const std::string& warning : command->warnings) say("nsedbg: " + warning);
  dap::RunInTerminal::Arguments arguments;
  arguments.kind = "integrated";
  arguments.title = "nmap";
  arguments.cwd = command->cwd;
  arguments.args = command->words;
  arguments.env = dap::Json{environment_json(command->environment)};
  editor_.ask<dap::RunInTerminal>(
      arguments, [this](base::Result<dap::RunInTerminal::Response> answer) {
        if (!answer) return start_failed(answer.error().text());
        scan_.started_in_terminal(static_cast<pid_t>(answer->processId.value_or(0)));
      });
}

// The client never sees this part: it has its answer to initialize, and waits for launch's.
void Session::on_agent(base::Fd socket) {
  former_agent_ = std::move(agent_);
  if (!scan_.sees_our_files()) paths_.copies().nmap_is_elsewhere();
  agent_ = std::make_unique<Agent>(
      loop_, std::move(socket),
      Agent::Callbacks{[this](Message& message) { on_agent_event(message); },
                       [this](const std::string&) { scan_.agent_gone(exit_code_); }});
  agent_->request(dap::Initialize::command, hello_, [this](Message& greeted) {
    if (!greeted.success) return start_failed("the agent: " + client::error_text(greeted));
    std::string arguments =
        launch_ && launch_->no_debug ? R"({"nseOutput":true})" : agent_arguments_;
    agent_->request(dap::Attach::command, arguments, [this](Message& attached) {
      if (!attached.success) return start_failed("the agent: " + client::error_text(attached));
      handshake_done();
    });
  });
}

void Session::handshake_done() {
  state_ = State::kRelaying;
  if (restart_ == Restart::kNo) editor_.answer(std::exchange(beginning_, {}));
  if (client_.supportsProgressReporting.value_or(false)) progress_.begin(launch_.has_value());
  for (Message& message : std::exchange(queue_, {})) forward(std::move(message));
}

// A new agent gets what the old one was told.
void Session::replay() {
  restart_ = Restart::kNo;
  for (const auto& [key, request] : configuration_.requests())
    agent_->request(request.command.c_str(), request.arguments, [this, key = key](Message& answer) {
      if (!answer.success || !answer.body) return;
      configuration_.replayed(key, *answer.body);
      paths_.to_local(*answer.document, *answer.body);
      dap::Value* breakpoints = breakpoints_in(*answer.body);
      for (rapidjson::SizeType i = 0; breakpoints && i < breakpoints->Size(); ++i)
        editor_.event(dap::BreakpointEvent::event, "{\"reason\":\"changed\",\"breakpoint\":" +
                                                       dap::to_text((*breakpoints)[i]) + "}");
    });
  if (configuration_.done()) agent_->request(dap::ConfigurationDone::command, "", [](Message&) {});
  editor_.answer(std::exchange(beginning_, {}));
}

void Session::start_failed(const std::string& text) {
  if (state_ != State::kStarting) return;
  if (beginning_) editor_.refuse(std::exchange(beginning_, {}), text);
  restart_ = Restart::kNo;
  if (!scan_.alive()) return finish(std::nullopt);
  if (launch_) return end_scan();
  if (agent_) agent_->close();  // somebody else's scan: it goes on
  scan_.leave();
  finish(std::nullopt);
}

// --- ending --------------------------------------------------------------------------------

void Session::disconnect(const Message& message) {
  Asked asked = asked_by(message);
  dap::Disconnect::Arguments arguments;
  std::string why;
  if (!dap::read_body(message, arguments, why))
    return editor_.refuse(asked, "disconnect: bad arguments: " + why);
  bool suspend = arguments.suspendDebuggee.value_or(false);
  bool end = arguments.terminateDebuggee.value_or(launch_ && !suspend);
  if (!scan_.alive()) {
    editor_.answer(asked);
    return editor_.close();
  }
  if (!end) {
    arguments.terminateDebuggee = false;
    return detach(asked, dap::to_json(arguments));
  }
  restart_ = Restart::kNo;
  disconnecting_ = asked;
  end_scan();
}

void Session::detach(const Asked& asked, const std::string& arguments) {
  console_.close();
  auto leave = [this, asked](Message&) {
    editor_.answer(asked);
    detached_ = true;
    editor_.close();
    if (!launch_) scan_.leave();
  };
  Message none;
  if (!agent_ || !agent_->open()) return leave(none);
  agent_->request(dap::Disconnect::command, arguments, leave);
}

void Session::terminate(Message& message) {
  Asked asked = asked_by(message);
  if (state_ == State::kRelaying && agent_->open()) return forward(std::move(message));
  if (scan_.alive()) scan_.interrupt();
  editor_.answer(asked);
}

void Session::restart(const Message& message) {
  Asked asked = asked_by(message);
  if (!launch_)
    return editor_.refuse(asked, "restart: only what was launched can be started again");
  if (state_ != State::kRelaying)
    return editor_.refuse(asked, state_ == State::kOver ? "restart: the scan is over"
                                                        : "restart: nmap is being started");
  dap::Restart::Arguments arguments;
  std::string why;
  if (!dap::read_body(message, arguments, why))
    return editor_.refuse(asked, "restart: bad arguments: " + why);
  if (arguments.arguments) {
    rapidjson::Document document;
    document.Parse(arguments.arguments->text.c_str());
    base::Result<Launch> launch = read_launch(document);
    if (!launch) return editor_.refuse(asked, launch.error().text());
    launch_ = *launch;
    use(*launch);
  }
  restart_ = Restart::kEnding;
  beginning_ = asked;
  end_scan();
}

void Session::end_scan() {
  if (agent_ && agent_->open())
    agent_->request(dap::Disconnect::command, "{\"terminateDebuggee\":true}", [](Message&) {});
  else
    scan_.interrupt();
  scan_.end_soon();
}

void Session::abandon() {
  console_.close();
  editor_.close();
  restart_ = Restart::kNo;
  if (!scan_.alive()) return;
  if (detached_ || !launch_) {
    if (agent_) agent_->close();
    return scan_.leave();
  }
  end_scan();
}

void Session::on_ended(std::optional<int> status) {
  console_.close();
  if (agent_) {
    agent_->drain();
    agent_->close();
  }
  if (restart_ != Restart::kEnding) return finish(status ? status : exit_code_);
  restart_ = Restart::kStarting;
  scan_is_new();
  begin();
}

// To the client, everything that the old scan had is gone.
void Session::scan_is_new() {
  if (std::exchange(stopped_, false)) {
    dap::ContinuedEvent event;
    event.threadId = threads_.empty() ? 1 : *threads_.begin();
    event.allThreadsContinued = true;
    editor_.event(event);
  }
  for (int id : std::exchange(threads_, {})) {
    dap::ThreadEvent event;
    event.reason = "exited";
    event.threadId = id;
    editor_.event(event);
  }
  progress_.end();
  exit_code_.reset();
  configuration_.forget_agent();
  nmap_output_.forget();
}

void Session::finish(std::optional<int> status) {
  bool ended = state_ != State::kOver;
  state_ = State::kOver;
  progress_.end();
  if (beginning_) {
    std::string how = status ? " (exit status " + std::to_string(*status) + ")" : "";
    std::string said = scan_.last_words();
    editor_.refuse(std::exchange(beginning_, {}), "nmap ended before it started its script engine" +
                                                      how + (said.empty() ? "" : "\n" + said));
  }
  for (Message& message : std::exchange(queue_, {}))
    editor_.refuse(asked_by(message), message.name + ": the scan is over");
  if (ended && status) editor_.event(dap::ExitedEvent{*status});
  if (ended) editor_.event(dap::TerminatedEvent{});
  if (!disconnecting_) return;
  editor_.answer(std::exchange(disconnecting_, {}));
  editor_.close();
}

}  // namespace relay
