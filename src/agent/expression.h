// Names and paths (host.ip, t["a b"][1]) looked up without running any code.
//
// A name means what it means in the frame: the newest local of that name, an upvalue, then the
// frame's environment, by raw access and along `__index` tables, so strict.lua's function is never
// called and an unknown name is nil. `NSE` is ours, where nothing else has that name: the table
// that the scope of that name shows. Main thread, inside lua::protect. A Frame without a coroutine
// stands for "no frame": only globals.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/frames.h"
#include "base/result.h"
#include "lua/table.h"

namespace agent {

struct Key {
  enum Kind { kField, kString, kNumber, kBoolean } kind = kField;
  std::string text;  // as a name, a string's bytes, a numeral
};

struct Path {
  std::string root;
  std::vector<Key> keys;
};

std::optional<Path> parse_path(std::string_view text);
// As Lua reads it back: never cut, bytes that are no text escaped.
std::string to_text(const Path& path);

void push_key(lua_State* W, const Key& key);

// Pushes the value of the name, nil if it has none.
void push_name(lua_State* W, const Frame& frame, std::string_view name);

// Pushes the environment of the frame, or the globals.
void push_environment(lua_State* W, const Frame& frame);

// Pushes the value; an error (and nothing pushed) where a nil or a number is indexed. `*blocked`:
// an
// `__index` function might have given another value than nil.
base::Status push_path(lua_State* W, const Frame& frame, const Path& path, bool* blocked);

// Assigns the value on top (and pops it) to a name: to the local, else the upvalue, else raw to the
// table along the environment's `__index` chain that has it, else to the environment.
base::Status assign_name(lua_State* W, const Frame& frame, std::string_view name);

}  // namespace agent
