#include "agent/loader.h"

#include <string.h>

#include <string>

#include "agent/adopt.h"
#include "agent/breakpoints.h"
#include "agent/exceptions.h"
#include "agent/hooks.h"
#include "agent/marks.h"
#include "agent/server.h"
#include "agent/sources.h"
#include "lua/chunk.h"

namespace agent {
namespace {

// NSE scripts are compiled from a reader function under the name "@" + path (nse_main.lua,
// loadscript, 7.93:246), libraries by loadfile, which makes the same name.
void note_chunk(lua_State* L, int index) {
  lua_Debug ar;
  lua_pushvalue(L, index);
  if (!lua_getinfo(L, ">S", &ar) || ar.source[0] != '@') return;
  SourceFile& file = sources().add(ar.source + 1, lua::dump(L, index));
  ++marks_epoch;
  dap::LoadedSourceEvent event;
  event.reason = "new";
  event.source = file.to_dap();
  broadcast_event(event);
  if (file.is_module()) {
    dap::ModuleEvent module;
    module.reason = "new";
    module.module = file.to_module();
    broadcast_event(module);
  }
  breakpoints().on_loaded(file);
  rearm();  // a library's own lines run right now, in the coroutine that requires it
}

// Is it the name of a file, as the two functions are given it?
bool names_file(lua_State* L, bool loadfile, int argument) {
  return lua_type(L, argument) == LUA_TSTRING && (loadfile || lua_tostring(L, argument)[0] == '@');
}

// nil and a message: the file does not compile. One that cannot be read is its caller's business.
bool failed_to_compile(lua_State* L) {
  if (lua_gettop(L) < 2 || !lua_isnil(L, 1)) return false;
  return lua_type(L, 2) == LUA_TSTRING && strncmp(lua_tostring(L, 2), "cannot ", 7);
}

int call_and_note(lua_State* L) {
  bool loadfile = lua_toboolean(L, lua_upvalueindex(2));
  bool file = names_file(L, loadfile, loadfile ? 1 : 2);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  if (lua_isfunction(L, 1)) note_chunk(L, 1);
  if (file && failed_to_compile(L)) on_load_failed(L);
  return lua_gettop(L);
}

}  // namespace

void install_loader(lua_State* L) {
  for (const char* name : {"load", "loadfile"}) {
    lua_getglobal(L, name);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, strcmp(name, "loadfile") == 0);
    lua_pushcclosure(L, call_and_note, 2);
    stands_for(L, lua_gettop(L) - 1);
    lua_setglobal(L, name);
    lua_pop(L, 1);
  }
}

}  // namespace agent
