// Lua values as text that Lua would read back: numbers, strings, keys, names.
#pragma once

#include <string>
#include <string_view>

#include "lua/api.h"

namespace lua {

// 1 and 1.0 told apart, nan, inf, shortest form that reads back the same; `hex`: 0x2a for integers.
std::string number_text(lua_State* L, int index, bool hex);

// A quoted, escaped string. Longer than `limit` bytes: cut, with "…" and the length after it; the
// length follows binary ones too: "\0\17…" (6 bytes). Never cut without a sign.
std::string string_text(std::string_view bytes, size_t limit, bool hex);

// As it stands before "=" in a table: ip, ["a b"], [1], [table: 0x55…].
std::string key_text(lua_State* L, int index, bool hex);

// `parent` followed by the access to the key at `index`: host.ip, t["a b"], t[1]. Empty where no
// expression can name it.
std::string member_expression(lua_State* L, int index, std::string_view parent);

bool is_identifier(std::string_view text);  // a name and not a keyword
bool is_keyword(std::string_view text);
extern const char* const kKeywords[];
extern const int kKeywordCount;

// 1234567 → "1,234,567".
std::string grouped(unsigned long long number);

// "0x55d0c8a2f3b0".
std::string address_text(const void* address);

}  // namespace lua
