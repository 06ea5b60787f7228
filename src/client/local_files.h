// Files of this machine, as copies of what nmap has loaded: known by their content (SHA-256, which
// the agent tells of every source), since paths differ between machines, containers and projects.
#pragma once

#include <string>

#include "dap/types.h"

namespace client {

// The path without links, or as it is if there is no such file here.
std::string real_path(const std::string& path);

// Of the file as nmap loaded it; empty if that is not known.
std::string checksum_of(const dap::Source& source);

// Empty for what is no file of a script's size.
std::string checksum_on_disk(const std::string& path);

// The file of this content below `folder`, under as much of `path` as there is: nselib/http.lua
// before http.lua. Its name from there; empty: none.
std::string copy_below(const std::string& folder, const std::string& path,
                       const std::string& checksum);

}  // namespace client
