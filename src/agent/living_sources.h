// The files of the functions that are on Lua's heap already: what loader.h would have seen.
//
// A file is compiled once more, as nmap did it, and believed if every living function is in it with
// the same lines. If it is not (changed since, or gone), what lives is put together: all that can
// still run, without the names that functions get where they are assigned. Main thread.
#pragma once

#include "lua/api.h"

namespace agent {

// A list of Lua functions is at `functions` on the workbench.
void note_living(lua_State* W, int functions);

}  // namespace agent
