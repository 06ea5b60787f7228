#include "client/local_files.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/sha256.h"
#include "base/text.h"

namespace client {
namespace {

// Nobody debugs a larger script; reading a device or a pipe would never end.
constexpr off_t kMostBytes = 16 << 20;

bool is_readable_script(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_size <= kMostBytes;
}

}  // namespace

std::string real_path(const std::string& path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  std::string result = resolved ? resolved : path;
  std::free(resolved);
  return result;
}

std::string checksum_of(const dap::Source& source) {
  if (source.checksums)
    for (const dap::Checksum& one : *source.checksums)
      if (one.algorithm == "SHA256") return one.checksum;
  return {};
}

std::string checksum_on_disk(const std::string& path) {
  if (!is_readable_script(path)) return {};
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::string content{std::istreambuf_iterator<char>(file), {}};
  return file.bad() ? std::string() : base::sha256(content);
}

std::string copy_below(const std::string& folder, const std::string& path,
                       const std::string& checksum) {
  if (checksum.empty() || folder.empty()) return {};
  std::string root = base::ends_with(folder, "/") ? folder : folder + "/";
  for (size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    std::string name = path.substr(slash + 1);
    if (!name.empty() && checksum_on_disk(root + name) == checksum) return name;
  }
  return {};
}

}  // namespace client
