// The error that a stop, or the condition of an exception filter, is about: in Lua's registry for
// just that long, so that `NSE.error` and `err` can show it. Main thread only.
#pragma once

#include <string>
#include <string_view>

#include "lua/api.h"

namespace agent {

// Keeps the value at `index` of `co`.
void keep_error(lua_State* co, int index);
void keep_error(const char* text);
void drop_error();

// Pushes it; false and nothing pushed if there is none.
bool push_error(lua_State* W);

// nmap.new_try gives a script up by raising {errtype = "nmap.new_try", message = …}: control flow.
bool is_new_try(lua_State* co, int index);
// The error on top of W as people read it: a string as it is, the message of nmap.new_try's. May
// leave that message on top. Raises only for lack of memory.
std::string text_of_error(lua_State* W);

// While one lives, the name `err` means the error, whatever else has that name.
class ErrorName {
 public:
  ErrorName();
  ~ErrorName();
  ErrorName(const ErrorName&) = delete;
  ErrorName& operator=(const ErrorName&) = delete;
};
bool means_error(std::string_view name);

}  // namespace agent
