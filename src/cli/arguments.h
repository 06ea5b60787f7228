// Numbers and words in the arguments of commands.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"

namespace cli {

// The first word; `rest` is left with what follows.
std::string_view take_word(std::string_view& rest);

// A count of at least 1; `absent` if the text is empty.
base::Result<long long> count_argument(std::string_view text, long long absent);

// "1 3 5-7".
base::Result<std::vector<int>> numbers_argument(std::string_view text);

}  // namespace cli
