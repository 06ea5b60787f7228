// dap::FrameReader: a stream means the same in whatever pieces it comes, and a frame reads back.
// The first byte of the input chooses the pieces, the rest is the stream.
#include <stdint.h>
#include <stdlib.h>

#include <string>
#include <string_view>
#include <vector>

#include "dap/framing.h"

namespace {

struct Read {
  std::vector<std::string> messages;
  bool failed = false;
  bool operator==(const Read&) const = default;
};

Read read_in_pieces(std::string_view stream, size_t piece) {
  dap::FrameReader reader;
  Read out;
  while (!stream.empty()) {
    std::string_view bytes = stream.substr(0, piece);
    stream.remove_prefix(bytes.size());
    reader.feed(bytes);
    while (auto message = reader.next()) out.messages.push_back(std::move(*message));
  }
  out.failed = !reader.error().empty();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  Read whole = read_in_pieces(stream, std::string_view::npos);
  if (read_in_pieces(stream, 1 + data[0] % 64) != whole) abort();

  Read framed = read_in_pieces(dap::frame(stream), 7);
  if (framed.failed || framed.messages != std::vector<std::string>{std::string(stream)}) abort();
  return 0;
}
