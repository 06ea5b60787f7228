#include "launch/foreign_root.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;

constexpr uint64_t kInside = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
constexpr uint64_t kNoLinks = kInside | RESOLVE_NO_SYMLINKS;

Fd open_in(const Fd& root, const std::string& path, int flags, uint64_t resolve) {
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = resolve;
  // glibc has no function for it.
  return Fd(static_cast<int>(syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
}

FileKind kind_in(const Fd& root, const std::string& path) {
  Fd found = open_in(root, path, O_PATH, kInside);
  struct stat info;
  if (!found.valid() || fstat(found.get(), &info) != 0) return FileKind::kNone;
  return S_ISDIR(info.st_mode) ? FileKind::kDirectory : FileKind::kFile;
}

std::vector<std::string> list_in(const Fd& root, const std::string& path) {
  std::vector<std::string> names;
  Fd found = open_in(root, path, O_RDONLY | O_DIRECTORY, kInside);
  DIR* directory = found.valid() ? fdopendir(found.get()) : nullptr;
  if (!directory) return names;
  found.release();
  while (dirent* entry = readdir(directory)) {
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  closedir(directory);
  return names;
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat left, right;
  return stat(a.c_str(), &left) == 0 && stat(b.c_str(), &right) == 0 &&
         left.st_ino == right.st_ino && left.st_dev == right.st_dev;
}

// user_namespaces(7): each line is "inside outside length".
std::optional<unsigned> map_id(const std::string& map, unsigned id, int from, int to) {
  for (const std::string& line : base::split(map, '\n')) {
    long long numbers[3] = {};
    size_t count = 0;
    for (const std::string& word : base::split(line, ' '))
      if (!word.empty() && count < 3 && base::parse_int(word, numbers[count])) ++count;
    long long offset = static_cast<long long>(id) - numbers[from];
    if (count == 3 && offset >= 0 && offset < numbers[2])
      return static_cast<unsigned>(numbers[to] + offset);
  }
  return std::nullopt;
}

}  // namespace

Result<ForeignRoot> ForeignRoot::open(pid_t pid) {
  std::string process = "/proc/" + std::to_string(pid);
  Fd root(::open((process + "/root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid())
    return fail(with_errno("cannot look at the files of process " + std::to_string(pid), errno),
                errno == ENOENT ? "it has ended"
                                : "run nsedbg as the user who started the container, or with sudo");
  // An engine on another machine names processes that are others here.
  if (same_file(process + "/ns/mnt", "/proc/self/ns/mnt"))
    return fail("process " + std::to_string(pid) +
                    " is in no container: it sees this machine's "
                    "own files",
                "does the engine run containers on another machine? there, nsedbg run --ssh works");
  return ForeignRoot(std::move(root));
}

Fd ForeignRoot::directory(const std::string& path) const {
  return open_in(*root_, path, O_RDONLY | O_DIRECTORY, kNoLinks);
}

Fd ForeignRoot::socket(const std::string& path) const {
  Fd found = open_in(*root_, path, O_PATH | O_NOFOLLOW, kNoLinks);
  struct stat info;
  if (!found.valid() || fstat(found.get(), &info) != 0 || !S_ISSOCK(info.st_mode)) return Fd();
  return found;
}

std::string ForeignRoot::read(const std::string& path, size_t limit) const {
  std::string text;
  Fd file = open_in(*root_, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, kInside);
  struct stat info;
  if (!file.valid() || fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return text;
  char chunk[4096];
  for (ssize_t n; text.size() < limit && (n = ::read(file.get(), chunk, sizeof chunk)) > 0;)
    text.append(chunk, static_cast<size_t>(n));
  return text;
}

Looks ForeignRoot::looks() const {
  Looks looks;
  looks.kind = [root = root_](const std::string& path) { return kind_in(*root, path); };
  looks.list = [root = root_](const std::string& path) { return list_in(*root, path); };
  return looks;
}

std::optional<unsigned> map_out(const std::string& map, unsigned inside) {
  return map_id(map, inside, 0, 1);
}

std::optional<unsigned> map_in(const std::string& map, unsigned outside) {
  return map_id(map, outside, 1, 0);
}

// A process of our own namespace has our numbers: its map is about the namespace around both.
std::optional<Ids> ids_outside(pid_t pid, uid_t user, gid_t group) {
  std::string process = "/proc/" + std::to_string(pid);
  if (same_file(process + "/ns/user", "/proc/self/ns/user")) return Ids{user, group};
  Result<std::string> users = read_file(process + "/uid_map", 65536);
  Result<std::string> groups = read_file(process + "/gid_map", 65536);
  auto outside = users ? map_out(*users, user) : std::nullopt;
  auto together = groups ? map_out(*groups, group) : std::nullopt;
  if (!outside || !together) return std::nullopt;
  return Ids{*outside, *together};
}

uid_t user_inside(pid_t pid, uid_t user) {
  std::string process = "/proc/" + std::to_string(pid);
  if (same_file(process + "/ns/user", "/proc/self/ns/user")) return user;
  Result<std::string> users = read_file(process + "/uid_map", 65536);
  return users ? map_in(*users, user).value_or(0) : 0;
}

// By number: the calls are about this thread alone, where glibc's functions for other ids are about
// them all.
FilesAs::FilesAs(const Ids& ids) : changed_(geteuid() == 0) {
  if (!changed_) return;
  syscall(SYS_setfsgid, ids.group);
  syscall(SYS_setfsuid, ids.user);
}

FilesAs::~FilesAs() {
  if (!changed_) return;
  syscall(SYS_setfsuid, geteuid());
  syscall(SYS_setfsgid, getegid());
}

}  // namespace launch
