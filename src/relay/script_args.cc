// nse_main.lua's grammar of --script-args: fields cut at commas and newlines, `key=value` or a
// value alone; a value is a table in braces, a quoted string, or anything without , { } = newline.
#include "relay/attributes.h"

namespace relay {
namespace {

std::string quoted(const std::string& text) {
  bool plain = !text.empty() && text.find_first_of(" \t\r\n,{}=\"'\\") == std::string::npos;
  if (plain) return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string value_text(const dap::Value& value) {
  if (value.IsString()) return quoted({value.GetString(), value.GetStringLength()});
  if (value.IsObject()) return "{" + script_args_text(value) + "}";
  if (!value.IsArray()) return dap::to_text(value);  // a number, true, false
  std::string out;
  for (const dap::Value& item : value.GetArray())
    out += (out.empty() ? "" : ",") + value_text(item);
  return "{" + out + "}";
}

}  // namespace

std::string script_args_text(const dap::Value& value) {
  std::string out;
  auto add = [&](const std::string& field) { out += (out.empty() ? "" : ",") + field; };
  if (value.IsString()) return value.GetString();
  if (value.IsArray())
    for (const dap::Value& item : value.GetArray())
      add(item.IsString() ? item.GetString() : value_text(item));
  if (value.IsObject())
    for (const auto& member : value.GetObject()) {
      std::string key = quoted(member.name.GetString());
      add(member.value.IsNull() ? key : key + "=" + value_text(member.value));
    }
  return out;
}

}  // namespace relay
