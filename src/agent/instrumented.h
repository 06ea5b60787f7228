// Scripts that were written for another debugger: `require "mobdebug"` (ZeroBrane Studio) and
// `require "debugger"` (debugger.lua) give modules of ours, whose calls stop here.
//
// They are put into package.preload, so nothing needs to be installed in nselib, and what is there
// is passed over. Names and meanings are those of pkulchenko/MobDebug 0.80 and
// slembcke/debugger.lua. What only makes sense with their own transport does nothing. Main thread.
#pragma once

#include "lua/api.h"

namespace agent {

void install_instrumented(lua_State* L);
void uninstall_instrumented(lua_State* L);

}  // namespace agent
