// What the two ways in have in common: before nse_main.lua is loaded (open.h), and into an nmap
// that runs (attach.h). Main thread.
#pragma once

#include <string>

#include "base/result.h"
#include "lua/api.h"

namespace agent {

struct Settings {
  std::string socket, run_dir;
  std::string log;         // empty: none
  unsigned allow_uid = 0;  // who may connect besides root and nmap's user
  // Outside of our container its client may have any user id: the file's mode lets all come, and
  // the kernel's word on who they are decides alone.
  bool open_socket = false;
};

// Listens for clients. Before install().
base::Status start(const Settings& settings);

// Everything that is ours and not of the coroutine library; `cnse` is the index of nmap's private
// table on `L`, nmap's main state.
void install(lua_State* L, int cnse);
// The reverse, once the functions themselves are nmap's again (adopt.h). Nobody is connected.
void uninstall(lua_State* L);

}  // namespace agent
