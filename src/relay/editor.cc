#include "relay/editor.h"

namespace relay {
namespace {

constexpr size_t kUnloggedMax = 64;  // launch comes soon, or never

}  // namespace

Editor::Editor(client::Loop& loop, base::Fd in, base::Fd out, Callbacks callbacks)
    : callbacks_(std::move(callbacks)),
      channel_(loop, std::move(in), std::move(out),
               {[this](const std::string& json) { on_message(json); },
                [this](const std::string& why) { callbacks_.closed(why); }}) {}

void Editor::answer(const Asked& asked, const std::string& body) {
  if (asked) send(dap::response_json(++last_seq_, asked.seq, asked.command, body));
}

void Editor::refuse(const Asked& asked, const std::string& text) {
  send(dap::error_json(++last_seq_, asked.seq, asked.command, text));
}

void Editor::event(const char* name, const std::string& body) {
  send(dap::event_json(++last_seq_, name, body == "{}" ? "" : body));
}

void Editor::ask(const char* command, const std::string& arguments, Answered answered) {
  asked_[++last_seq_] = std::move(answered);
  send(dap::request_json(last_seq_, command, arguments));
}

void Editor::on_message(const std::string& json) {
  log(true, json);
  dap::Message partial;
  std::string error;
  std::optional<dap::Message> message = dap::parse(json, partial, error);
  if (!message) return refuse({partial.seq, partial.name, false}, "malformed message: " + error);
  if (message->kind == dap::Message::Kind::kRequest) return callbacks_.request(std::move(*message));
  auto found = asked_.find(message->request_seq);
  if (message->kind != dap::Message::Kind::kResponse || found == asked_.end()) return;
  Answered answered = std::move(found->second);
  asked_.erase(found);
  answered(*message);
}

void Editor::send(const std::string& json) {
  if (!open()) return;
  log(false, json);
  channel_.send(json);
}

void Editor::log(bool from_client, const std::string& json) {
  if (!log_.enabled()) {
    if (unlogged_.size() < kUnloggedMax) unlogged_.emplace_back(from_client, json);
    return;
  }
  if (from_client)
    log_.to_adapter(json);
  else
    log_.from_adapter(json);
}

base::Status Editor::log_to(const std::string& path) {
  base::Result<client::MessageLog> opened = client::MessageLog::open(path);
  if (!opened) return opened.take_error();
  log_ = std::move(*opened);
  for (const auto& [from_client, json] : std::exchange(unlogged_, {})) log(from_client, json);
  return base::ok();
}

}  // namespace relay
