#include "dap/json.h"

#include "base/text.h"

namespace dap {
bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    size_t n = base::utf8_length(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

std::string to_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t n = base::utf8_length(text);
    if (n == 0) {
      out += "\xEF\xBF\xBD";
      n = 1;
    } else {
      out.append(text.substr(0, n));
    }
    text.remove_prefix(n);
  }
  return out;
}

std::string to_text(const Value& value) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  value.Accept(writer);
  return std::string(buffer.GetString(), buffer.GetSize());
}

bool read_failed(ReadError& error, const char* expected) {
  error.message = "expected ";
  error.message += expected;
  return false;
}

void write(Writer& writer, std::string_view text) {
  auto put = [&](std::string_view s) {
    writer.String(s.data(), static_cast<rapidjson::SizeType>(s.size()));
  };
  if (is_utf8(text))
    put(text);
  else
    put(to_utf8(text));
}

}  // namespace dap
