// Small text helpers that both the agent and the program need.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace base {

// The name in `candidates` that `word` was probably meant to be, or empty: at most a third of the
// letters differ (Damerau-Levenshtein), the rule git and ninja use for "did you mean".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// "did you mean 'x'?", or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

// `bytes` as the inside of a Lua string literal: \n \r \t \\ \" and \ddd for what is not printable
// or not valid UTF-8.
std::string escape(std::string_view bytes);

// Bytes of the valid UTF-8 sequence (RFC 3629, no surrogates) that `text` begins with; 0 if none.
size_t utf8_length(std::string_view text);

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
bool starts_with(std::string_view text, std::string_view prefix);
bool ends_with(std::string_view text, std::string_view suffix);
std::string_view basename(std::string_view path);

// The whole of `text` by a pattern in which * is any text and ? any byte.
bool matches_glob(std::string_view pattern, std::string_view text);

// "350 ms", "3.2 s", "125 s".
std::string duration_text(double seconds);

// Decimal, without locale. Empty optional-like: returns false and leaves `out` alone on bad input.
bool parse_int(std::string_view text, long long& out);

}  // namespace base
