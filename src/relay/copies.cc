#include "relay/copies.h"

#include <unistd.h>

#include <algorithm>

#include "client/local_files.h"

namespace relay {
namespace {

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

}  // namespace

void Copies::look_in(const std::string& folder) {
  if (folder.empty() || std::find(folders_.begin(), folders_.end(), folder) != folders_.end())
    return;
  folders_.push_back(folder);
  found_.clear();
}

std::string Copies::note(const std::string& path) {
  std::string sum = client::checksum_on_disk(path);
  if (!sum.empty()) look_in(path.substr(0, path.rfind('/')));
  auto [known, is_new] = mentioned_.try_emplace(path);
  if (is_new || known->second != sum) found_.clear();
  return known->second = sum;
}

bool Copies::is_same(const std::string& local, const std::string& sum, const std::string& path,
                     const std::string& checksum) const {
  if (!checksum.empty() && sum == checksum) return true;
  return !elsewhere_ && client::real_path(local) == path;
}

std::string Copies::by_mention(const std::string& path, const std::string& checksum) const {
  auto exact = mentioned_.find(path);
  if (exact != mentioned_.end() && is_same(path, exact->second, path, checksum)) return path;
  for (const auto& [local, sum] : mentioned_)
    if (is_same(local, sum, path, checksum)) return local;
  return {};
}

std::string Copies::by_path(const std::string& path, const std::string& checksum) const {
  if (!exists(path)) return {};
  bool same = !elsewhere_ || checksum.empty() || client::checksum_on_disk(path) == checksum;
  return same ? path : std::string();
}

std::string Copies::by_folder(const std::string& path, const std::string& checksum) const {
  for (const std::string& folder : folders_) {
    std::string name = client::copy_below(folder, path, checksum);
    if (!name.empty()) return folder + "/" + name;
  }
  return {};
}

std::string Copies::find(const std::string& path, const std::string& checksum) {
  auto [known, is_new] = found_.try_emplace(path + checksum);
  if (!is_new) return known->second;
  std::string local = by_mention(path, checksum);
  if (local.empty()) local = by_path(path, checksum);
  if (local.empty()) local = by_folder(path, checksum);
  if (!local.empty()) origins_[local] = path;
  return known->second = local;
}

std::string Copies::loaded_from(const std::string& local) const {
  auto origin = origins_.find(local);
  return origin == origins_.end() ? local : origin->second;
}

}  // namespace relay
