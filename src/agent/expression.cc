#include "agent/expression.h"

#include "agent/error_object.h"
#include "agent/network_names.h"
#include "agent/scopes.h"
#include "base/text.h"
#include "lua/lexer.h"
#include "lua/view.h"

namespace agent {
namespace {

using lua::Token;

bool read_bracket(const std::vector<Token>& tokens, size_t& at, Key& key) {
  bool negative = tokens[at].is("-");
  if (negative) ++at;
  const Token& token = tokens[at];
  if (token.kind == Token::kNumber) {
    key = {Key::kNumber, (negative ? "-" : "") + std::string(token.text)};
  } else if (negative) {
    return false;
  } else if (token.kind == Token::kString) {
    key = {Key::kString, token.value};
  } else if (token.is("true") || token.is("false")) {
    key = {Key::kBoolean, std::string(token.text)};
  } else {
    return false;
  }
  ++at;
  return tokens[at].is("]") && (++at, true);
}

// Pushes the upvalue `name` of the frame's function.
bool push_upvalue(lua_State* W, const Frame& frame, std::string_view name) {
  if (!lua::push_function(W, frame.co, frame.level)) return false;
  int upvalue = lua::find_upvalue(W, -1, name);
  if (upvalue) {
    lua_getupvalue(W, -1, upvalue);
    lua_remove(W, -2);
  } else {
    lua_pop(W, 1);
  }
  return upvalue != 0;
}

// Pushes the loaded module `name`, or nil. A function that does not use the script's `local http =
// require "http"` does not have it; the person at the prompt means it all the same.
void push_module(lua_State* W, std::string_view name) {
  lua_pushliteral(W, "_LOADED");
  lua_rawget(W, LUA_REGISTRYINDEX);
  lua::push_raw_field(W, -1, name);
  lua_remove(W, -2);
  if (lua_istable(W, -1)) return;
  lua_pop(W, 1);
  lua_pushnil(W);
}

bool set_upvalue(lua_State* W, const Frame& frame, std::string_view name) {
  if (!lua::push_function(W, frame.co, frame.level)) return false;
  int upvalue = lua::find_upvalue(W, -1, name);
  if (upvalue) {
    lua_pushvalue(W, -2);
    lua_setupvalue(W, -2, upvalue);
  }
  lua_pop(W, upvalue ? 2 : 1);
  return upvalue != 0;
}

// Replaces the environment on top by the table of its `__index` chain that has `name`; leaves the
// environment if none has.
void find_owner(lua_State* W, std::string_view name) {
  constexpr int kDeepest = 32;
  int environment = lua_gettop(W);
  lua_pushvalue(W, environment);
  for (int depth = 0; depth < kDeepest && lua_istable(W, -1); ++depth) {
    lua::push_raw_field(W, -1, name);
    bool found = !lua_isnil(W, -1);
    lua_pop(W, 1);
    if (found) return lua_replace(W, environment);
    if (!lua_getmetatable(W, -1)) break;
    lua::push_raw_field(W, -1, "__index");
    lua_replace(W, environment + 1);
    lua_settop(W, environment + 1);
  }
  lua_settop(W, environment);
}

std::string prefix_text(const Path& path, size_t keys) {
  return to_text({path.root, {path.keys.begin(), path.keys.begin() + static_cast<long>(keys)}});
}

}  // namespace

std::optional<Path> parse_path(std::string_view text) {
  std::vector<Token> tokens = lua::tokenize(text);
  if (tokens[0].kind != Token::kName) return std::nullopt;
  Path path{std::string(tokens[0].text), {}};
  for (size_t at = 1; tokens[at].kind != Token::kEnd;) {
    Key key;
    if (tokens[at].is(".") && tokens[at + 1].kind == Token::kName) {
      key = {Key::kField, std::string(tokens[at + 1].text)};
      at += 2;
    } else if (tokens[at].is("[")) {
      if (!read_bracket(tokens, ++at, key)) return std::nullopt;
    } else {
      return std::nullopt;
    }
    path.keys.push_back(std::move(key));
  }
  return path;
}

std::string to_text(const Path& path) {
  std::string text = path.root;
  for (const Key& key : path.keys) {
    switch (key.kind) {
      case Key::kField: text += "." + key.text; break;
      case Key::kString: text += "[\"" + base::escape(key.text) + "\"]"; break;
      default: text += "[" + key.text + "]";
    }
  }
  return text;
}

void push_key(lua_State* W, const Key& key) {
  switch (key.kind) {
    case Key::kNumber:
      if (!lua_stringtonumber(W, key.text.c_str())) lua_pushnil(W);
      break;
    case Key::kBoolean: lua_pushboolean(W, key.text == "true"); break;
    default: lua_pushlstring(W, key.text.data(), key.text.size());
  }
}

void push_environment(lua_State* W, const Frame& frame) {
  if (frame.co) {
    lua::push_environment(W, frame.co, frame.level);
  } else {
    lua::push_globals(W);
  }
}

void push_name(lua_State* W, const Frame& frame, std::string_view name) {
  if (means_error(name) && push_error(W)) return;
  if (means_bytes(W, name)) return push_network_name(W, name);
  if (name == "_ENV") return push_environment(W, frame);
  if (frame.co) {
    if (int slot = lua::find_local(frame.co, frame.level, name)) {
      if (lua::push_local(W, frame.co, frame.level, slot)) return;
    }
    if (push_upvalue(W, frame, name)) return;
  }
  push_environment(W, frame);
  lua_pushlstring(W, name.data(), name.size());
  lua::push_chained(W, -2);
  lua_remove(W, -2);
  if (!lua_isnil(W, -1)) return;
  lua_pop(W, 1);
  if (name == "NSE" && frame.co) return push_nse(W, frame);
  push_module(W, name);
}

base::Status push_path(lua_State* W, const Frame& frame, const Path& path, bool* blocked) {
  *blocked = false;
  push_name(W, frame, path.root);
  for (size_t i = 0; i < path.keys.size(); ++i) {
    int type = lua_type(W, -1);
    push_key(W, path.keys[i]);
    lua::Chain chain = lua::push_chained(W, -2);
    lua_remove(W, -2);
    if (chain == lua::Chain::kNotIndexable) {
      lua_pop(W, 1);
      std::string what = type == LUA_TNIL ? "nil" : std::string("a ") + lua_typename(W, type);
      return base::fail("'" + prefix_text(path, i) + "' is " + what + ": it has no fields");
    }
    if (chain == lua::Chain::kBlocked) *blocked = true;
  }
  return base::ok();
}

base::Status assign_name(lua_State* W, const Frame& frame, std::string_view name) {
  if (means_bytes(W, name)) return assign_bytes(W);
  if (frame.co) {
    if (int slot = lua::find_local(frame.co, frame.level, name)) {
      if (lua::set_local(W, frame.co, frame.level, slot)) return base::ok();
      return base::fail("cannot set the local '" + std::string(name) + "'");
    }
    if (set_upvalue(W, frame, name)) return base::ok();
  }
  push_environment(W, frame);
  if (!lua_istable(W, -1)) {
    lua_pop(W, 2);
    return base::fail("the environment of this frame is no table: cannot set '" +
                      std::string(name) + "'");
  }
  find_owner(W, name);
  lua_pushlstring(W, name.data(), name.size());
  lua_pushvalue(W, -3);
  lua_rawset(W, -3);
  lua_pop(W, 2);
  return base::ok();
}

}  // namespace agent
