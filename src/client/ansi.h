// Colours as terminals have them, for front ends that may show some.
#pragma once

#include <string>
#include <string_view>

namespace client {

enum class Color { kPlain, kRed, kGreen, kYellow, kBlue, kMagenta, kCyan, kDim, kBold };

// `text` between the escape sequences of the colour.
std::string paint(Color color, std::string_view text);
std::string without_colors(std::string_view text);

}  // namespace client
