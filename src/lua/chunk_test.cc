#include "lua/chunk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace lua {
namespace {

// The truth, from Lua: active lines of `source`'s functions, found by calling the main function and
// collecting every function in the table it returns.
std::set<int> lua_says(lua_State* L, int function) {
  std::set<int> lines;
  lua_Debug ar;
  lua_pushvalue(L, function);
  lua_getinfo(L, ">L", &ar);
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    lines.insert(static_cast<int>(lua_tointeger(L, -2)));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return lines;
}

class ChunkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    L = luaL_newstate();
    luaL_openlibs(L);
  }
  void TearDown() override { lua_close(L); }

  Chunk parsed(const std::string& source) {
    EXPECT_EQ(LUA_OK, luaL_loadbuffer(L, source.data(), source.size(), "@x.lua"));
    bytes = dump(L, -1);
    base::Result<Chunk> chunk = parse(bytes);
    EXPECT_TRUE(chunk.ok()) << chunk.error().message;
    return chunk ? *chunk : Chunk();
  }

  lua_State* L = nullptr;
  std::string bytes;
};

const char kSource[] = R"(local a = 1

-- a comment
local function merge_headers(x, ...)
  -- inside
  local y = x

  return y, ...
end
action = function(host, port)
  if host then
    return function()
      return 1
    end
  end
end
local M = {}
function M.get(u)
  return u
end
function M:put(u) return u end
return {merge_headers, action, M.get}
)";

TEST_F(ChunkTest, FindsEveryFunctionWithItsName) {
  Chunk chunk = parsed(kSource);
  std::vector<std::string> names;
  for (const Chunk::Function& f : chunk.functions) names.push_back(f.name);
  EXPECT_EQ((std::vector<std::string>{"", "merge_headers", "action", "", "M.get", "M.put"}), names);
  EXPECT_EQ(4, chunk.functions[1].line_defined);
  EXPECT_EQ(9, chunk.functions[1].last_line_defined);
  EXPECT_EQ(2, chunk.functions[3].parent);
}

TEST_F(ChunkTest, HasTheSameActiveLinesAsLua) {
  Chunk chunk = parsed(kSource);
  EXPECT_EQ(lua_says(L, 1),
            std::set<int>(chunk.functions[0].lines.begin(), chunk.functions[0].lines.end()));
  lua_call(L, 0, 1);
  int checked = 0;
  for (int i = 1; i <= 3; ++i) {
    lua_rawgeti(L, 1, i);
    std::set<int> truth = lua_says(L, lua_gettop(L));
    lua_Debug ar;
    lua_getinfo(L, ">S", &ar);
    for (const Chunk::Function& f : chunk.functions) {
      if (f.line_defined != ar.linedefined) continue;
      EXPECT_EQ(truth, std::set<int>(f.lines.begin(), f.lines.end())) << f.name;
      ++checked;
    }
  }
  EXPECT_EQ(3, checked);
}

TEST_F(ChunkTest, MovesToTheNextLineWithCodeInTheSameFunction) {
  Chunk chunk = parsed(kSource);
  EXPECT_EQ(1, chunk.resolve_line(1));
  EXPECT_EQ(9, chunk.resolve_line(3));  // the closure is made at its end
  EXPECT_EQ(6, chunk.resolve_line(4));  // the head of a function: its first line
  EXPECT_EQ(6, chunk.resolve_line(5));
  EXPECT_EQ(8, chunk.resolve_line(7));
  EXPECT_EQ(0, chunk.resolve_line(1000));
  EXPECT_EQ((std::vector<int>{6, 8, 9}), chunk.active_lines(5, 9));
}

TEST_F(ChunkTest, CopesWithLinesFarApartAndLongStrings) {
  std::string source = "local a = 1" + std::string(500, '\n') + "local b = '" +
                       std::string(1000, 'x') + "'" + std::string(300, '\n') +
                       "return function(...) return ... end";
  Chunk chunk = parsed(source);
  EXPECT_EQ(501, chunk.resolve_line(2));
  EXPECT_EQ(801, chunk.resolve_line(502));
  ASSERT_EQ(2u, chunk.functions.size());
  EXPECT_EQ((std::vector<int>{801}), chunk.functions[1].lines);
}

TEST_F(ChunkTest, RefusesRubbishWithoutHarm) {
  EXPECT_FALSE(parse("").ok());
  EXPECT_FALSE(parse("\x1bLua").ok());
  EXPECT_FALSE(parse("return 1").ok());
  parsed(kSource);
  for (size_t i = 0; i < bytes.size(); ++i) {
    (void)parse(std::string_view(bytes).substr(0, i)).ok();
    for (int flip : {0x01, 0x80, 0xFF}) {
      std::string broken = bytes;
      broken[i] = static_cast<char>(broken[i] ^ flip);
      (void)parse(broken).ok();
    }
  }
}

TEST_F(ChunkTest, ABuiltinHasNoChunk) {
  lua_getglobal(L, "print");
  EXPECT_EQ("", dump(L, -1));
}

}  // namespace
}  // namespace lua
