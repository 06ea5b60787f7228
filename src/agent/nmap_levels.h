// nmap's debug and verbosity levels (-d, -v), read and changed while it runs.
//
// nmap.debugging() and nmap.verbosity() read two members of the global `o`, of class NmapOps, which
// the executable exports; nothing sets them but nmap's own keys d and v, which need a terminal.
// Where in `o` they are differs between versions (an int in 7.93, a byte in 7.99), so it is found
// out: a byte is the level if the function's answer follows when that byte, and nothing else, is
// changed, to two other values. Meanwhile nobody else looks: nmap is one thread, its signals are
// blocked, and the two functions read nothing but the level. Every byte gets its old value back at
// once. Where none or no `o` is found, nothing is changed and an error says so.
//
// Main thread, inside lua::protect.
#pragma once

#include <optional>

#include "base/result.h"
#include "lua/api.h"

namespace agent {

inline constexpr int kHighestLevel = 10;  // nmap's own, for -d and -v

struct NmapLevels {
  int debugging = -1;  // -1: nmap does not tell
  int verbosity = -1;
};

NmapLevels nmap_levels(lua_State* W);

// Levels that are absent stay.
base::Status set_nmap_levels(lua_State* W, std::optional<int> debugging,
                             std::optional<int> verbosity);

}  // namespace agent
