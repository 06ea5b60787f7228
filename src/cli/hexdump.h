// Bytes for people: offset, hexadecimal, text.
#pragma once

#include <string>
#include <string_view>

namespace cli {

std::string hexdump_text(std::string_view bytes);

// What is no base64 is skipped.
std::string decode_base64(std::string_view text);

}  // namespace cli
