#include "lua/literal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

namespace lua {
namespace {

std::string float_text(double value) {
  if (isnan(value)) return "nan";
  if (isinf(value)) return value < 0 ? "-inf" : "inf";
  char text[40];
  snprintf(text, sizeof text, "%.14g", value);  // what Lua prints, where that is exact
  if (strtod(text, nullptr) != value) snprintf(text, sizeof text, "%.17g", value);
  if (!strpbrk(text, ".en")) strcat(text, ".0");
  return text;
}

bool is_binary(std::string_view bytes) {
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    if (byte == 0x7F || (byte < 0x20 && c != '\n' && c != '\r' && c != '\t')) return true;
  }
  return base::escape(bytes).size() > 3 * bytes.size();  // mostly not UTF-8
}

// Not inside a UTF-8 sequence.
size_t cut_at(std::string_view bytes, size_t limit) {
  size_t cut = limit;
  while (cut > 0 && limit - cut < 4 && (static_cast<unsigned char>(bytes[cut]) & 0xC0) == 0x80)
    --cut;
  return limit - cut < 4 ? cut : limit;
}

std::string hex_escape(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    char code[8];
    snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned char>(c));
    out += code;
  }
  return out;
}

bool has_bad_utf8(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (static_cast<unsigned char>(bytes[i]) < 0x80) continue;
    size_t end = i;
    while (end < bytes.size() && static_cast<unsigned char>(bytes[end]) >= 0x80) ++end;
    std::string_view run = bytes.substr(i, end - i);
    if (base::escape(run) != run) return true;
    i = end;
  }
  return false;
}

}  // namespace

const char* const kKeywords[] = {"and",   "break", "do",       "else", "elseif", "end",
                                 "false", "for",   "function", "goto", "if",     "in",
                                 "local", "nil",   "not",      "or",   "repeat", "return",
                                 "then",  "true",  "until",    "while"};
const int kKeywordCount = sizeof kKeywords / sizeof *kKeywords;

bool is_keyword(std::string_view text) {
  for (const char* keyword : kKeywords) {
    if (text == keyword) return true;
  }
  return false;
}

bool is_identifier(std::string_view text) {
  if (text.empty()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    bool digit = c >= '0' && c <= '9';
    if (!letter && !(digit && i > 0)) return false;
  }
  return !is_keyword(text);
}

std::string number_text(lua_State* L, int index, bool hex) {
  if (!lua_isinteger(L, index)) return float_text(lua_tonumber(L, index));
  char text[40];
  auto value = static_cast<long long>(lua_tointeger(L, index));
  snprintf(text, sizeof text, hex ? "0x%llx" : "%lld", value);
  return text;
}

std::string string_text(std::string_view bytes, size_t limit, bool hex) {
  bool cut = bytes.size() > limit;
  std::string_view shown = cut ? bytes.substr(0, cut_at(bytes, limit)) : bytes;
  bool binary = is_binary(shown) || has_bad_utf8(shown);
  std::string out = "\"" + (hex && binary ? hex_escape(shown) : base::escape(shown));
  out += cut ? "…\"" : "\"";
  if (cut || binary)
    out += " (" + grouped(bytes.size()) + (bytes.size() == 1 ? " byte)" : " bytes)");
  return out;
}

std::string key_text(lua_State* L, int index, bool hex) {
  switch (lua_type(L, index)) {
    case LUA_TSTRING: {
      size_t length;
      const char* text = lua_tolstring(L, index, &length);
      if (is_identifier({text, length})) return {text, length};
      return "[" + string_text({text, length}, 120, hex) + "]";
    }
    case LUA_TNUMBER: return "[" + number_text(L, index, hex) + "]";
    case LUA_TBOOLEAN: return lua_toboolean(L, index) ? "[true]" : "[false]";
    default:
      return std::string("[") + luaL_typename(L, index) + " " +
             address_text(lua_topointer(L, index)) + "]";
  }
}

std::string member_expression(lua_State* L, int index, std::string_view parent) {
  if (parent.empty()) return {};
  std::string path(parent);
  switch (lua_type(L, index)) {
    case LUA_TSTRING: {
      size_t length;
      const char* text = lua_tolstring(L, index, &length);
      if (is_identifier({text, length})) return path + "." + std::string(text, length);
      return path + "[\"" + base::escape({text, length}) + "\"]";
    }
    case LUA_TNUMBER: {
      if (!lua_isinteger(L, index) && isinf(lua_tonumber(L, index))) return {};
      return path + "[" + number_text(L, index, false) + "]";
    }
    case LUA_TBOOLEAN: return path + (lua_toboolean(L, index) ? "[true]" : "[false]");
    default: return {};
  }
}

std::string grouped(unsigned long long number) {
  std::string digits = std::to_string(number);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string address_text(const void* address) {
  char text[32];
  snprintf(text, sizeof text, "0x%llx",
           static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(address)));
  return text;
}

}  // namespace lua
