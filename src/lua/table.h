// Looking into tables without running anything of the script: raw access everywhere.
//
// strict.lua makes reading an undeclared global an error, and any script may have an `__index` that
// talks to the network: so neither is ever called from here. Functions push on `L`, need a few free
// slots, and raise only for lack of memory.
#pragma once

#include <string>
#include <string_view>

#include "lua/api.h"

namespace lua {

// Pushes t[name] of the table at `index`, or nil (also when it is no table).
void push_raw_field(lua_State* L, int index, std::string_view name);

// What a look-up along metatables met.
enum class Chain {
  kFound,
  kAbsent,
  kBlocked,       // an `__index` function would decide; it was not called
  kNotIndexable,  // neither a table nor anything with an `__index`
};

// Pops the key, pushes the value found by raw access, then in `__index` tables, or nil.
Chain push_chained(lua_State* L, int index);

// Pushes the table whose entries are listed for the one at `index`: itself, but for what
// stdnse.output_table makes (see output_table.h), whose named keys keep their own order.
void push_listed(lua_State* L, int index);

// How the entries of a table are listed: 1 … indexed, then the named ones.
struct Order {
  lua_Integer indexed = 0;  // the border, lua_rawlen
  lua_Integer named = 0;    // all other keys
  bool sorted = true;       // else in the order of lua_next: too many to sort
};

// Without sorting: only the numbers.
Order count_entries(lua_State* L, int index);

// Pushes a table to be given to push_key: the named keys in order (numbers, strings in natural
// order, booleans, the rest), or, for more than `sort_limit` of them, every 1024th key.
Order push_order(lua_State* L, int index, lua_Integer sort_limit);

// Walks the entries from `start` (0-based, indexed ones first). Usage:
//   for (EntryWalk walk(L, table, order_index, order, start); walk.next();) { key at -2, value -1 }
// next() pushes two values, which the caller leaves; the walk pops them itself.
class EntryWalk {
 public:
  EntryWalk(lua_State* L, int table, int order_index, const Order& order, lua_Integer start);
  bool next();

 private:
  bool next_named();
  bool next_unsorted();

  lua_State* L_;
  int table_, order_index_, base_;
  Order order_;
  lua_Integer at_;
};

// "a2" < "a10": runs of digits compare as numbers.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace lua
