#include "lua/render.h"

#include <algorithm>
#include <vector>

#include "lua/literal.h"
#include "lua/table.h"

namespace lua {
namespace {

constexpr lua_Integer kSortedInPreview = 500;
constexpr lua_Integer kSortedInFull = 100000;
constexpr size_t kIndent = 2;

// Columns of `text` on a terminal, near enough: UTF-8 sequences count one.
size_t columns(std::string_view text) {
  size_t n = 0;
  for (char c : text) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

// Shared by both ways: scalars, the path of tables being written (for cycles), stack care.
class Writer {
 protected:
  Writer(lua_State* L, const RenderStyle& style) : L_(L), style_(style) {}

  bool is_table(int index) const { return lua_type(L_, index) == LUA_TTABLE; }

  std::string scalar(int index, size_t string_limit, std::string_view hint) const {
    switch (lua_type(L_, index)) {
      case LUA_TNIL: return "nil";
      case LUA_TBOOLEAN: return lua_toboolean(L_, index) ? "true" : "false";
      case LUA_TNUMBER: return number_text(L_, index, style_.hex);
      case LUA_TSTRING: {
        size_t length;
        const char* text = lua_tolstring(L_, index, &length);
        return string_text({text, length}, string_limit, style_.hex);
      }
      case LUA_TFUNCTION:
        if (style_.function) return style_.function(L_, index, hint);
        break;
      case LUA_TUSERDATA:
      case LUA_TTHREAD:
        if (style_.other) return style_.other(L_, index);
        break;
      case LUA_TLIGHTUSERDATA: return "light userdata " + address_text(lua_touserdata(L_, index));
    }
    return std::string(luaL_typename(L_, index)) + " " + address_text(lua_topointer(L_, index));
  }

  bool is_on_path(int index) const {
    const void* address = lua_topointer(L_, index);
    return std::find(path_.begin(), path_.end(), address) != path_.end();
  }

  // "Name" of a table whose metatable has a __name, or empty.
  std::string class_name(int index) const {
    std::string name;
    if (!lua_getmetatable(L_, index)) return name;
    push_raw_field(L_, -1, "__name");
    if (lua_type(L_, -1) == LUA_TSTRING) name = std::string(lua_tostring(L_, -1)) + " ";
    lua_pop(L_, 2);
    return name;
  }

  std::string_view hint_of_key(int key) const {
    if (lua_type(L_, key) != LUA_TSTRING) return {};
    return lua_tostring(L_, key);
  }

  lua_State* L_;
  const RenderStyle& style_;
  std::vector<const void*> path_;
};

std::string more(lua_Integer count) {
  return "… " + grouped(static_cast<unsigned long long>(count)) + " more";
}

// One line. With `cut_` false it gives up (fits() false) instead of leaving anything out.
class LineWriter : Writer {
 public:
  LineWriter(lua_State* L, const RenderStyle& style, size_t limit, bool cut)
      : Writer(L, style), limit_(limit), cut_(cut) {}

  bool fits() const { return fits_; }
  std::string take() { return std::move(out_); }
  void begin_on(const std::vector<const void*>& path) { path_ = path; }

  void value(int index, std::string_view hint) {
    index = lua_absindex(L_, index);
    if (is_table(index)) return table(index);
    size_t strings = !cut_ ? style_.string_limit : path_.empty() ? limit_ : limit_ / 3;
    out_ += scalar(index, strings, hint);
    if (!cut_ && out_.size() > limit_ * 4) fits_ = false;
  }

 private:
  void table(int index) {
    if (is_on_path(index)) return out_ += "<cycle>", void();
    if (!lua_checkstack(L_, 12)) return out_ += "{…}", void();
    out_ += class_name(index);
    bool deep = cut_ ? path_.size() >= 2 : path_.size() >= static_cast<size_t>(style_.depth);
    if (deep) return shallow(index);
    path_.push_back(lua_topointer(L_, index));
    Order order = push_order(L_, index, kSortedInPreview);
    entries(index, order);
    lua_pop(L_, 1);
    path_.pop_back();
  }

  void shallow(int index) {
    push_listed(L_, index);
    lua_pushnil(L_);
    bool empty = !lua_next(L_, -2);
    lua_pop(L_, empty ? 1 : 3);
    if (!empty && !cut_) fits_ = false;
    out_ += empty ? "{}" : "{…}";
  }

  void entries(int index, const Order& order) {
    size_t start = out_.size();
    lua_Integer total = order.indexed + order.named, shown = 0;
    size_t budget = path_.size() == 1 ? limit_ : limit_ / 3;
    int order_index = lua_gettop(L_);
    out_ += "{";
    for (EntryWalk walk(L_, index, order_index, order, 0); fits_ && walk.next(); ++shown) {
      if (cut_ && out_.size() - start >= budget) break;
      if (shown > 0) out_ += ", ";
      entry(shown >= order.indexed);
      if (!cut_ && columns(out_) > limit_) fits_ = false;
    }
    lua_settop(L_, order_index);
    if (shown < total) out_ += (shown ? ", " : "") + more(total - shown);
    out_ += "}";
    if (!cut_ && columns(out_) > limit_) fits_ = false;
  }

  void entry(bool named) {
    int key = lua_gettop(L_) - 1;
    if (named) out_ += key_text(L_, key, style_.hex) + " = ";
    value(key + 1, named ? hint_of_key(key) : std::string_view());
  }

  size_t limit_;
  bool cut_;
  bool fits_ = true;
  std::string out_;
};

// The whole value, each table on one line where it fits.
class BlockWriter : Writer {
 public:
  BlockWriter(lua_State* L, const RenderStyle& style) : Writer(L, style) {}
  std::string take() { return std::move(out_); }

  void value(int index, size_t column, std::string_view hint) {
    index = lua_absindex(L_, index);
    if (!is_table(index)) return out_ += scalar(index, style_.string_limit, hint), void();
    if (is_on_path(index)) {
      return out_ += "<cycle> table " + address_text(lua_topointer(L_, index)), void();
    }
    size_t room = style_.width > column ? style_.width - column : 1;
    if (style_.width == 0) room = style_.total;
    if (on_one_line(index, room)) return;
    if (path_.size() >= static_cast<size_t>(style_.depth) || !lua_checkstack(L_, 12)) {
      return deep(index);
    }
    block(index);
  }

 private:
  bool on_one_line(int index, size_t room) {
    LineWriter line(L_, style_, room, false);
    line.begin_on(path_);
    line.value(index, {});
    if (line.fits()) out_ += line.take();
    return line.fits();
  }

  void deep(int index) {
    Order order = count_entries(L_, index);
    auto total = static_cast<unsigned long long>(order.indexed + order.named);
    out_ += "{… " + grouped(total) + (total == 1 ? " entry}" : " entries}");
  }

  void block(int index) {
    out_ += class_name(index) + "{";
    path_.push_back(lua_topointer(L_, index));
    Order order = push_order(L_, index, kSortedInFull);
    int order_index = lua_gettop(L_);
    lua_Integer total = order.indexed + order.named, shown = 0;
    bool flowing = false;
    for (EntryWalk walk(L_, index, order_index, order, 0); walk.next(); ++shown) {
      bool full = shown >= static_cast<lua_Integer>(style_.items) || out_.size() > style_.total;
      if (full) break;
      flowing = entry(shown >= order.indexed, flowing);
    }
    lua_settop(L_, order_index - 1);
    if (shown < total) line_start(), out_ += more(total - shown);
    path_.pop_back();
    line_start();
    out_ += "}";
  }

  // Short array items share lines; everything else has a line of its own.
  bool entry(bool named, bool flowing) {
    int key = lua_gettop(L_) - 1;
    if (!named && !is_table(key + 1)) {
      std::string text = scalar(key + 1, style_.string_limit, {});
      bool short_item = text.size() <= 24;
      size_t here = columns(std::string_view(out_).substr(out_.rfind('\n') + 1));
      if (flowing && short_item && here + text.size() + 2 <= style_.width) {
        out_ += " " + text + ",";
      } else {
        line_start();
        out_ += text + ",";
      }
      return short_item;
    }
    line_start();
    std::string name = named ? key_text(L_, key, style_.hex) + " = " : std::string();
    out_ += name;
    value(key + 1, path_.size() * kIndent + columns(name) + 1,
          named ? hint_of_key(key) : std::string_view());
    out_ += ",";
    return false;
  }

  void line_start() { out_ += "\n" + std::string(path_.size() * kIndent, ' '); }

  std::string out_;
};

}  // namespace

std::string preview(lua_State* L, int index, const RenderStyle& style, std::string_view hint) {
  LineWriter line(L, style, style.width, true);
  line.value(index, hint);
  return line.take();
}

std::string render(lua_State* L, int index, const RenderStyle& style, std::string_view hint) {
  BlockWriter block(L, style);
  block.value(index, 0, hint);
  return block.take();
}

}  // namespace lua
