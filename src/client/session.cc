#include "client/session.h"

#include <algorithm>

namespace client {
namespace {

template <class E>
bool dispatch(const dap::Message& message, EventHandler& handler, std::string& error) {
  if (message.name != E::event) return false;
  E event;
  if (dap::read_body(message, event, error)) handler.on(event);
  return true;
}

template <class... E>
void dispatch_any(const dap::Message& message, EventHandler& handler, std::string& error) {
  (void)(dispatch<E>(message, handler, error) || ...);
}

}  // namespace

// DAP's ErrorResponse carries the text for the user in body.error.format.
std::string error_text(const dap::Message& answer) {
  if (answer.body && answer.body->IsObject()) {
    auto error = answer.body->FindMember("error");
    if (error != answer.body->MemberEnd() && error->value.IsObject()) {
      auto format = error->value.FindMember("format");
      if (format != error->value.MemberEnd() && format->value.IsString())
        return {format->value.GetString(), format->value.GetStringLength()};
    }
  }
  return answer.message.empty() ? answer.name + " failed" : answer.message;
}

Session::Session(Loop& loop, base::Fd socket, EventHandler& events, MessageLog log)
    : loop_(loop),
      events_(events),
      log_(std::move(log)),
      channel_(loop, std::move(socket), base::Fd(),
               {[this](const std::string& json) { on_message(json); },
                [this](const std::string& why) { on_closed(why); }}) {}

Session::~Session() { close(); }

void Session::close() {
  if (!unanswered_.empty()) log_.cut();
  unanswered_.clear();
  channel_.close();
}

void Session::on_closed(const std::string& why) {
  closed_because_ = why;
  close();
  events_.on_closed(why);
}

base::Result<dap::Message> Session::exchange(const char* command, const std::string& arguments) {
  if (waiting_for_ != 0)
    return base::fail(std::string(command) + " cannot be sent while another request waits");
  answer_.reset();
  waiting_for_ = send(command, arguments);
  while (!answer_ && open() && loop_.run_one()) {
  }
  waiting_for_ = 0;
  if (!answer_) {
    std::string why = closed_because_.empty() ? "the agent closed it" : closed_because_;
    return base::fail(std::string("the connection to nmap is gone (") + why + ")");
  }
  dap::Message answer = std::move(*answer_);
  answer_.reset();
  if (!answer.success) return base::fail(error_text(answer));
  return answer;
}

int Session::send(const char* command, const std::string& arguments) {
  int seq = ++last_seq_;
  std::string json = dap::request_json(seq, command, arguments);
  log_.to_adapter(json);
  unanswered_.push_back(seq);
  channel_.send(json);
  return seq;
}

bool Session::cancel() {
  if (waiting_for_ == 0 || !open()) return false;
  dap::Cancel::Arguments arguments;
  arguments.requestId = waiting_for_;
  post<dap::Cancel>(arguments);
  return true;
}

void Session::on_message(const std::string& json) {
  log_.from_adapter(json);
  dap::Message partial;
  std::string error;
  std::optional<dap::Message> message = dap::parse(json, partial, error);
  if (!message) return on_closed("bad message from the agent: " + error);
  if (message->kind == dap::Message::Kind::kEvent) return on_event(*message);
  if (message->kind == dap::Message::Kind::kResponse) return on_response(std::move(*message));
  // A reverse request: we announced none, and an unanswered one would hang the other side.
  channel_.send(dap::error_json(++last_seq_, message->seq, message->name,
                                "nsedbg's client takes no requests"));
}

void Session::on_event(const dap::Message& message) {
  std::string error;  // an event that cannot be read is skipped: the session is worth more
  dispatch_any<dap::StoppedEvent, dap::ContinuedEvent, dap::OutputEvent, dap::BreakpointEvent,
               dap::ThreadEvent, dap::LoadedSourceEvent, dap::InitializedEvent, dap::ProcessEvent,
               dap::InvalidatedEvent, dap::ExitedEvent, dap::TerminatedEvent, dap::EndedEvent>(
      message, events_, error);
}

void Session::on_response(dap::Message message) {
  auto found = std::find(unanswered_.begin(), unanswered_.end(), message.request_seq);
  if (found != unanswered_.end()) unanswered_.erase(found);
  if (waiting_for_ != 0 && message.request_seq == waiting_for_) answer_ = std::move(message);
}

}  // namespace client
