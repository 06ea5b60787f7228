// nmap's search for its data files (nmap.cc, nmap_fetchfile), reproduced where nsedbg must know
// the answer before nmap runs: which nse_main.lua is the real one, which scripts there are.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "launch/nmap.h"
#include "launch/paths.h"

namespace launch {

struct SearchInput {
  std::optional<std::string> datadir;  // --datadir, as written
  std::optional<std::string> nmapdir;  // $NMAPDIR, as nmap will see it
  uid_t uid = 0;                       // who nmap will run as
  std::string cwd;                     // for looking; the answers stay as nmap would write them
};

class DataSearch {
 public:
  DataSearch(const Nmap& nmap, SearchInput input);

  struct Found {
    FileKind kind = FileKind::kNone;
    std::string path;  // as nmap composes it: "/usr/bin/../share/nmap/nse_main.lua"
  };
  // The first hit wins. kUnknown: a directory on the way may not be read by us, so who knows.
  Found find(const std::string& name) const;
  // Every place where nmap would look for `name`, in order.
  std::vector<std::string> places(const std::string& name) const;
  std::string absolute_path(const std::string& path) const { return absolute(path, input_.cwd); }
  FileKind kind_of(const std::string& path) const { return look_at(absolute_path(path)); }
  // False for a wrapper script: directories beside the real executable are missing here.
  bool complete() const { return complete_; }

 private:
  SearchInput input_;
  std::vector<std::string> directories_;
  std::string updates_prefix_;  // "updates/7.80/", for nmap 7.80 and older
  bool complete_;
};

}  // namespace launch
