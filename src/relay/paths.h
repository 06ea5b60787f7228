// pathMappings: a script has one path where the editor is and another where nmap is.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dap/json.h"

namespace relay {

class Paths {
 public:
  // {what the editor calls it, what nmap calls it}; the first that fits counts.
  void set(std::vector<std::pair<std::string, std::string>> roots) { roots_ = std::move(roots); }
  bool empty() const { return roots_.empty(); }

  std::string to_remote(const std::string& path) const;
  std::string to_local(const std::string& path) const;

  // The same for every `source` and `sources` in a message's body. DAP has paths nowhere else.
  void to_remote(rapidjson::Document& document, dap::Value& body) const;
  void to_local(rapidjson::Document& document, dap::Value& body) const;

 private:
  std::vector<std::pair<std::string, std::string>> roots_;
};

}  // namespace relay
