#include "lua/table.h"

#include <algorithm>
#include <vector>

#include "lua/output_table.h"

namespace lua {
namespace {

constexpr lua_Integer kStride = 1024;  // unsorted tables: one remembered key per so many

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_indexed_key(lua_State* L, int key, lua_Integer border) {
  if (!lua_isinteger(L, key)) return false;
  lua_Integer value = lua_tointeger(L, key);
  return value >= 1 && value <= border;
}

struct Key {
  int rank = 0;  // numbers, strings, booleans, everything else
  lua_Number number = 0;
  lua_Integer integer = 0;
  std::string_view text;  // owned by the table that is being listed
  lua_Integer position = 0;
};

Key read_key(lua_State* L, int index, lua_Integer position) {
  Key key;
  key.position = position;
  switch (lua_type(L, index)) {
    case LUA_TNUMBER:
      key.number = lua_tonumber(L, index);
      key.integer = lua_isinteger(L, index) ? lua_tointeger(L, index) : 0;
      break;
    case LUA_TSTRING: {
      size_t length;
      const char* text = lua_tolstring(L, index, &length);
      key.rank = 1;
      key.text = {text, length};
      break;
    }
    case LUA_TBOOLEAN:
      key.rank = 2;
      key.number = lua_toboolean(L, index);
      break;
    default: key.rank = 3 + lua_type(L, index);
  }
  return key;
}

bool key_less(const Key& a, const Key& b) {
  if (a.rank != b.rank) return a.rank < b.rank;
  if (a.rank == 1) return natural_less(a.text, b.text);
  if (a.number != b.number) return a.number < b.number;
  if (a.integer != b.integer) return a.integer < b.integer;
  return a.position < b.position;
}

// Replaces the array of keys on top by a sorted one.
void sort_keys(lua_State* L, lua_Integer count) {
  int unsorted = lua_gettop(L);
  lua_createtable(L, static_cast<int>(count), 0);
  std::vector<Key> keys;
  keys.reserve(static_cast<size_t>(count));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, unsorted, i);
    keys.push_back(read_key(L, -1, i));
    lua_pop(L, 1);
  }
  std::sort(keys.begin(), keys.end(), key_less);
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, unsorted, keys[static_cast<size_t>(i - 1)].position);
    lua_rawseti(L, -2, i);
  }
  lua_remove(L, unsorted);
}

// Keeps every kStride-th key of the array on top (the first ones of the walk).
void thin_out(lua_State* L, lua_Integer count) {
  int all = lua_gettop(L);
  lua_newtable(L);
  for (lua_Integer i = 0; i * kStride < count; ++i) {
    lua_rawgeti(L, all, i * kStride + 1);
    lua_rawseti(L, -2, i + 1);
  }
  lua_remove(L, all);
}

}  // namespace

void push_raw_field(lua_State* L, int index, std::string_view name) {
  if (lua_type(L, index) != LUA_TTABLE) return lua_pushnil(L);
  index = lua_absindex(L, index);
  lua_pushlstring(L, name.data(), name.size());
  lua_rawget(L, index);
}

Chain push_chained(lua_State* L, int index) {
  constexpr int kDeepest = 32;  // a chain this long is a loop
  index = lua_absindex(L, index);
  int key = lua_gettop(L);
  lua_pushvalue(L, index);
  for (int depth = 0; depth < kDeepest; ++depth) {
    bool is_table = lua_type(L, -1) == LUA_TTABLE;
    if (is_table) {
      lua_pushvalue(L, key);
      if (lua_rawget(L, -2) != LUA_TNIL) {
        lua_replace(L, key);
        lua_settop(L, key);
        return Chain::kFound;
      }
      lua_pop(L, 1);
    }
    bool has_metatable = lua_getmetatable(L, -1);
    if (has_metatable) push_raw_field(L, -1, "__index");
    int kind = has_metatable ? lua_type(L, -1) : LUA_TNIL;
    if (kind == LUA_TNIL || kind == LUA_TFUNCTION) {
      lua_settop(L, key - 1);
      lua_pushnil(L);
      if (kind == LUA_TFUNCTION) return Chain::kBlocked;
      return is_table ? Chain::kAbsent : Chain::kNotIndexable;
    }
    lua_replace(L, key + 1);
    lua_settop(L, key + 1);
  }
  lua_settop(L, key - 1);
  lua_pushnil(L);
  return Chain::kAbsent;
}

