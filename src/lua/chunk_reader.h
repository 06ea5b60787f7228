// The two binary formats, lundump.c of Lua 5.3 and 5.4, behind one reader.
#pragma once

#include <string>
#include <string_view>

#include "lua/chunk.h"

namespace lua {

// Empty if all went well, else what was wrong.
std::string read_chunk(std::string_view bytes, Chunk& chunk);

// Names for the functions that `parent` creates, from its instructions: `local function f`,
// `f = function`, `function M.f`. `code` is the raw instructions, `constants` the string constants
// by index (others empty).
struct LocalRange {
  std::string name;
  int start_pc;
  int end_pc;
};
struct CodeView {
  int version = 0;  // 0x53, 0x54
  std::vector<unsigned> code;
  std::vector<std::string> constants;
  std::vector<LocalRange> locals;
  std::vector<std::string> upvalues;
  std::vector<int> children;
};
void name_children(const CodeView& view, Chunk& chunk);

}  // namespace lua
