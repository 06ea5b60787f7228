#include "lua/serialize.h"

#include <math.h>
#include <stdio.h>

#include <algorithm>

#include "base/text.h"
#include "lua/literal.h"
#include "lua/table.h"

namespace lua {
namespace {

constexpr int kDeepest = 100;            // a Lua 5.1 that loads it has 200 levels (LUAI_MAXCCALLS)
constexpr size_t kLongString = 1 << 20;  // bytes of one
constexpr size_t kShortString = 256;     // when the whole has become too long
constexpr lua_Integer kSortLimit = 10000;

// serpent's comment ends at "]]".
std::string without_brackets(std::string text) {
  for (size_t at; (at = text.find("]]")) != std::string::npos;) text.replace(at, 2, "] ]");
  return text;
}

std::string quoted(std::string_view bytes) { return "\"" + base::escape(bytes) + "\""; }

}  // namespace

bool is_float_format(std::string_view format) {
  if (format.size() < 2 || format.size() > 12 || format[0] != '%') return false;
  std::string_view middle = format.substr(1, format.size() - 2);
  return middle.find_first_not_of("0123456789.+- #") == std::string_view::npos &&
         std::string_view("aAeEfFgG").find(format.back()) != std::string_view::npos;
}

std::string Serializer::value(lua_State* L, int index, const std::string& root) {
  std::string out;
  write(L, lua_absindex(L, index), root, 0, out);
  return out;
}

std::string Serializer::comment(const std::string& text, int level) const {
  return level < style_.comment ? " --[[" + without_brackets(text) + "]]" : std::string();
}

std::string Serializer::number(lua_State* L, int index) const {
  if (lua_isinteger(L, index)) return number_text(L, index, false);
  double value = lua_tonumber(L, index);
  if (isnan(value)) return "0/0";
  if (isinf(value)) return value > 0 ? "1/0 --[[math.huge]]" : "-1/0 --[[-math.huge]]";
  if (!is_float_format(style_.numformat)) return number_text(L, index, false);
  char text[512];
  snprintf(text, sizeof text, style_.numformat.c_str(), value);
  std::string out = text;
  bool integral = out.find_first_not_of("-0123456789") == std::string::npos;
  return integral ? out + ".0" : out;
}

// A string that is cut says so.
std::string Serializer::string(std::string_view bytes) const {
  size_t limit = written_ > style_.total ? kShortString : kLongString;
  if (bytes.size() <= limit) return quoted(bytes);
  return quoted(std::string(bytes.substr(0, limit)) + "… (" + std::to_string(bytes.size()) +
                " bytes)");
}

std::string Serializer::key(lua_State* L, int index) const {
  if (lua_type(L, index) == LUA_TSTRING) {
    size_t length;
    const char* bytes = lua_tolstring(L, index, &length);
    std::string_view text(bytes, length);
    return is_identifier(text) ? std::string(text) : "[" + string(text) + "]";
  }
  if (lua_type(L, index) == LUA_TNUMBER) return "[" + number(L, index) + "]";
  if (lua_type(L, index) == LUA_TBOOLEAN) return lua_toboolean(L, index) ? "[true]" : "[false]";
  bool named = lua_type(L, index) != LUA_TTABLE && style_.describe;
  return "[" +
         quoted(named ? style_.describe(L, index)
                      : std::string(luaL_typename(L, index)) + ": " +
                            address_text(lua_topointer(L, index))) +
         "]";
}

void Serializer::write(lua_State* L, int index, const std::string& path, int level,
                       std::string& out) {
  size_t before = out.size();
  switch (lua_type(L, index)) {
    case LUA_TNIL: out += "nil"; break;
    case LUA_TBOOLEAN: out += lua_toboolean(L, index) ? "true" : "false"; break;
    case LUA_TNUMBER: out += number(L, index); break;
    case LUA_TSTRING: {
      size_t length;
      const char* bytes = lua_tolstring(L, index, &length);
      out += string({bytes, length});
      break;
    }
    case LUA_TTABLE: return table(L, index, path, level, out);
    case LUA_TFUNCTION:
      out += "function() --[[..skipped..]] end";
      out += comment(style_.describe ? style_.describe(L, index) : "function", level);
      break;
    default:
      out += quoted(style_.describe ? style_.describe(L, index)
                                    : address_text(lua_topointer(L, index)));
  }
  written_ += out.size() - before;
}

void Serializer::table(lua_State* L, int index, const std::string& path, int level,
                       std::string& out) {
  const void* identity = lua_topointer(L, index);
  std::string name = "table: " + address_text(identity);
  bool too_deep = level >= style_.maxlevel || level >= kDeepest || !lua_checkstack(L, 12);
  auto known = seen_.find(identity);
  if (known != seen_.end()) {
    ++repeated_;
    if (!path.empty()) references_.push_back(path + "=" + known->second);
    out += "nil" + comment("ref", level);
  } else if (too_deep) {
    out += "{}" + comment("maxlvl", level);
  } else if (style_.maxlength == -2 || written_ > style_.total) {
    out += "{}" + comment("maxlen", level);
  } else {
    seen_.emplace(identity, path);
    left_out_ = 0;
    out += "{";
    entries(L, index, path, level, out);
    out += "}";
    if (left_out_ > 0) name += ", " + std::to_string(left_out_) + " more";
    out += comment(name, level);
    left_out_ = 0;
    return;
  }
  written_ += 2;
}

void Serializer::entries(lua_State* L, int table, const std::string& path, int level,
                         std::string& out) {
  int top = lua_gettop(L);
  Order order = push_order(L, table, kSortLimit);
  lua_Integer total = order.indexed + order.named, at = 0;
  lua_Integer limit = style_.maxnum < 0 ? total : std::min(total, style_.maxnum);
  std::string line = style_.indent.empty() ? "" : "\n";
  for (int i = 0; i < level && !line.empty(); ++i) line += style_.indent;
  std::string separator = line.empty() ? style_.compact ? "," : ", " : "," + line + style_.indent;
  EntryWalk walk(L, table, top + 1, order, 0);
  while (at < limit && written_ <= style_.total && walk.next()) {
    out += at ? separator : line.empty() ? "" : line + style_.indent;
    if (!entry(L, ++at, order.indexed, path, level, out)) break;
  }
  if (at) out += line;
  lua_settop(L, top);
  left_out_ = total - at;
}

// Key and value are on top. False: maxlength is used up, this was the last.
bool Serializer::entry(lua_State* L, lua_Integer position, lua_Integer indexed,
                       const std::string& path, int level, std::string& out) {
  int value = lua_gettop(L);
  size_t before = out.size();
  std::string name = position <= indexed ? "[" + std::to_string(position) + "]" : key(L, value - 1);
  if (position > indexed) out += name + (style_.compact ? "=" : " = ");
  written_ += out.size() - before;
  std::string inner = path;
  if (!path.empty()) inner += (name[0] == '[' ? "" : ".") + name;
  write(L, value, inner, level + 1, out);
  if (style_.maxlength < 0) return style_.maxlength == -1;
  style_.maxlength -= static_cast<long long>(out.size() - before);
  if (style_.maxlength >= 0) return true;
  style_.maxlength = -2;  // for good
  return false;
}

}  // namespace lua