void push_listed(lua_State* L, int index) {
  if (push_output_table(L, index)) {
    lua_pop(L, 1);
    return;
  }
  lua_pushvalue(L, index);
}

Order count_entries(lua_State* L, int index) {
  index = lua_absindex(L, index);
  Order order;
  if (push_output_table(L, index)) {
    order.named = static_cast<lua_Integer>(lua_rawlen(L, -1));
    lua_pop(L, 2);
    return order;
  }
  order.indexed = static_cast<lua_Integer>(lua_rawlen(L, index));
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    if (!is_indexed_key(L, -1, order.indexed)) ++order.named;
  }
  return order;
}

Order push_order(lua_State* L, int index, lua_Integer sort_limit) {
  index = lua_absindex(L, index);
  Order order;
  if (push_output_table(L, index)) {
    lua_remove(L, -2);
    order.named = static_cast<lua_Integer>(lua_rawlen(L, -1));
    return order;
  }
  order.indexed = static_cast<lua_Integer>(lua_rawlen(L, index));
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    if (is_indexed_key(L, -1, order.indexed)) continue;
    ++order.named;
    if (order.sorted && order.named > sort_limit) {
      order.sorted = false;
      lua_insert(L, -2);  // the key, below the array
      thin_out(L, sort_limit);
      lua_insert(L, -2);
    }
    bool keep = order.sorted || (order.named - 1) % kStride == 0;
    if (!keep) continue;
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, order.sorted ? order.named : (order.named - 1) / kStride + 1);
  }
  if (order.sorted && order.named > 1) sort_keys(L, order.named);
  return order;
}

EntryWalk::EntryWalk(lua_State* L, int table, int order_index, const Order& order,
                     lua_Integer start)
    : L_(L),
      table_(lua_gettop(L) + 1),
      order_index_(lua_absindex(L, order_index)),
      base_(lua_gettop(L) + 1),
      order_(order),
      at_(start) {
  push_listed(L, table);
}

bool EntryWalk::next() {
  if (at_ >= order_.indexed) return next_named();
  lua_settop(L_, base_);
  lua_pushinteger(L_, ++at_);
  lua_rawgeti(L_, table_, at_);
  return true;
}

bool EntryWalk::next_named() {
  lua_Integer named = at_ - order_.indexed;
  if (named >= order_.named) return lua_settop(L_, base_ - 1), false;
  if (!order_.sorted) return next_unsorted();
  lua_settop(L_, base_);
  lua_rawgeti(L_, order_index_, named + 1);
  lua_pushvalue(L_, -1);
  lua_rawget(L_, table_);
  ++at_;
  return true;
}

// In lua_next's order: from the key of the last step, or from the remembered key before it.
bool EntryWalk::next_unsorted() {
  lua_Integer named = at_ - order_.indexed;
  bool continues = lua_gettop(L_) == base_ + 2 && !is_indexed_key(L_, base_ + 1, order_.indexed);
  lua_Integer skip = 0;
  if (continues) {
    lua_settop(L_, base_ + 1);
  } else {
    lua_settop(L_, base_);
    lua_rawgeti(L_, order_index_, named / kStride + 1);
    skip = named % kStride;
    if (skip == 0) {
      lua_pushvalue(L_, -1);
      lua_rawget(L_, table_);
      ++at_;
      return true;
    }
  }
  while (lua_next(L_, table_)) {
    if (!is_indexed_key(L_, -2, order_.indexed) && --skip <= 0) return ++at_, true;
    lua_pop(L_, 1);
  }
  lua_settop(L_, base_ - 1);
  return false;
}

bool natural_less(std::string_view a, std::string_view b) {
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i, ++j;
      continue;
    }
    size_t end_i = i, end_j = j;
    while (end_i < a.size() && is_digit(a[end_i])) ++end_i;
    while (end_j < b.size() && is_digit(b[end_j])) ++end_j;
    while (i + 1 < end_i && a[i] == '0') ++i;
    while (j + 1 < end_j && b[j] == '0') ++j;
    if (end_i - i != end_j - j) return end_i - i < end_j - j;
    int order = a.substr(i, end_i - i).compare(b.substr(j, end_j - j));
    if (order != 0) return order < 0;
    i = end_i, j = end_j;
  }
  if (i < a.size() || j < b.size()) return j < b.size();
  return a < b;  // "a01" and "a1": equal as numbers, still a strict order
}

}  // namespace lua
