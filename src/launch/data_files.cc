#include "launch/data_files.h"

#include <cstdlib>

namespace launch {
namespace {

// 7.80 and older look below updates/VERSION/ in every directory first.
bool has_updates(const std::string& version) {
  char* end = nullptr;
  long major = std::strtol(version.c_str(), &end, 10);
  long minor = *end == '.' ? std::strtol(end + 1, nullptr, 10) : 0;
  return major < 7 || (major == 7 && minor <= 80);
}

}  // namespace

DataSearch::DataSearch(const Nmap& nmap, SearchInput input)
    : input_(std::move(input)), complete_(!nmap.is_script && !nmap.data_dir.empty()) {
  if (has_updates(nmap.version)) updates_prefix_ = "updates/" + nmap.version + "/";
  if (input_.datadir) directories_.push_back(*input_.datadir);
  if (input_.nmapdir) directories_.push_back(*input_.nmapdir);
  if (auto home = home_of(input_.uid)) directories_.push_back(*home + "/.nmap");
  if (nmap.is_script) return;
  // nmap asks /proc/self/exe where it is: symbolic links are followed.
  std::string beside = parent(real_path(nmap.path).value_or(nmap.path));
  directories_.push_back(beside);
  directories_.push_back(beside + "/../share/nmap");
  if (!nmap.data_dir.empty()) directories_.push_back(nmap.data_dir);
}

std::vector<std::string> DataSearch::places(const std::string& name) const {
  std::vector<std::string> out;
  auto add = [&](const std::string& prefix) {
    for (const std::string& directory : directories_)
      out.push_back(directory + "/" + prefix + name);
  };
  if (!updates_prefix_.empty()) add(updates_prefix_);
  add("");
  return out;
}

DataSearch::Found DataSearch::find(const std::string& name) const {
  for (const std::string& path : places(name)) {
    FileKind kind = kind_of(path);
    if (kind != FileKind::kNone) return {kind, path};
  }
  return {};
}

}  // namespace launch
