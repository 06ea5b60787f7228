// The terminal front end as a whole: from the command line to the exit status.
#pragma once

#include <string>
#include <vector>

#include "client/target.h"

namespace cli {

// `arguments` without the program's name.
int run(const std::vector<std::string>& arguments, const client::MakeTarget& make_target);

}  // namespace cli
