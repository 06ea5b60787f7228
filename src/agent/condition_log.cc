// LogMessage: the text of a log point with its expressions.
#include "agent/condition.h"
#include "agent/evaluate.h"
#include "agent/values.h"
#include "base/text.h"
#include "lua/lexer.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// Plain text as it is; what could upset a terminal or is no UTF-8 as escapes.
std::string plain(std::string_view bytes) {
  constexpr size_t kLongest = 4000;
  std::string cut;
  if (bytes.size() > kLongest) {
    cut = "… (" + std::to_string(bytes.size()) + " bytes)";
    bytes = bytes.substr(0, kLongest);
  }
  std::string escaped = base::escape(bytes), out;
  for (size_t i = 0; i < escaped.size(); ++i) {
    bool quoted = escaped[i] == '\\' && i + 1 < escaped.size();
    if (quoted && (escaped[i + 1] == '"' || escaped[i + 1] == '\\')) ++i;
    out += escaped[i];
  }
  return out + cut;
}

std::string shown(lua_State* W, int index) {
  if (lua_type(W, index) != LUA_TSTRING) return preview(W, index, false);
  size_t length;
  const char* text = lua_tolstring(W, index, &length);
  return plain({text, length});
}

// The end of the expression that begins at `at`: the brace that closes it, tables and strings in it
// notwithstanding; npos if there is none.
size_t closing_brace(std::string_view text, size_t at) {
  int depth = 0;
  for (const lua::Token& token : lua::tokenize(text.substr(at))) {
    if (token.is("{")) ++depth;
    if (token.is("}") && depth-- == 0) return at + token.offset;
  }
  return std::string_view::npos;
}

}  // namespace

base::Result<std::unique_ptr<LogMessage>> LogMessage::compile(std::string_view text) {
  auto message = std::make_unique<LogMessage>();
  std::string plain_text;
  for (size_t i = 0; i < text.size(); ++i) {
    bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
    if ((text[i] == '{' || text[i] == '}') && doubled) {
      plain_text += text[i++];
    } else if (text[i] == '{') {
      size_t end = closing_brace(text, i + 1);
      if (end == std::string_view::npos) {
        return base::fail(
            "log message: the brace at column " + std::to_string(i + 1) + " is never closed",
            "write {{ for a brace as text");
      }
      std::string expression(text.substr(i + 1, end - i - 1));
      base::Status status = check_expression(expression);
      if (!status) return base::fail("log message {" + expression + "}: " + status.error().message);
      message->parts_.push_back(
          {std::move(plain_text), std::make_unique<BoundExpression>(expression)});
      plain_text.clear();
      i = end;
    } else {
      plain_text += text[i];
    }
  }
  if (!plain_text.empty()) message->parts_.push_back({std::move(plain_text), nullptr});
  return message;
}

std::string LogMessage::format(lua_State* co, lua_Debug* ar) {
  std::string out;
  base::Status status = lua::protect([&](lua_State* W) {
    for (const Part& part : parts_) {
      out += part.text;
      if (!part.expression) continue;
      int pushed = part.expression->push(co, ar);
      out += pushed == LUA_OK ? shown(W, -1) : "<" + error_text(W) + ">";
      lua_settop(W, 0);
    }
  });
  if (!status) out += "<" + status.error().message + ">";
  return out;
}

}  // namespace agent
