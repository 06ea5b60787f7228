#include "cli/arguments.h"

#include "base/text.h"

namespace cli {

std::string_view take_word(std::string_view& rest) {
  rest = base::trim(rest);
  size_t end = std::min(rest.find_first_of(" \t"), rest.size());
  std::string_view word = rest.substr(0, end);
  rest = base::trim(rest.substr(end));
  return word;
}

base::Result<long long> count_argument(std::string_view text, long long absent) {
  text = base::trim(text);
  if (text.empty()) return absent;
  long long count = 0;
  if (base::parse_int(text, count) && count > 0) return count;
  return base::fail("'" + std::string(text) + "' is no count", "give a number from 1 on");
}

base::Result<std::vector<int>> numbers_argument(std::string_view text) {
  std::vector<int> numbers;
  while (!base::trim(text).empty()) {
    std::string_view word = take_word(text);
    size_t dash = word.find('-', 1);
    long long first = 0, last = 0;
    bool fine = base::parse_int(word.substr(0, dash), first);
    last = first;
    if (dash != std::string_view::npos) fine = fine && base::parse_int(word.substr(dash + 1), last);
    if (!fine || first < 0 || last - first > 10000 || last > 1000000)
      return base::fail("'" + std::string(word) + "' is no number");
    for (long long n = first; n <= last; ++n) numbers.push_back(static_cast<int>(n));
  }
  return numbers;
}

}  // namespace cli
