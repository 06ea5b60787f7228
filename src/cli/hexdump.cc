#include "cli/hexdump.h"

#include <algorithm>
#include <cstdio>

namespace cli {
namespace {

constexpr size_t kPerLine = 16;

bool is_printable(unsigned char c) { return c >= 0x20 && c < 0x7F; }

std::string line_text(std::string_view bytes, size_t offset) {
  char number[24];
  std::snprintf(number, sizeof number, "%08zx ", offset);
  std::string hex = number, text;
  for (size_t i = 0; i < kPerLine; ++i) {
    if (i == kPerLine / 2) hex += ' ';
    if (i >= bytes.size()) {
      hex += "   ";
      continue;
    }
    auto byte = static_cast<unsigned char>(bytes[i]);
    std::snprintf(number, sizeof number, " %02x", byte);
    hex += number;
    text += is_printable(byte) ? bytes[i] : '.';
  }
  return hex + "  |" + text + "|\n";
}

int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

std::string hexdump_text(std::string_view bytes) {
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += kPerLine)
    text += line_text(bytes.substr(at, kPerLine), at);
  return text;
}

std::string decode_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (char c : text) {
    int digit = digit_of(c);
    if (digit < 0) continue;
    bits = bits << 6 | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFF);
  }
  return out;
}

}  // namespace cli
