#include "lua/lexer.h"

#include <algorithm>

#include "lua/literal.h"

namespace lua {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, unsigned long code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18 & 7));
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    while (skip_blank()) {
      start_ = at_;
      value_.clear();
      Token::Kind kind = read();
      tokens.push_back({kind, text_.substr(start_, at_ - start_), start_, value_});
    }
    if (open_comment_) tokens.push_back({Token::kUnfinished, text_.substr(start_), start_, {}});
    tokens.push_back({Token::kEnd, {}, text_.size(), {}});
    return tokens;
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  bool skip_blank() {
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        ++at_;
      } else if (c == '-' && peek(1) == '-') {
        if (!skip_comment()) return false;
      } else {
        return true;
      }
    }
    return false;
  }

  bool skip_comment() {
    start_ = at_;
    at_ += 2;
    if (int level = long_bracket(); level >= 0) {
      if (read_long(level)) return true;
      open_comment_ = true;
      return false;
    }
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    return true;
  }

  // At "[==[": the number of "=", or -1.
  int long_bracket() const {
    if (peek() != '[') return -1;
    size_t n = 1;
    while (peek(n) == '=') ++n;
    return peek(n) == '[' ? static_cast<int>(n) - 1 : -1;
  }

  bool read_long(int level) {
    at_ += static_cast<size_t>(level) + 2;
    std::string close = "]" + std::string(static_cast<size_t>(level), '=') + "]";
    if (peek() == '\n') ++at_;
    size_t end = text_.find(close, at_);
    value_ = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
    at_ = end == std::string_view::npos ? text_.size() : end + close.size();
    return end != std::string_view::npos;
  }

  Token::Kind read() {
    char c = peek();
    if (is_letter(c)) return read_name();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return read_number();
    if (c == '"' || c == '\'') return read_string(c);
    if (int level = long_bracket(); level >= 0) {
      return read_long(level) ? Token::kString : Token::kUnfinished;
    }
    return read_symbol();
  }

  Token::Kind read_name() {
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    return is_keyword(text_.substr(start_, at_ - start_)) ? Token::kKeyword : Token::kName;
  }

  Token::Kind read_number() {
    bool hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    if (hex) at_ += 2;
    for (;; ++at_) {
      char c = peek();
      bool exponent = hex ? c == 'p' || c == 'P' : c == 'e' || c == 'E';
      if (exponent && (peek(1) == '+' || peek(1) == '-')) {
        ++at_;
      } else if (!is_letter(c) && !is_digit(c) && c != '.') {
        return Token::kNumber;
      }
    }
  }

  Token::Kind read_symbol() {
    static const char* const kLong[] = {
        "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"};
    for (const char* symbol : kLong) {
      std::string_view s = symbol;
      if (text_.substr(at_, s.size()) == s) return at_ += s.size(), Token::kSymbol;
    }
    return ++at_, Token::kSymbol;
  }

  Token::Kind read_string(char quote) {
    ++at_;
    while (at_ < text_.size() && peek() != quote) {
      if (peek() == '\n') return Token::kUnfinished;
      if (peek() == '\\') {
        ++at_;
        read_escape();
      } else {
        value_ += text_[at_++];
      }
    }
    if (at_ >= text_.size()) return at_ = text_.size(), Token::kUnfinished;
    return ++at_, Token::kString;
  }

  void read_escape() {
    static const char kNames[] = "abfnrtv";
    static const char kValues[] = "\a\b\f\n\r\t\v";
    char c = peek();
    if (at_ < text_.size()) ++at_;
    for (int i = 0; kNames[i]; ++i) {
      if (c == kNames[i]) return value_ += kValues[i], void();
    }
    if (is_digit(c)) {
      int code = c - '0';
      for (int i = 0; i < 2 && is_digit(peek()); ++i) code = code * 10 + (text_[at_++] - '0');
      value_ += static_cast<char>(code);
    } else if (c == 'x') {
      int code = 0;
      for (int i = 0; i < 2 && hex_value(peek()) >= 0; ++i)
        code = code * 16 + hex_value(text_[at_++]);
      value_ += static_cast<char>(code);
    } else if (c == 'z') {
      while (peek() == ' ' || (peek() >= '\t' && peek() <= '\r')) ++at_;
    } else if (c == 'u' && peek() == '{') {
      unsigned long code = 0;
      for (++at_; hex_value(peek()) >= 0; ++at_) {
        code = (code * 16 + static_cast<unsigned long>(hex_value(peek()))) & 0x1FFFFF;
      }
      if (peek() == '}') ++at_;
      append_utf8(value_, code);
    } else {
      value_ += c;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t start_ = 0;
  std::string value_;
  bool open_comment_ = false;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) { return Lexer(text).run(); }

std::vector<std::string> free_names(std::string_view expression, bool* uses_varargs) {
  std::vector<std::string> names;
  *uses_varargs = false;
  const Token* before = nullptr;
  std::vector<Token> tokens = tokenize(expression);
  for (const Token& token : tokens) {
    if (token.is("...")) *uses_varargs = true;
    bool member = before && (before->is(".") || before->is(":"));
    if (token.kind == Token::kName && !member) {
      std::string name(token.text);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    before = &token;
  }
  return names;
}

}  // namespace lua
