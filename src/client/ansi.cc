#include "client/ansi.h"

namespace client {
namespace {

const char* code(Color color) {
  switch (color) {
    case Color::kPlain: return "";
    case Color::kRed: return "\033[31m";
    case Color::kGreen: return "\033[32m";
    case Color::kYellow: return "\033[33m";
    case Color::kBlue: return "\033[34m";
    case Color::kMagenta: return "\033[35m";
    case Color::kCyan: return "\033[36m";
    case Color::kDim: return "\033[2m";
    case Color::kBold: return "\033[1m";
  }
  return "";
}

}  // namespace

std::string paint(Color color, std::string_view text) {
  if (color == Color::kPlain) return std::string(text);
  return code(color) + std::string(text) + "\033[0m";
}

std::string without_colors(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t begin = text.find("\033[");
    out += text.substr(0, begin);
    size_t end = begin == text.npos ? begin : text.find('m', begin);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return out;
}

}  // namespace client
