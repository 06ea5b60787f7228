// The containers behind DAP's variablesReference, alive until the thread is resumed in whose frames
// they were found.
//
// A reference is a descriptor here and, for values, the value itself in a table per thread in Lua's
// registry: the only strong references to the script's objects that the agent ever holds, and
// clear_references() drops them. That matters in nmap: a socket or a coroutine kept alive by a
// debugger would change the scan. Numbers are never used twice, so a client that asks with one from
// before the last resume gets an error and not somebody else's table. Main thread only, inside
// lua::protect.
#pragma once

#include <stddef.h>
#include <string>

#include "agent/frames.h"
#include "base/result.h"
#include "lua/table.h"

namespace agent {

struct Reference {
  enum class Kind {
    kTable,
    kUserdata,
    kFunction,
    kThread,
    kLocals,
    kVarargs,
    kUpvalues,
    kNse,
    kNetwork,
    kString
  };
  Kind kind = Kind::kTable;
  Frame frame;       // whose scope it is, and where new values for its children are evaluated
  std::string path;  // an expression for the value; empty if there is none
  bool is_globals = false;  // children are also names by themselves
  lua::Order order;         // tables: computed once
  lua_Integer offset = 0;   // "… more": where it goes on
  bool ordered = false;     // the order table is built
  unsigned order_generation = 0;
  bool stale = false;  // its thread was resumed
};

// For the value at `index` of W (a container, see is_container).
int add_value(lua_State* W, int index, const Frame& frame, std::string path);
int add_scope(Reference::Kind kind, const Frame& frame);
// A copy of `reference` that begins at `offset`.
int add_rest(lua_State* W, int reference, lua_Integer offset);

bool is_container(lua_State* W, int index);

base::Result<Reference*> find_reference(int number);
void push_value(lua_State* W, int number);

// Pushes the table that lua::EntryWalk wants, built on first use.
void push_order(lua_State* W, int number);

// The value at `index` of W is not collected before that thread is resumed, whatever an evaluation
// does.
void keep_until_resume(lua_State* W, int index, int thread);

// Tables may have changed: orders are built anew. Call after anything that assigns.
void forget_orders();

// On resume: references of threads that do not stand any more become stale, and those that are
// nobody's. Does not raise; call with any Lua thread that is not suspended.
void clear_references(lua_State* L, bool (*stands)(int thread));
void clear_references(lua_State* L);

}  // namespace agent
