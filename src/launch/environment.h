// The environment that nmap will get, as a value: nothing here changes nsedbg's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace launch {

class Environment {
 public:
  static Environment current();  // a copy of nsedbg's
  Environment() = default;
  explicit Environment(std::vector<std::string> entries) : entries_(std::move(entries)) {}

  std::optional<std::string> get(std::string_view name) const;
  void set(std::string_view name, std::string_view value);
  void unset(std::string_view name);
  // NSEDBG_TOKEN and the like: what is said to nsedbg is not for nmap, nor for its children.
  void unset_ours();
  const std::vector<std::string>& entries() const { return entries_; }  // "NAME=value"

 private:
  size_t find(std::string_view name) const;

  std::vector<std::string> entries_;
};

}  // namespace launch
