// Children of what is no table: locals, varargs, upvalues, a userdata's metatable, the levels of a
// coroutine, what NSE knows. Main thread, inside lua::protect.
#pragma once

#include <string>
#include <vector>

#include "agent/references.h"

namespace agent {

// One child of a container that is not a table: what it is called and how to get at it.
struct Slot {
  std::string name;
  int index = 0;  // of a local, vararg (below zero), upvalue; kMetatable, kUservalue
  std::string path;
  bool read_only = false;
};

// Pushes what the slots belong to (nothing useful for scopes), then lists them.
std::vector<Slot> push_owner(lua_State* W, int number, const Reference& reference);

// Pushes the slot's value; its owner is on top.
void push_slot(lua_State* W, const Reference& reference, const Slot& slot);

// Pops the value; the owner is below it.
bool set_slot(lua_State* W, const Reference& reference, const Slot& slot);

// Pushes the key of the table at `table` that is shown as `name`; false if there is none.
bool push_key_named(lua_State* W, int table, const std::string& name);

}  // namespace agent
