// The envelope around requests, responses and events.
#pragma once

#include <optional>
#include <string>

#include "dap/json.h"

namespace dap {

// A parsed message, movable only. `body` points into `document`: a request's arguments, a
// response's or an event's body; null if there is none.
struct Message {
  enum class Kind { kRequest, kResponse, kEvent };
  Kind kind = Kind::kRequest;
  int seq = 0;
  std::string name;     // the command, or the event
  int request_seq = 0;  // responses
  bool success = true;  // responses
  std::string message;  // responses: short error text
  std::unique_ptr<rapidjson::Document> document;
  Value* body = nullptr;
};

// Nothing, with `error` set and seq/name as far as they could be read, if it is not a DAP message.
std::optional<Message> parse(const std::string& json, Message& partial, std::string& error);

std::string request_json(int seq, const char* command, const std::string& arguments);
std::string event_json(int seq, const char* event, const std::string& body);
std::string response_json(int seq, int request_seq, const std::string& command,
                          const std::string& body);
// DAP's ErrorResponse with body.error.format. `showUser` makes editors pop it up: for what the user
// asked for, not for what an editor looks up by itself or shows the error of in its place.
std::string error_json(int seq, int request_seq, const std::string& command,
                       const std::string& text);

template <class T>
bool read_body(const Message& message, T& out, std::string& error) {
  static const Value empty(rapidjson::kObjectType);
  ReadError why;
  if (read(message.body ? *message.body : empty, out, why)) return true;
  error = why.text();
  return false;
}

}  // namespace dap
