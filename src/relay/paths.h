// One file has one path where nmap is and maybe another where the editor is. pathMappings say
// which, else the content does (copies.h). A text of nmap's that the editor has no file of is asked
// for from the agent: its source gets a reference.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dap/message.h"
#include "dap/types.h"
#include "relay/copies.h"

namespace relay {

class Paths {
 public:
  // {what the editor calls it, what nmap calls it}; the first that fits counts.
  void set(std::vector<std::pair<std::string, std::string>> roots) { roots_ = std::move(roots); }
  Copies& copies() { return copies_; }

  // For a request's `source`, and for every `source` and `sources` in what the agent says. DAP has
  // paths nowhere else.
  void to_remote(dap::Message& request);
  void to_local(rapidjson::Document& document, dap::Value& body);
  void to_local(dap::Source& source);

 private:
  std::string mapped(const std::string& path, bool to_local) const;
  void name_for_agent(rapidjson::Document& document, dap::Value& source, bool sets_breakpoints);
  void name_in(rapidjson::Document& document, dap::Value& source);
  void name_all(rapidjson::Document& document, dap::Value& value);
  void add_source(dap::Message& request) const;
  int reference_of(const std::string& path);

  std::vector<std::pair<std::string, std::string>> roots_;
  Copies copies_;
  std::map<std::string, int> references_;  // of nmap's paths
};

}  // namespace relay
