#include "mobdebug/files.h"

#include <cctype>

#include "base/sha256.h"
#include "base/text.h"
#include "client/local_files.h"

namespace mobdebug {

using client::checksum_of;
using client::checksum_on_disk;
using client::real_path;

namespace {

bool is_absolute(const std::string& name) {
  bool drive = name.size() > 2 && std::isalpha(static_cast<unsigned char>(name[0])) &&
               name[1] == ':' && name[2] == '/';
  return base::starts_with(name, "/") || drive;
}

}  // namespace

void Files::set_base(std::string directory) {
  for (char& c : directory)
    if (c == '\\') c = '/';
  if (!directory.empty() && directory.back() != '/') directory += '/';
  base_ = directory;
  real_base_ = real_path(directory);
  if (real_base_.empty() || real_base_.back() != '/') real_base_ += '/';
  mentioned_.clear();
  known_.clear();
}

std::string Files::absolute(const std::string& name) {
  std::string file = name;
  for (char& c : file)
    if (c == '\\') c = '/';
  std::string path = is_absolute(file) || base_.empty() ? file : base_ + file;
  mentioned_.emplace(path, file);
  known_.clear();
  return path;
}

void Files::note_text(const std::string& name, const std::string& text) {
  std::string path = absolute(name);
  texts_[path] = base::sha256(text);
  sums_.erase(path);
}

const std::string& Files::checksum(const std::string& path) const {
  auto [found, is_new] = sums_.try_emplace(path);
  if (!is_new) return found->second;
  found->second = checksum_on_disk(path);
  auto text = texts_.find(path);
  if (found->second.empty() && text != texts_.end()) found->second = text->second;
  return found->second;
}

dap::Source Files::source(const std::string& path) {
  dap::Source source;
  source.name = std::string(base::basename(path));
  source.path = path;
  sums_.erase(path);  // the user may have saved it since
  const std::string& sum = checksum(path);
  if (!sum.empty()) source.checksums = {{{"SHA256", sum}}};
  return source;
}

bool Files::is_same(const std::string& path, const dap::Source& source) const {
  if (real_path(path) == source.path.value_or("")) return true;
  std::string loaded = checksum_of(source);
  return !loaded.empty() && checksum(path) == loaded;
}

// A file that the IDE has named itself is called so again.
std::string Files::by_mention(const dap::Source& source) const {
  for (const auto& [path, name] : mentioned_)
    if (real_path(path) == source.path.value_or("")) return name;
  for (const auto& [path, name] : mentioned_)
    if (is_same(path, source)) return name;
  return {};
}

std::string Files::name_of(const dap::Source& source) {
  std::string path = source.path.value_or("?");
  std::string sum = checksum_of(source);
  auto known = known_.find(path + sum);
  if (known != known_.end()) return known->second;
  std::string name = by_mention(source);
  if (name.empty() && !base_.empty())
    for (const std::string& base : {base_, real_base_})
      if (name.empty() && base::starts_with(path, base)) name = path.substr(base.size());
  if (name.empty()) name = client::copy_below(base_, path, sum);
  if (name.empty()) name = path;
  for (char& c : name)
    if (c == '\n') c = ' ';  // as mobdebug.lua does: a reply is one line
  return known_[path + sum] = name;
}

}  // namespace mobdebug
