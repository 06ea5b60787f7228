#include "client/lua_color.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "client/ansi.h"

namespace client {
namespace {

using Kind = Token::Kind;

constexpr std::array<std::string_view, 20> kKeywords = {
    "and", "break", "do",  "else",   "elseif", "end",  "for",   "function", "goto", "if",
    "in",  "local", "not", "repeat", "return", "then", "until", "while",    "or",   "self"};
constexpr std::array<std::string_view, 3> kConstants = {"nil", "true", "false"};

bool letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool digit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

class Tokenizer {
 public:
  Tokenizer(std::string_view line, LuaState& state) : line_(line), state_(state) {}

  std::vector<Token> run() {
    if (state_.level >= 0) long_bracket(0, state_.level, state_.comment);
    while (at_ < line_.size()) one();
    flush();
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < line_.size() ? line_[at_ + ahead] : '\0';
  }

  void one() {
    char c = peek();
    if (c == '-' && peek(1) == '-') return comment();
    if (c == '"' || c == '\'') return quoted(c);
    if (c == '[')
      if (int level = bracket_level(at_); level >= 0) return long_bracket(level + 2, level, false);
    if (letter(c)) return word();
    if (digit(c)) return number();
    ++at_;
  }

  // The level of a long bracket `[==[` at `from`, -1 if there is none.
  int bracket_level(size_t from) const {
    size_t end = line_.find_first_not_of('=', from + 1);
    if (line_[from] != '[' || end == std::string_view::npos || line_[end] != '[') return -1;
    return static_cast<int>(end - from - 1);
  }

  void comment() {
    int level = at_ + 2 < line_.size() ? bracket_level(at_ + 2) : -1;
    if (level >= 0) return long_bracket(level + 4, level, true);
    take(Kind::kComment, line_.size());
  }

  void long_bracket(int opening, int level, bool comment) {
    std::string close = "]" + std::string(static_cast<size_t>(level), '=') + "]";
    size_t end = line_.find(close, at_ + static_cast<size_t>(opening));
    bool open = end == std::string_view::npos;
    state_ = open ? LuaState{level, comment} : LuaState{};
    take(comment ? Kind::kComment : Kind::kString, open ? line_.size() : end + close.size());
  }

  void quoted(char quote) {
    size_t end = at_ + 1;
    while (end < line_.size() && line_[end] != quote) end += line_[end] == '\\' ? 2 : 1;
    take(Kind::kString, std::min(end + 1, line_.size()));
  }

  void word() {
    size_t end = at_;
    while (end < line_.size() && (letter(line_[end]) || digit(line_[end]))) ++end;
    std::string_view text = line_.substr(at_, end - at_);
    if (contains(kKeywords, text)) return take(Kind::kKeyword, end);
    if (contains(kConstants, text)) return take(Kind::kConstant, end);
    at_ = end;
  }

  void number() {
    size_t end = at_;
    while (end < line_.size() && (letter(line_[end]) || digit(line_[end]) || line_[end] == '.'))
      ++end;
    take(Kind::kNumber, end);
  }

  void flush() {
    if (plain_from_ < at_)
      tokens_.push_back({Kind::kPlain, line_.substr(plain_from_, at_ - plain_from_)});
  }

  void take(Kind kind, size_t end) {
    flush();
    tokens_.push_back({kind, line_.substr(at_, end - at_)});
    at_ = plain_from_ = end;
  }

  std::string_view line_;
  LuaState& state_;
  size_t at_ = 0;
  size_t plain_from_ = 0;
  std::vector<Token> tokens_;
};

Color color_of(Kind kind) {
  switch (kind) {
    case Kind::kPlain: return Color::kPlain;
    case Kind::kKeyword: return Color::kBlue;
    case Kind::kString: return Color::kGreen;
    case Kind::kNumber: return Color::kMagenta;
    case Kind::kConstant: return Color::kMagenta;
    case Kind::kComment: return Color::kDim;
  }
  return Color::kPlain;
}

}  // namespace

std::vector<Token> tokenize(std::string_view line, LuaState& state) {
  return Tokenizer(line, state).run();
}

std::string colored(std::string_view line, LuaState state) {
  std::string out;
  for (const Token& token : tokenize(line, state)) out += paint(color_of(token.kind), token.text);
  return out;
}

std::string colored_lines(std::string_view text) {
  std::string out;
  for (const std::string& line : base::split(text, '\n'))
    out += (out.empty() ? "" : "\n") + colored(line, {});
  return out;
}

}  // namespace client
