// What a value looks like to the person who debugs: previews, whole literals, types, and the names
// of things that Lua itself only has addresses for (functions, nmap's sockets, coroutines).
//
// Looking never runs the script's code. The one function that is called is nmap's own socket
// get_info, and only on an open socket: there it reads two addresses out of nsock's bookkeeping
// (nse_nsock.cc, l_get_info); on a closed one it would raise, or set up a UDP socket.
// Main thread, inside lua::protect.
#pragma once

#include <string>
#include <string_view>

#include "agent/frames.h"
#include "dap/requests.h"
#include "lua/render.h"

namespace agent {

// "integer", "float", "string", "table" …
std::string type_of(lua_State* W, int index);

// One line. `hint`: the name the value was found under, for functions.
std::string preview(lua_State* W, int index, bool hex, std::string_view hint = {});

// Wrapped to `width` columns (0: one line for as much as possible).
std::string whole(lua_State* W, int index, bool hex, int width);

// Nothing left out but cycles.
std::string uncut(lua_State* W, int index, bool hex, int width);

inline bool wants_hex(const dap::opt<dap::ValueFormat>& format) {
  return format && format->hex.value_or(false);
}

// A reference to children, or 0, with their numbers, and other ways to look at the value.
struct Children {
  int reference = 0;
  dap::opt<int> named;
  dap::opt<int> indexed;
  dap::opt<std::string> memory;  // a string's bytes; only for clients that understand it
  dap::opt<int> location;        // a function's source

  // The members that a variable and the answers of evaluate, setVariable and setExpression share.
  template <class T>
  void describe(T& out) const {
    out.variablesReference = reference;
    out.namedVariables = named;
    out.indexedVariables = indexed;
    out.memoryReference = memory;
    out.valueLocationReference = location;
  }
};
Children children_of(lua_State* W, int index, const Frame& frame, const std::string& path);

// "http-methods.nse:93", "builtin".
std::string place_of_function(lua_State* W, int index);

// Functions' names are looked up in the loaded modules once a stop; on resume they are forgotten.
// Does not raise.
void clear_function_names(lua_State* L);

}  // namespace agent
