#include "dap/framing.h"

#include "base/text.h"

namespace dap {
namespace {

constexpr std::string_view kEnd = "\r\n\r\n";
constexpr std::string_view kLength = "content-length:";

bool is_length_header(std::string_view line) {
  if (line.size() < kLength.size()) return false;
  for (size_t i = 0; i < kLength.size(); ++i) {
    char c = line[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c != kLength[i]) return false;
  }
  return true;
}

std::string shown(std::string_view bytes) {
  return "\"" + base::escape(bytes.substr(0, 40)) + "\"";
}

}  // namespace

// What is wrong with the header so far must not depend on how much of it has come: first its first
// byte, then its length, and only then where it ends. (Every header line of DAP begins with the
// "C" of "Content-".)
bool FrameReader::read_header() {
  if (!buffer_.empty() && buffer_[0] != 'C' && buffer_[0] != 'c') {
    error_ = "not a Debug Adapter Protocol stream: got " + shown(buffer_) +
             " where a Content-Length header belongs";
    return false;
  }
  size_t end = std::string_view(buffer_).substr(0, kMaxHeader + kEnd.size()).find(kEnd);
  if (end == std::string_view::npos) {
    if (buffer_.size() >= kMaxHeader + kEnd.size())
      error_ = "header longer than " + std::to_string(kMaxHeader) + " bytes";
    return false;
  }
  for (const std::string& line : base::split(std::string_view(buffer_).substr(0, end), '\n')) {
    if (!is_length_header(line)) continue;
    long long value = -1;
    std::string_view number = base::trim(std::string_view(line).substr(kLength.size()));
    if (!base::parse_int(number, value) || value < 0 ||
        value > static_cast<long long>(kMaxMessage)) {
      error_ = "bad Content-Length " + shown(number);
      return false;
    }
    length_ = static_cast<size_t>(value);
  }
  if (!length_) {
    error_ = "header without Content-Length: " + shown(buffer_);
    return false;
  }
  buffer_.erase(0, end + kEnd.size());
  return true;
}

std::optional<std::string> FrameReader::next() {
  if (!error_.empty()) return std::nullopt;
  if (!length_ && !read_header()) return std::nullopt;
  if (buffer_.size() < *length_) return std::nullopt;
  std::string message = buffer_.substr(0, *length_);
  buffer_.erase(0, *length_);
  length_.reset();
  return message;
}

std::string frame(std::string_view json) {
  std::string out = "Content-Length: " + std::to_string(json.size());
  out += kEnd;
  out += json;
  return out;
}

}  // namespace dap
