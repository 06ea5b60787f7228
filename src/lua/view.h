// Activation records, seen from outside: functions, locals, varargs, upvalues, environment.
//
// Works on any coroutine that is not running Lua code at this moment: the one in a hook (below the
// hook), those that wait for it in lua_resume, suspended and dead ones. It does only what lua's own
// ldblib does there: lua_getstack, lua_getinfo, lua_getlocal and lua_xmove, and it leaves the other
// coroutine's stack as found. `to` is where values go, normally the workbench; never `co` itself.
// Main thread of nmap only; nothing here raises, except that names cost C++ memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lua/api.h"

namespace lua {

struct Local {
  std::string name;
  int slot = 0;           // lua_getlocal's number
  bool shadowed = false;  // a later local of the same name hides it
};

// The user's locals in the order of declaration: no temporaries, no hidden state of `for`.
std::vector<Local> locals(lua_State* co, int level);

// The slot of the visible local `name`, or 0.
int find_local(lua_State* co, int level, std::string_view name);

// Pushes on `to`; slots below zero are varargs. False, and nothing pushed, if there is none.
bool push_local(lua_State* to, lua_State* co, int level, int slot);

// Pops the value from `from`. False if there is no such local (the value is popped all the same).
bool set_local(lua_State* from, lua_State* co, int level, int slot);

int count_varargs(lua_State* co, int level);

// Pushes the frame's function. False, and nothing pushed, for a frame without one: a C function
// that has yielded keeps something else where the function was.
bool push_function(lua_State* to, lua_State* co, int level);

bool is_lua_frame(lua_State* co, int level);

// The number of the upvalue `name` of the function at `function` on `L`, or 0.
int find_upvalue(lua_State* L, int function, std::string_view name);

// Pushes what `_ENV` is in that frame (a local or an upvalue), or else the globals.
void push_environment(lua_State* to, lua_State* co, int level);

inline void push_globals(lua_State* L) { lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS); }

// Is it a name that Lua made up, "(temporary)", "(for state)", "(C temporary)" …?
inline bool is_internal_name(const char* name) { return name[0] == '('; }

}  // namespace lua
