// Which file of the editor's has the text that nmap loaded from another path: nmap runs on another
// machine or in a container, or the editor has a copy open of the script that nmap takes from its
// own folder. Files are the same if their content is.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace relay {

class Copies {
 public:
  // nmap's files are not this machine's: one of the same path may be another.
  void nmap_is_elsewhere() { elsewhere_ = true; }
  // Where copies may be, besides where the editor's other files are.
  void look_in(const std::string& folder);

  // The editor has named this file. Its checksum now; empty if it cannot be read.
  std::string note(const std::string& path);

  // What the editor calls a file that nmap loaded from `path`; empty: it has none. `checksum` may
  // be unknown (empty).
  std::string find(const std::string& path, const std::string& checksum);
  // The other way, of what find() has found.
  std::string loaded_from(const std::string& local) const;

 private:
  std::string by_mention(const std::string& path, const std::string& checksum) const;
  std::string by_path(const std::string& path, const std::string& checksum) const;
  std::string by_folder(const std::string& path, const std::string& checksum) const;
  bool is_same(const std::string& local, const std::string& sum, const std::string& path,
               const std::string& checksum) const;

  bool elsewhere_ = false;
  std::vector<std::string> folders_;
  std::map<std::string, std::string> mentioned_;  // the editor's path → its checksum
  std::map<std::string, std::string> found_;      // nmap's path and checksum → the editor's path
  std::map<std::string, std::string> origins_;    // the editor's path → nmap's
};

}  // namespace relay
