// Lua's tokens, enough of them to find names in an expression and to walk a path. No Lua state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lua {

struct Token {
  enum Kind { kName, kKeyword, kString, kNumber, kSymbol, kUnfinished, kEnd };
  Kind kind = kEnd;
  std::string_view text;  // as written, quotes included
  size_t offset = 0;
  std::string value;  // of a string, escapes undone

  bool is(std::string_view symbol) const {
    return (kind == kSymbol || kind == kKeyword) && text == symbol;
  }
};

// `text` must outlive the tokens. Ends with a kEnd token; comments are left out; an open string or
// long bracket makes one kUnfinished token; a character that is none of Lua's becomes a symbol.
std::vector<Token> tokenize(std::string_view text);

// Names that an expression reads and does not declare for sure: not after '.' or ':', each once, in
// order of appearance. More than truly needed (table constructors' keys) does no harm.
std::vector<std::string> free_names(std::string_view expression, bool* uses_varargs);

}  // namespace lua
