// Where a loaded file has code, read from its binary chunk: no function is called for it.
//
// debug.getinfo's "L" tells the active lines of one live function only; breakpoints need those of
// functions that do not exist yet. lua_dump of the freshly loaded main function has them all.
// dump() is quick and needs Lua; parse() touches no Lua state and may run on the I/O thread. The
// bytes come from the running Lua, yet every read is bounds checked: an unknown format is refused
// politely.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lua/api.h"

namespace lua {

struct Chunk {
  struct Function {
    int line_defined = 0;  // 0: the file's main function
    int last_line_defined = 0;
    int parent = -1;
    std::vector<int> lines;  // with code, sorted
    std::string name;        // what it is first assigned to: "action", "merge_headers", "M.get"
  };
  std::vector<Function> functions;  // parents before their children

  // The line itself if it has code; else the next one with code in the innermost function around it
  // (gdb's "moved"); 0 past the end.
  int resolve_line(int line) const;
  std::vector<int> active_lines(int from, int to) const;
};

// The function at `index` of L, as lua_dump writes it, debug information included. Empty if it is
// not a Lua function.
std::string dump(lua_State* L, int index);

// Any thread.
base::Result<Chunk> parse(std::string_view bytes);

}  // namespace lua
