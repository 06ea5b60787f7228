// SHA-256 (FIPS 180-4), for the checksums of sources.
#pragma once

#include <string>
#include <string_view>

namespace base {

// 64 hexadecimal digits.
std::string sha256(std::string_view bytes);

}  // namespace base
