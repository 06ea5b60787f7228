// Lua's syntax in colour: a tokenizer of one line at a time that knows no more than it must.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace client {

// What a line begins inside of: long strings and comments run over lines. level -1: nothing.
struct LuaState {
  int level = -1;  // number of '=' in the long bracket that closes it
  bool comment = false;
};

struct Token {
  enum class Kind { kPlain, kKeyword, kString, kNumber, kComment, kConstant };
  Kind kind = Kind::kPlain;
  std::string_view text;
};

// The tokens of `line` in order, together exactly `line`; `state` goes on to the next line.
std::vector<Token> tokenize(std::string_view line, LuaState& state);

// With the escape sequences of terminals.
std::string colored(std::string_view line, LuaState state);
std::string colored_lines(std::string_view text);

}  // namespace client
