#include "launch/environment.h"

#include <unistd.h>

#include "base/text.h"

namespace launch {

Environment Environment::current() {
  Environment copy;
  for (char** entry = environ; entry && *entry; ++entry) copy.entries_.emplace_back(*entry);
  return copy;
}

size_t Environment::find(std::string_view name) const {
  size_t i = 0;
  for (; i < entries_.size(); ++i) {
    const std::string& entry = entries_[i];
    if (base::starts_with(entry, name) && entry.size() > name.size() && entry[name.size()] == '=')
      break;
  }
  return i;
}

std::optional<std::string> Environment::get(std::string_view name) const {
  size_t i = find(name);
  if (i == entries_.size()) return std::nullopt;
  return entries_[i].substr(name.size() + 1);
}

void Environment::set(std::string_view name, std::string_view value) {
  std::string entry = std::string(name) + "=" + std::string(value);
  size_t i = find(name);
  if (i == entries_.size()) {
    entries_.push_back(std::move(entry));
  } else {
    entries_[i] = std::move(entry);
  }
}

void Environment::unset(std::string_view name) {
  size_t i = find(name);
  if (i != entries_.size()) entries_.erase(entries_.begin() + static_cast<ptrdiff_t>(i));
}

void Environment::unset_ours() {
  std::erase_if(entries_,
                [](const std::string& entry) { return base::starts_with(entry, "NSEDBG_"); });
}

}  // namespace launch
