#include "agent/references.h"

#include <vector>

#include "lua/workbench.h"

namespace agent {
namespace {

constexpr lua_Integer kSortLimit = 10000;
constexpr int kHighest = 0x40000000;  // then numbers begin again: nobody remembers the first ones

// Registry key of {[thread] = {[i] = value, [-i] = order table, [kept value] = true}}.
char anchor;
std::vector<Reference> references;
int first = 1;
unsigned generation = 0;
bool anchored = false;

void push_anchor(lua_State* W, int thread) {
  if (lua_rawgetp(W, LUA_REGISTRYINDEX, &anchor) != LUA_TTABLE) {
    lua_pop(W, 1);
    lua_newtable(W);
    lua_pushvalue(W, -1);
    lua_rawsetp(W, LUA_REGISTRYINDEX, &anchor);
    anchored = true;
  }
  if (lua_rawgeti(W, -1, thread) != LUA_TTABLE) {
    lua_pop(W, 1);
    lua_newtable(W);
    lua_pushvalue(W, -1);
    lua_rawseti(W, -3, thread);
  }
  lua_remove(W, -2);
}

int thread_of(int number) { return references[static_cast<size_t>(number - first)].frame.thread; }

int add(Reference reference) {
  references.push_back(std::move(reference));
  return first + static_cast<int>(references.size()) - 1;
}

// The value at `index` becomes that of `number`.
void keep(lua_State* W, int index, int number) {
  index = lua_absindex(W, index);
  push_anchor(W, thread_of(number));
  lua_pushvalue(W, index);
  lua_rawseti(W, -2, number - first + 1);
  lua_pop(W, 1);
}

Reference::Kind kind_of(int type) {
  switch (type) {
    case LUA_TUSERDATA: return Reference::Kind::kUserdata;
    case LUA_TFUNCTION: return Reference::Kind::kFunction;
    case LUA_TTHREAD: return Reference::Kind::kThread;
    case LUA_TSTRING: return Reference::Kind::kString;
    default: return Reference::Kind::kTable;
  }
}

bool has_upvalues(lua_State* W, int index) {
  if (!lua_getupvalue(W, index, 1)) return false;
  lua_pop(W, 1);
  return true;
}

}  // namespace

bool is_container(lua_State* W, int index) {
  switch (lua_type(W, index)) {
    case LUA_TTABLE:
    case LUA_TTHREAD: return true;
    case LUA_TFUNCTION: return has_upvalues(W, index);
    case LUA_TUSERDATA: {
      bool has_metatable = lua_getmetatable(W, index);
      if (has_metatable) lua_pop(W, 1);
      return has_metatable;
    }
    default: return false;
  }
}

int add_value(lua_State* W, int index, const Frame& frame, std::string path) {
  Reference reference;
  reference.kind = kind_of(lua_type(W, index));
  reference.frame = frame;
  reference.path = std::move(path);
  if (reference.kind == Reference::Kind::kTable) reference.order = lua::count_entries(W, index);
  int number = add(std::move(reference));
  keep(W, index, number);
  return number;
}

int add_scope(Reference::Kind kind, const Frame& frame) {
  Reference reference;
  reference.kind = kind;
  reference.frame = frame;
  return add(std::move(reference));
}

int add_rest(lua_State* W, int number, lua_Integer offset) {
  Reference reference = references[static_cast<size_t>(number - first)];
  reference.offset = offset;
  reference.ordered = false;
  int rest = add(std::move(reference));
  push_value(W, number);
  keep(W, -1, rest);
  lua_pop(W, 1);
  return rest;
}

base::Result<Reference*> find_reference(int number) {
  if (number < first && number > 0)
    return base::fail("this reference is from before the last resume");
  size_t at = static_cast<size_t>(static_cast<long>(number) - first);
  if (at >= references.size())
    return base::fail("there is no variablesReference " + std::to_string(number));
  if (references[at].stale) return base::fail("this reference is from before the last resume");
  return &references[at];
}

void push_value(lua_State* W, int number) {
  push_anchor(W, thread_of(number));
  lua_rawgeti(W, -1, number - first + 1);
  lua_remove(W, -2);
}

void push_order(lua_State* W, int number) {
  Reference& reference = references[static_cast<size_t>(number - first)];
  lua_Integer slot = -(number - first + 1);
  push_anchor(W, thread_of(number));
  if (!reference.ordered || reference.order_generation != generation) {
    push_value(W, number);
    reference.order = lua::push_order(W, -1, kSortLimit);
    reference.ordered = true;
    reference.order_generation = generation;
    lua_rawseti(W, -3, slot);
    lua_pop(W, 1);
  }
  lua_rawgeti(W, -1, slot);
  lua_remove(W, -2);
}

void forget_orders() { ++generation; }

void keep_until_resume(lua_State* W, int index, int thread) {
  index = lua_absindex(W, index);
  push_anchor(W, thread);
  lua_pushvalue(W, index);
  lua_pushboolean(W, true);
  lua_rawset(W, -3);
  lua_pop(W, 1);
}

void clear_references(lua_State* L, bool (*stands)(int thread)) {
  bool any_left = false;
  for (Reference& reference : references) {
    reference.stale |= !stands(reference.frame.thread);
    any_left |= !reference.stale;
  }
  if (!any_left) return clear_references(L);
  if (!anchored || !lua_checkstack(L, 4)) return;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &anchor);
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    lua_pop(L, 1);
    auto thread = lua_tointeger(L, -1);
    if (stands(static_cast<int>(thread))) continue;
    lua_pushnil(L);  // the key exists: nothing is allocated
    lua_rawseti(L, -3, thread);
  }
  lua_pop(L, 1);
}

void clear_references(lua_State* L) {
  first += static_cast<int>(references.size());
  if (first > kHighest) first = 1;
  references.clear();
  if (!anchored || !lua_checkstack(L, 2)) return;
  lua_pushnil(L);  // the key exists: nothing is allocated
  lua_rawsetp(L, LUA_REGISTRYINDEX, &anchor);
  anchored = false;
}

}  // namespace agent
