// Where the user's files are, by the XDG base directory specification.
#pragma once

#include <string>

namespace cli {

std::string init_file();     // $XDG_CONFIG_HOME/nsedbg/init; empty if there is none
std::string history_file();  // $XDG_STATE_HOME/nsedbg/history, its folder made; empty if impossible

}  // namespace cli
