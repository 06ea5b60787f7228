#include "launch/paths.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "base/fd.h"

namespace launch {

FileKind look_at(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return errno == EACCES ? FileKind::kUnknown : FileKind::kNone;
  if (S_ISDIR(info.st_mode)) return FileKind::kDirectory;
  return access(path.c_str(), R_OK) == 0 ? FileKind::kFile : FileKind::kUnknown;
}

bool is_executable_file(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

std::string current_directory() {
  char buffer[PATH_MAX];
  return getcwd(buffer, sizeof buffer) ? buffer : ".";
}

std::string absolute(std::string_view path, const std::string& cwd) {
  if (!path.empty() && path[0] == '/') return std::string(path);
  return join(cwd, path);
}

std::string join(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && path.back() != '/') path += '/';
  return path.append(name);
}

std::string parent(std::string_view path) {
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::optional<std::string> real_path(const std::string& path) {
  char buffer[PATH_MAX];
  if (!realpath(path.c_str(), buffer)) return std::nullopt;
  return std::string(buffer);
}

std::optional<std::string> home_of(uid_t uid) {
  passwd entry;
  passwd* found = nullptr;
  std::vector<char> buffer(16384);
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
    return std::nullopt;
  return std::string(found->pw_dir);
}

base::Result<std::string> read_file(const std::string& path, size_t limit) {
  base::Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return base::fail(with_errno("cannot open " + path, errno));
  std::string text;
  char chunk[65536];
  while (text.size() < limit) {
    ssize_t n = read(fd.get(), chunk, std::min(sizeof chunk, limit - text.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::fail(with_errno("cannot read " + path, errno));
    if (n == 0) break;
    text.append(chunk, static_cast<size_t>(n));
  }
  return text;
}

std::vector<std::string> list_directory(const std::string& path) {
  std::vector<std::string> names;
  DIR* directory = opendir(path.c_str());
  if (!directory) return names;
  while (dirent* entry = readdir(directory)) {
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  closedir(directory);
  return names;
}

std::string with_errno(const std::string& what, int error) {
  return what + ": " + std::strerror(error);
}

}  // namespace launch
