#include "mobdebug/lua_text.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>

#include "base/text.h"

namespace mobdebug {
namespace {

constexpr int kAllLevels = 1000;

bool is_name_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// `name = value, …` with numbers, strings and booleans; a value is kept as it is written, a string
// without its quotes. Of what is nested nothing is understood.
std::map<std::string, std::string> read_table(std::string_view text) {
  std::map<std::string, std::string> out;
  size_t at = 0;
  auto skip = [&] {
    while (at < text.size() && !is_name_part(text[at])) ++at;
  };
  for (skip(); at < text.size(); skip()) {
    size_t name = at;
    while (at < text.size() && is_name_part(text[at])) ++at;
    std::string key(text.substr(name, at - name));
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
    if (at >= text.size() || text[at] != '=') continue;
    ++at;
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
    if (at >= text.size()) break;
    size_t begin = at;
    if (text[at] == '"' || text[at] == '\'') {
      size_t end = text.find(text[at], at + 1);
      if (end == std::string_view::npos) break;
      out[key] = text.substr(begin + 1, end - begin - 1);
      at = end + 1;
      continue;
    }
    while (at < text.size() && text[at] != ',' && text[at] != ';' && text[at] != '}') ++at;
    out[key] = base::trim(text.substr(begin, at - begin));
  }
  return out;
}

std::optional<int> number(const std::map<std::string, std::string>& table, const char* name) {
  auto found = table.find(name);
  if (found == table.end()) return std::nullopt;
  char* end = nullptr;
  double value = std::strtod(found->second.c_str(), &end);
  if (end == found->second.c_str() || value < -1e9 || value > 1e9) return std::nullopt;
  return static_cast<int>(value);
}

std::optional<std::string> text(const std::map<std::string, std::string>& table, const char* name) {
  auto found = table.find(name);
  if (found == table.end() || found->second == "false" || found->second == "nil")
    return std::nullopt;
  return found->second;
}

// The table in braces that ends the line behind "--", or empty.
std::string_view table_at_end(std::string_view line) {
  line = base::trim(line);
  if (line.empty() || line.back() != '}') return {};
  int depth = 0;
  for (size_t at = line.size(); at-- > 0;) {
    if (line[at] == '}') ++depth;
    if (line[at] != '{' || --depth > 0) continue;
    return base::ends_with(base::trim(line.substr(0, at)), "--") ? line.substr(at + 1)
                                                                 : std::string_view();
  }
  return {};
}

std::string name_of(const dap::SerialFrame& frame) {
  bool unnamed = frame.name.empty() || frame.name[0] == '[' || frame.what == "main" ||
                 base::starts_with(frame.name, "function <");
  return unnamed ? "nil" : quoted(frame.name);
}

}  // namespace

Parameters read_parameters(std::string_view line) {
  std::map<std::string, std::string> table = read_table(table_at_end(line));
  Parameters out;
  out.stack = number(table, "stack");
  out.style.maxlevel = number(table, "maxlevel");
  out.style.maxnum = number(table, "maxnum");
  out.style.maxlength = number(table, "maxlength");
  out.style.comment = number(table, "comment");
  if (auto found = table.find("comment"); found != table.end()) {
    if (found->second == "true") out.style.comment = kAllLevels;
    if (found->second == "false") out.style.comment = 0;
  }
  out.style.numformat = text(table, "numformat");
  out.style.indent = text(table, "indent");
  return out;
}

std::string quoted(std::string_view bytes) { return "\"" + base::escape(bytes) + "\""; }

std::string results_chunk(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ",") + quoted(value);
  return "do local _={" + out + "};return _;end";
}

std::string stack_chunk(const dap::SerializeStack::Response& stack,
                        const std::vector<std::string>& files) {
  std::string out;
  for (size_t i = 0; i < stack.frames.size(); ++i) {
    const dap::SerialFrame& frame = stack.frames[i];
    std::string file = quoted(files[i]);
    out += std::string(i ? "," : "") + "{{" + name_of(frame) + "," + file + "," +
           std::to_string(frame.lineDefined) + "," + std::to_string(frame.line) + "," +
           quoted(frame.what) + "," + quoted(frame.nameWhat) + "," + file + "}," + frame.locals +
           "," + frame.upvalues + "}";
  }
  out = "do local _={" + out + "};";
  for (const std::string& reference : stack.references) out += reference + ";";
  return out + "return _;end";
}

// lobject.c, luaO_chunkid: the first line, cut to what fits into LUA_IDSIZE (60).
std::string with_chunk_name(const std::string& error, std::string_view chunk) {
  constexpr std::string_view kPrefix = "expression:";
  constexpr size_t kLongest = 60 - sizeof("[string \"...\"]");
  if (!base::starts_with(error, kPrefix)) return error;
  size_t end = chunk.find('\n');
  std::string name(chunk.substr(0, end));
  if (end != std::string_view::npos || name.size() > kLongest + 3) {
    name.resize(std::min(name.size(), kLongest));
    name += "...";
  }
  return "[string \"" + name + "\"]:" + error.substr(kPrefix.size());
}

}  // namespace mobdebug
