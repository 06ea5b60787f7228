#include "dap/message.h"

namespace dap {
namespace {

bool fail(std::string& error, std::string text) {
  error = std::move(text);
  return false;
}

bool read_envelope(Value& json, Message& out, std::string& error) {
  if (!json.IsObject()) return fail(error, "a message must be a JSON object");
  ReadError why;
  std::string type;
  if (!read_member(json, "seq", out.seq, why) || !read_member(json, "type", type, why))
    return fail(error, why.text());
  bool event = type == "event";
  bool response = type == "response";
  if (!event && !response && type != "request")
    return fail(error, "type: expected request, response or event, got '" + type + "'");
  out.kind = event      ? Message::Kind::kEvent
             : response ? Message::Kind::kResponse
                        : Message::Kind::kRequest;
  if (!read_member(json, event ? "event" : "command", out.name, why))
    return fail(error, why.text());
  if (response) {
    std::optional<std::string> message;
    if (!read_member(json, "request_seq", out.request_seq, why) ||
        !read_member(json, "success", out.success, why) ||
        !read_member(json, "message", message, why))
      return fail(error, why.text());
    out.message = message.value_or("");
  }
  auto body = json.FindMember(out.kind == Message::Kind::kRequest ? "arguments" : "body");
  if (body != json.MemberEnd() && !body->value.IsNull()) out.body = &body->value;
  return true;
}

// No message of a debugger comes near these. Whoever walks through a value by recursion must not
// run out of stack, and a message must not grow to much more than itself when it is taken apart.
constexpr int kMaxDepth = 100;
constexpr size_t kMaxValues = 4u << 20;

bool is_within_limits(const std::string& json, std::string& error) {
  int depth = 0;
  size_t values = 1;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (in_string && c == '\\')
      ++i;
    else if (c == '"')
      in_string = !in_string;
    else if (in_string)
      continue;
    else if (c == '{' || c == '[')
      depth += 1;
    else if (c == '}' || c == ']')
      depth -= 1;
    else if (c == ',' || c == ':')
      values += 1;
    if (depth > kMaxDepth)
      return fail(error, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    if (values > kMaxValues)
      return fail(error, "more than " + std::to_string(kMaxValues) + " values");
  }
  return true;
}

struct Envelope {
  Envelope(int seq, const char* type) : writer(buffer) {
    writer.StartObject();
    writer.Key("seq");
    writer.Int(seq);
    writer.Key("type");
    writer.String(type);
  }
  void text(const char* key, std::string_view value) {
    writer.Key(key);
    write(writer, value);
  }
  void raw(const char* key, const std::string& json) {
    if (json.empty()) return;
    writer.Key(key);
    writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  }
  std::string done() {
    writer.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize());
  }
  rapidjson::StringBuffer buffer;
  Writer writer;
};

bool asked_for_by_the_user(const std::string& command) {
  for (const char* one : {"launch", "attach", "restart", "continue", "next", "stepIn", "stepOut",
                          "pause", "terminate", "terminateThreads", "disconnect"})
    if (command == one) return true;
  return false;
}

}  // namespace

std::optional<Message> parse(const std::string& json, Message& partial, std::string& error) {
  partial.document = std::make_unique<rapidjson::Document>();
  rapidjson::Document& document = *partial.document;
  if (!is_within_limits(json, error)) return std::nullopt;
  // Iterative: the depth of hostile input must not be the depth of our stack.
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      json.data(), json.size());
  if (document.HasParseError()) {
    error = "not JSON at byte " + std::to_string(document.GetErrorOffset());
    return std::nullopt;
  }
  if (!read_envelope(document, partial, error)) return std::nullopt;
  return std::move(partial);
}

std::string request_json(int seq, const char* command, const std::string& arguments) {
  Envelope envelope(seq, "request");
  envelope.text("command", command);
  envelope.raw("arguments", arguments);
  return envelope.done();
}

std::string event_json(int seq, const char* event, const std::string& body) {
  Envelope envelope(seq, "event");
  envelope.text("event", event);
  envelope.raw("body", body);
  return envelope.done();
}

std::string response_json(int seq, int request_seq, const std::string& command,
                          const std::string& body) {
  Envelope envelope(seq, "response");
  envelope.writer.Key("request_seq");
  envelope.writer.Int(request_seq);
  envelope.writer.Key("success");
  envelope.writer.Bool(true);
  envelope.text("command", command);
  envelope.raw("body", body);
  return envelope.done();
}

std::string error_json(int seq, int request_seq, const std::string& command,
                       const std::string& text) {
  Envelope envelope(seq, "response");
  Writer& writer = envelope.writer;
  writer.Key("request_seq");
  writer.Int(request_seq);
  writer.Key("success");
  writer.Bool(false);
  envelope.text("command", command);
  envelope.text("message", text);
  writer.Key("body");
  writer.StartObject();
  writer.Key("error");
  writer.StartObject();
  writer.Key("id");
  writer.Int(1);
  writer.Key("format");
  write(writer, std::string_view(text));
  writer.Key("showUser");
  writer.Bool(asked_for_by_the_user(command));
  writer.EndObject();
  writer.EndObject();
  return envelope.done();
}

}  // namespace dap
