// The client's side of the relay: its requests come in, answers and events go out, numbered anew.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "client/channel.h"
#include "client/message_log.h"
#include "dap/events.h"
#include "dap/message.h"
#include "dap/requests.h"

namespace relay {

// A request of the client's that waits for its answer.
struct Asked {
  int seq = 0;
  std::string command;
  bool shows_value = false;  // to the user, as text that may have colours
  explicit operator bool() const { return !command.empty(); }  // Helix counts from 0
};
inline Asked asked_by(const dap::Message& request) { return {request.seq, request.name, false}; }

class Editor {
 public:
  struct Callbacks {
    std::function<void(dap::Message)> request;
    std::function<void(const std::string& why)> closed;
  };
  Editor(client::Loop& loop, base::Fd in, base::Fd out, Callbacks callbacks);

  void answer(const Asked& asked, const std::string& body = "");
  void refuse(const Asked& asked, const std::string& text);
  void event(const char* name, const std::string& body);
  template <class E>
  void event(const E& event_body) {
    event(E::event, dap::to_json(event_body));
  }
  // A request of ours to the client. `answered` gets its answer, or why there is none.
  template <class R>
  void ask(const typename R::Arguments& arguments,
           std::function<void(base::Result<typename R::Response>)> answered) {
    ask(R::command, dap::to_json(arguments), [answered](const dap::Message& message) {
      typename R::Response response;
      std::string why = message.message.empty() ? "it was refused" : message.message;
      if (message.success && dap::read_body(message, response, why))
        answered(response);
      else
        answered(base::fail(std::string(R::command) + ": " + why));
    });
  }

  // Every message so far and from now on, into this file.
  base::Status log_to(const std::string& path);
  bool open() const { return channel_.open(); }
  void close() { channel_.close(); }

 private:
  using Answered = std::function<void(const dap::Message&)>;

  void ask(const char* command, const std::string& arguments, Answered answered);
  void on_message(const std::string& json);
  void send(const std::string& json);
  void log(bool from_client, const std::string& json);

  Callbacks callbacks_;
  int last_seq_ = 0;
  std::map<int, Answered> asked_;
  client::MessageLog log_;
  std::vector<std::pair<bool, std::string>> unlogged_;  // before it is known where to
  client::Channel channel_;
};

}  // namespace relay
