// lua::parse: the reader of binary chunks, of both formats, never reads what is not there, and what
// it gives out keeps the promises of lua/chunk.h.
#include "lua/chunk.h"

#include <stdint.h>
#include <stdlib.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto chunk = lua::parse({reinterpret_cast<const char*>(data), size});
  if (!chunk) return chunk.error().message.empty() ? abort(), 0 : 0;
  for (size_t i = 0; i < chunk->functions.size(); ++i)
    if (chunk->functions[i].parent >= static_cast<int>(i)) abort();  // parents come first
  for (int line : {-1, 0, 1, 2, 10, 1000, 0x7FFFFFFF}) {
    int moved = chunk->resolve_line(line);
    if (moved && moved < line) abort();
    for (int active : chunk->active_lines(line, 0x7FFFFFFF))
      if (active < line) abort();
  }
  return 0;
}
