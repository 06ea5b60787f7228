// `nsedbg doctor [NMAP]`: what works here, what does not, and what to do about it. Changes nothing,
// sends nothing to anybody, and every check ends by itself.
#pragma once

#include <string>
#include <vector>

namespace doctor {

// `arguments` without "nsedbg doctor". Exit status 0 if debugging works, 1 if not, 2 for wrong
// usage.
int run(const std::vector<std::string>& arguments);

}  // namespace doctor
