#include "relay/agent.h"

#include <utility>

namespace relay {

Agent::Agent(client::Loop& loop, base::Fd socket, Callbacks callbacks)
    : callbacks_(std::move(callbacks)),
      channel_(loop, std::move(socket), base::Fd(),
               {[this](const std::string& json) { on_message(json); },
                [this](const std::string& why) {
                  release();
                  give_up();
                  callbacks_.closed(why);
                }}) {}

int Agent::request(const char* command, const std::string& arguments, Answered answered) {
  int seq = ++last_seq_;
  waiting_[seq] = std::move(answered);
  channel_.send(dap::request_json(seq, command, arguments));
  if (!open()) give_up();
  return seq;
}

void Agent::close() {
  channel_.close();
  give_up();
}

void Agent::give_up() {
  for (auto& [seq, answered] : std::exchange(waiting_, {})) {
    dap::Message none;
    none.kind = dap::Message::Kind::kResponse;
    none.success = false;
    none.message = "nmap has ended";
    answered(none);
  }
}

void Agent::on_message(const std::string& json) {
  dap::Message partial;
  std::string error;
  std::optional<dap::Message> message = dap::parse(json, partial, error);
  if (!message) return;  // never seen; the next one may be well
  if (at_once_ && (*at_once_)(*message)) return;
  held_.push_back(std::move(*message));
  if (!at_once_) release();
}

void Agent::hold(const AtOnce& at_once) {
  at_once_ = &at_once;
  channel_.drain();
  at_once_ = nullptr;
}

// One after the other, also when the handling of one reads others.
void Agent::release() {
  if (handling_) return;
  handling_ = true;
  while (!held_.empty()) {
    dap::Message message = std::move(held_.front());
    held_.pop_front();
    handle(message);
  }
  handling_ = false;
}

void Agent::handle(dap::Message& message) {
  if (message.kind == dap::Message::Kind::kEvent) return callbacks_.event(message);
  auto found = waiting_.find(message.request_seq);
  if (message.kind != dap::Message::Kind::kResponse || found == waiting_.end()) return;
  Answered answered = std::move(found->second);
  waiting_.erase(found);
  answered(message);
}

}  // namespace relay
