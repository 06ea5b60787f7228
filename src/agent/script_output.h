// What scripts and libraries have nmap print (stdnse.debug, stdnse.verbose, nmap.log_write), with
// the line that did: a `nse/output` event just before nmap prints it, for clients that read nmap's
// output as well and want to join the two (`nseOutput` of attach).
//
// nmap.log_write is replaced by a function that calls nmap's own C function in its own frame: the
// text of an error, a traceback and what is printed stay the same. It has no upvalues (l_log_write,
// nse_nmaplib.cc 7.70 … HEAD); where it has, it is left alone. Main thread.
#pragma once

#include "lua/api.h"

namespace agent {

// Once, inside lua_pcall, before nse_main.lua and stdnse capture it.
void install_script_output(lua_State* L);

// Any thread: a client wants to know.
void want_script_output();

}  // namespace agent
