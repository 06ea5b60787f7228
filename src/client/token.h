// The secret that opens a port of `nsedbg serve`: whoever shows it may debug, and so run Lua as
// nmap's user. It is given by file or by $NSEDBG_TOKEN, never as an argument (every user of a
// machine can read every command line), and is in no message and no log.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace client {

inline constexpr size_t kLeastTokenDigits = 32;  // 128 bits
inline constexpr size_t kMostTokenDigits = 256;

// A new one of 256 bits, from the kernel.
base::Result<std::string> make_token();

// Hexadecimal, and long enough. `where` it came from is what the error names.
base::Status check_token(std::string_view token, const std::string& where);

// `path` must be a file of ours (or root's) that nobody else can read.
base::Result<std::string> read_token_file(const std::string& path);
// Makes the file, 0600; it must not be there yet.
base::Status write_token_file(const std::string& path, const std::string& token);

// From the file if one is named, else from $NSEDBG_TOKEN, which is gone then: programs that we
// start do not inherit it. Empty if there is neither.
base::Result<std::string> find_token(const std::string& file);

// In a time that depends on the length of `shown` alone.
bool is_token(std::string_view shown, std::string_view token);

}  // namespace client
