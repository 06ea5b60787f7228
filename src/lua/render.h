// A Lua value as text: one line for lists, or a whole literal wrapped to a width.
//
// Raw access only. Everything that is left out is announced ("… 4,321 more", "{…}"), cycles are
// `<cycle>`. What a function or a userdata is called is the caller's business.
#pragma once

#include <string>
#include <string_view>

#include "lua/api.h"

namespace lua {

struct RenderStyle {
  bool hex = false;
  bool wrap = true;  // else everything on one line
  size_t width = 80;
  size_t items = 200;  // per table
  int depth = 10;
  size_t string_limit = 4096;  // bytes of one string
  size_t total = 256 * 1024;   // bytes of text
  // `index` is absolute; `hint` is the name it was found under, or empty.
  std::string (*function)(lua_State* L, int index, std::string_view hint) = nullptr;
  std::string (*other)(lua_State* L, int index) = nullptr;  // userdata and threads
};

// One line of about `width` bytes, nested tables shortened to what fits.
std::string preview(lua_State* L, int index, const RenderStyle& style, std::string_view hint = {});

// The whole value, with the limits of `style`.
std::string render(lua_State* L, int index, const RenderStyle& style, std::string_view hint = {});

}  // namespace lua
