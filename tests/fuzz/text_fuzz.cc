// What users type, as text: Lua expressions, paths, conditions, hit conditions, log messages. None
// of it runs here (dispatch_fuzz evaluates).
#include <stdint.h>
#include <stdlib.h>

#include <string_view>

#include "agent/condition.h"
#include "agent/expression.h"
#include "lua/lexer.h"
#include "lua/literal.h"

namespace {

void check_tokens(std::string_view text) {
  const char* from = text.data();
  bool unfinished = false;
  auto tokens = lua::tokenize(text);
  if (tokens.empty() || tokens.back().kind != lua::Token::kEnd) abort();
  for (const lua::Token& token : tokens) {
    if (token.kind == lua::Token::kEnd) continue;
    if (token.text.empty() || token.text.data() < from) abort();
    if (token.text.data() != text.data() + token.offset) abort();
    from = token.text.data() + token.text.size();
    if (from > text.data() + text.size()) abort();
    unfinished |= token.kind == lua::Token::kUnfinished;
  }
  // Lua and our lexer agree where a string ends.
  if (unfinished && agent::check_expression(text)) abort();
}

void check_path(std::string_view text) {
  auto path = agent::parse_path(text);
  if (!path) return;
  auto again = agent::parse_path(agent::to_text(*path));
  if (!again || again->root != path->root || again->keys.size() != path->keys.size()) abort();
  for (size_t i = 0; i < path->keys.size(); ++i)
    if (again->keys[i].text != path->keys[i].text) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  check_tokens(text);
  check_path(text);
  bool varargs = false;
  for (const std::string& name : lua::free_names(text, &varargs))
    if (!lua::is_identifier(name)) abort();
  (void)agent::Condition::compile(text);
  (void)agent::LogMessage::compile(text);
  if (auto hit = agent::HitCondition::parse(text)) hit->holds(static_cast<long long>(size));
  lua::string_text(text, size / 2, size % 2);
  return 0;
}
