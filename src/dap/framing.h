// The wire format of DAP: "Content-Length: N\r\n\r\n" and N bytes of JSON.
// Fed with bytes as they come, in any pieces; a stream that is not DAP is an error, never a hang.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dap {

// Limits against a peer that is hostile or confused: no request of a debugger comes near them.
inline constexpr size_t kMaxHeader = 4096;
inline constexpr size_t kMaxMessage = 64u << 20;

class FrameReader {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }

  // The next whole message's JSON, or nothing yet. After an error nothing comes any more.
  std::optional<std::string> next();

  // Empty while the stream is sound.
  const std::string& error() const { return error_; }

 private:
  bool read_header();

  std::string buffer_;
  std::string error_;
  std::optional<size_t> length_;
};

std::string frame(std::string_view json);

}  // namespace dap
