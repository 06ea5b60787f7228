// Lua values as Lua source that another Lua can load: the format of Paul Kulchenko's serpent, which
// is what ZeroBrane Studio reads.
//
// Raw access only: no __tostring, no __pairs of the script runs. A table that comes a second time
// is nil in its place; with a root the assignment that puts it there is in references(), so that
// shared and cyclic tables come out as they are. Other than serpent's: keys that are no scalars are
// written as strings that describe them, integers and floats stay apart (1, 1.0), and what is left
// out is counted where comments are on. Nesting and size end somewhere whatever the limits say: no
// value can make the debugger hang. Main thread, inside lua::protect.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lua/api.h"

namespace lua {

// serpent's options, under its names where it has one.
struct SerialStyle {
  int maxlevel = 100;              // tables nested deeper are {}
  lua_Integer maxnum = -1;         // entries of one table; below 0: all
  long long maxlength = -1;        // bytes of entries, counted as serpent does; below 0: any
  int comment = 0;                 // on so many levels the addresses are in comments
  std::string numformat;           // for floats, printf's: "%.16g"
  std::string indent;              // of one level; empty: one line
  bool compact = false;            // no spaces
  size_t total = 2 * 1024 * 1024;  // bytes of all
  // What stands for a function or a userdata: `index` is absolute.
  std::string (*describe)(lua_State* L, int index) = nullptr;
};

class Serializer {
 public:
  explicit Serializer(SerialStyle style) : style_(std::move(style)) {}

  // `root`: an expression for the place where the text will stand, or empty: then there are no
  // references, only their number.
  std::string value(lua_State* L, int index, const std::string& root = {});

  const std::vector<std::string>& references() const { return references_; }
  bool has_references() const { return repeated_ > 0; }

 private:
  void write(lua_State* L, int index, const std::string& path, int level, std::string& out);
  void table(lua_State* L, int index, const std::string& path, int level, std::string& out);
  void entries(lua_State* L, int table, const std::string& path, int level, std::string& out);
  bool entry(lua_State* L, lua_Integer position, lua_Integer indexed, const std::string& path,
             int level, std::string& out);
  std::string key(lua_State* L, int index) const;
  std::string number(lua_State* L, int index) const;
  std::string string(std::string_view bytes) const;
  std::string comment(const std::string& text, int level) const;
  void count(const std::string& text) { written_ += text.size(); }

  SerialStyle style_;
  std::map<const void*, std::string> seen_;
  std::vector<std::string> references_;
  size_t repeated_ = 0;
  size_t written_ = 0;
  lua_Integer left_out_ = 0;  // by the table that was written last
};

// Is it a conversion of one float, and nothing else? It is given to printf.
bool is_float_format(std::string_view format);

}  // namespace lua
