// `nsedbg mobdebug`: debugging in ZeroBrane Studio.
#pragma once

#include <string>
#include <vector>

#include "client/target.h"

namespace mobdebug {

// `arguments` after "mobdebug". The exit status.
int run(const std::vector<std::string>& arguments, client::Target& target);

}  // namespace mobdebug
