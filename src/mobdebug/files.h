// Which file the IDE means by a name, and by which name it knows a file that nmap has loaded.
//
// The IDE's names are relative to BASEDIR. A file that nmap took from somewhere else (its scripts
// directory, say, while the project has a copy) is the same if the content is: SHA-256, which the
// agent tells of every source. No descriptor stays open; files that are not on this machine are
// known by the text that LOAD brought.
#pragma once

#include <map>
#include <string>

#include "dap/types.h"

namespace mobdebug {

class Files {
 public:
  void set_base(std::string directory);

  // A name that the IDE has used, as an absolute path (where there is a BASEDIR).
  std::string absolute(const std::string& name);
  // The IDE's own text of it.
  void note_text(const std::string& name, const std::string& text);

  // What setBreakpoints takes: the path, and the checksum of what the IDE has there.
  dap::Source source(const std::string& path);
  // The checksum of the IDE's text of an absolute path; empty if nothing is known of it.
  const std::string& checksum(const std::string& path) const;

  // How the IDE calls a file of nmap's.
  std::string name_of(const dap::Source& source);
  bool is_same(const std::string& path, const dap::Source& source) const;

 private:
  std::string by_mention(const dap::Source& source) const;

  std::string base_, real_base_;
  std::map<std::string, std::string> mentioned_;     // absolute path → the IDE's name for it
  std::map<std::string, std::string> texts_;         // absolute path → checksum of LOAD's text
  std::map<std::string, std::string> known_;         // nmap's path and checksum → the IDE's name
  mutable std::map<std::string, std::string> sums_;  // what checksum() has found
};

}  // namespace mobdebug
