#include "agent/dispatch.h"

#include <string.h>

#include "agent/log.h"
#include "agent/scan.h"
#include "base/text.h"
#include "dap/capabilities.h"

namespace agent {
namespace {

struct Entry {
  const char* command;
  Handler handler;
};

template <class... R>
std::vector<Entry> table_of(dap::RequestList<R...>) {
  return {{R::command, HandlerOf<R>::value}...};
}

const std::vector<Entry>& table() {
  static auto* one = new std::vector<Entry>(table_of(dap::AgentRequests{}));
  return *one;
}

const Handler* find(const std::string& command) {
  for (const Entry& entry : table())
    if (command == entry.command) return &entry.handler;
  return nullptr;
}

std::string unknown(const std::string& command) {
  std::vector<std::string> names;
  for (const Entry& entry : table()) names.push_back(entry.command);
  std::string hint = base::did_you_mean(command, names);
  return "nsedbg does not know the request '" + command + "'" + (hint.empty() ? "" : "; " + hint);
}

void run_and_answer(Call& call, const dap::Message& message, Run run) {
  std::string body, error;
  if (!run(call, message, body, error)) {
    answer_error(call.client_id, message, error);
    return;
  }
  server().send(call.client_id, [&](int seq) {
    return dap::response_json(seq, message.seq, message.name, body == "{}" ? "" : body);
  });
  if (call.after) call.after(call);
}

bool refused_before_initialize(Client& client, const dap::Message& message) {
  bool initialize = message.name == dap::Initialize::command;
  if (client.initialized == !initialize) return false;
  answer_error(client.id, message,
               initialize ? "initialize was sent already" : "send initialize first");
  return true;
}

}  // namespace

void open_dispatch() { table(); }

bool bad_arguments(const char* command, std::string& error) {
  std::string text = command;
  text += ": bad arguments: ";
  error = text + error;
  return false;
}

void answer_error(int client_id, const dap::Message& message, const std::string& text) {
  server().send(client_id,
                [&](int seq) { return dap::error_json(seq, message.seq, message.name, text); });
}

void dispatch(Client& client, const std::string& json) {
  dap::Message partial;
  std::string error;
  auto message = dap::parse(json, partial, error);
  if (!message) {
    answer_error(client.id, partial, "malformed message: " + error);
    return;
  }
  if (message->kind != dap::Message::Kind::kRequest) return;  // we never ask a client anything
  if (refused_before_initialize(client, *message)) return;
  const Handler* handler = find(message->name);
  if (!handler) {
    answer_error(client.id, *message, unknown(message->name));
    return;
  }
  if (handler->on != On::kIo) {
    Job job{client.id, std::move(*message), handler->run, client.features, json.size()};
    Scan::Taken taken = scan().enqueue(job);
    if (taken == Scan::Taken::kYes) return;  // moved from only then
    message = std::move(job.message);
    if (taken == Scan::Taken::kTooMany) {
      answer_error(client.id, *message,
                   message->name + ": too many of your requests wait already; wait for an answer");
      return;
    }
    if (handler->on == On::kStopped) {
      answer_error(client.id, *message, message->name + ": the scan is running; pause it first");
      return;
    }
  }
  Call call;
  call.client_id = client.id;
  call.client = &client;
  run_and_answer(call, *message, handler->run);
}

void run_job(Job& job) {
  Call call;
  call.client_id = job.client_id;
  call.on_main = true;
  asking = job.features;
  run_and_answer(call, job.message, job.run);
}

}  // namespace agent
