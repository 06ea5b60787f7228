#include "lua/chunk.h"

#include <string.h>

#include <algorithm>

#include "lua/chunk_reader.h"

namespace lua {
namespace {

int append(lua_State*, const void* bytes, size_t size, void* out) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return 0;
}

bool contains(const Chunk::Function& f, int line) {
  if (f.line_defined == 0) return true;
  return f.line_defined <= line && line <= f.last_line_defined;
}

int span(const Chunk::Function& f) {
  return f.line_defined == 0 ? 0x7FFFFFFF : f.last_line_defined - f.line_defined;
}

}  // namespace

std::string dump(lua_State* L, int index) {
  std::string bytes;
  if (lua_type(L, index) != LUA_TFUNCTION || lua_iscfunction(L, index)) return bytes;
  lua_pushvalue(L, index);
  if (lua_dump(L, append, &bytes, 0) != 0) bytes.clear();
  lua_pop(L, 1);
  return bytes;
}

base::Result<Chunk> parse(std::string_view bytes) {
  Chunk chunk;
  std::string error = read_chunk(bytes, chunk);
  if (!error.empty()) return base::fail("cannot read the compiled chunk: " + error);
  return chunk;
}

int Chunk::resolve_line(int line) const {
  const Function* innermost = nullptr;
  for (const Function& f : functions) {
    if (std::binary_search(f.lines.begin(), f.lines.end(), line)) return line;
    if (contains(f, line) && (!innermost || span(f) <= span(*innermost))) innermost = &f;
  }
  if (!innermost) return 0;
  auto next = std::lower_bound(innermost->lines.begin(), innermost->lines.end(), line);
  return next == innermost->lines.end() ? 0 : *next;
}

std::vector<int> Chunk::active_lines(int from, int to) const {
  std::vector<int> lines;
  for (const Function& f : functions) {
    auto first = std::lower_bound(f.lines.begin(), f.lines.end(), from);
    auto last = std::upper_bound(f.lines.begin(), f.lines.end(), to);
    if (first < last) lines.insert(lines.end(), first, last);
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

}  // namespace lua
