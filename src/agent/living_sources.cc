#include "agent/living_sources.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "agent/marks.h"
#include "agent/sources.h"
#include "base/text.h"
#include "lua/chunk.h"

namespace agent {
namespace {

struct Living {
  int first = 0, last = 0;
  lua_Integer at = 0;  // in the list
};
using Files = std::map<std::string, std::vector<Living>>;  // by chunk name

// nse_main.lua, loadscript (7.93:246, the same 7.40 … HEAD).
constexpr const char* kScriptHead = "return function (_ENV) return function (...)";
constexpr const char* kScriptFoot = " end end";

Files files_of(lua_State* W, int functions) {
  Files files;
  lua_Debug ar;
  for (lua_Integer i = 1; lua_rawgeti(W, functions, i) == LUA_TFUNCTION; ++i)
    if (lua_getinfo(W, ">S", &ar) && ar.source[0] == '@')
      files[ar.source + 1].push_back({ar.linedefined, ar.lastlinedefined, i});
  lua_pop(W, 1);
  return files;
}

// Those that no other one contains: their code has that of the others.
std::vector<Living> outermost(std::vector<Living> all) {
  std::sort(all.begin(), all.end(), [](const Living& a, const Living& b) {
    return a.first != b.first ? a.first < b.first : a.last > b.last;
  });
  std::vector<Living> out;
  int last = -1;
  for (const Living& one : all) {
    if (one.first == 0) return {one};  // the file's main function
    if (one.last <= last) continue;
    out.push_back(one);
    last = one.last;
  }
  return out;
}

lua::Chunk chunk_of(lua_State* W, int functions, const std::vector<Living>& living) {
  lua::Chunk whole;
  for (const Living& one : living) {
    lua_rawgeti(W, functions, one.at);
    auto part = lua::parse(lua::dump(W, -1));
    lua_pop(W, 1);
    if (!part) continue;
    int offset = static_cast<int>(whole.functions.size());
    for (lua::Chunk::Function& function : part->functions) {
      if (function.parent >= 0) function.parent += offset;
      whole.functions.push_back(std::move(function));
    }
  }
  return whole;
}

// Pushes the file's main function; false and nothing pushed if it cannot be compiled.
bool push_compiled(lua_State* W, const std::string& file) {
  std::string text;
  bool script = base::ends_with(file, ".nse");
  if (script && !read_whole(file, text)) return false;
  if (script) text = kScriptHead + text + kScriptFoot;
  std::string name = "@" + file;
  int status = script ? luaL_loadbufferx(W, text.data(), text.size(), name.c_str(), "t")
                      : luaL_loadfilex(W, file.c_str(), "t");
  if (status == LUA_OK) return true;
  lua_pop(W, 1);
  return false;
}

bool has(const lua::Chunk& chunk, const lua::Chunk::Function& wanted) {
  for (const lua::Chunk::Function& one : chunk.functions)
    if (one.line_defined == wanted.line_defined &&
        one.last_line_defined == wanted.last_line_defined && one.lines == wanted.lines)
      return true;
  return false;
}

bool has_all(const lua::Chunk& chunk, const lua::Chunk& living) {
  for (const lua::Chunk::Function& function : living.functions)
    if (!has(chunk, function)) return false;
  return true;
}

void note_file(lua_State* W, const std::string& file, lua::Chunk living) {
  if (push_compiled(W, file)) {
    std::string dump = lua::dump(W, -1);
    lua_pop(W, 1);
    auto now = lua::parse(dump);
    if (now && has_all(*now, living)) return static_cast<void>(sources().add(file, dump));
  }
  sources().add_living(file, std::move(living));
}

}  // namespace

void note_living(lua_State* W, int functions) {
  for (auto& [file, living] : files_of(W, functions))
    note_file(W, file, chunk_of(W, functions, outermost(std::move(living))));
  ++marks_epoch;
}

}  // namespace agent
