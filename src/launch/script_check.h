// --script names that nmap would certainly refuse, said before the scan, with what was meant.
//
// nmap finds a mistyped name only after it has started, and answers with a Lua traceback. The check
// is careful: wildcards, expressions, paths and anything we cannot look at are left to nmap.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "launch/data_files.h"
#include "launch/nmap_args.h"

namespace launch {

base::Status check_scripts(const NmapArgs& args, const DataSearch& search);

// script.db: the base names (without .nse) and the categories in it.
struct ScriptDatabase {
  std::vector<std::string> names;
  std::vector<std::string> categories;
};
ScriptDatabase read_script_database(const std::string& text);

}  // namespace launch
