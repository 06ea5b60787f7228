// `nsedbg shim`: a small debugger.lua or mobdebug.lua for nselib, for scripts that are written for
// one of them and that also run without nsedbg.
#pragma once

#include <string>
#include <vector>

namespace cli {

// `arguments` after "shim". Prints the module; the exit status.
int print_shim(const std::vector<std::string>& arguments);

}  // namespace cli
