// What debugging needs: nmap with a Lua, its data files, the agent for it, a private directory, and
// the proof that all this works together.
#pragma once

#include <string>
#include <vector>

#include "doctor/check.h"

namespace doctor {

// `word` as the user would type it in front of nmap's arguments: "nmap", "/opt/nmap/bin/nmap".
std::vector<Check> nmap_checks(const std::string& word);

}  // namespace doctor
