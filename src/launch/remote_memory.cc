#include "launch/remote_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>

#include "base/text.h"
#include "launch/paths.h"

namespace launch {
namespace {

constexpr size_t kMapsLimit = 16 << 20;

// "55d0c0a00000-55d0c0a1b000 r-xp 00001000 fe:01 1234    /usr/bin/nmap"
bool parse_mapping(const std::string& line, Mapping& out) {
  char permissions[8] = "";
  int path_at = 0;
  if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %*s %n", &out.begin,
                  &out.end, permissions, &out.offset, &path_at) < 4)
    return false;
  out.writable = permissions[1] == 'w';
  out.executable = permissions[2] == 'x';
  if (path_at > 0) out.path = line.substr(static_cast<size_t>(path_at));
  return true;
}

}  // namespace

base::Result<RemoteMemory> RemoteMemory::open(pid_t pid) {
  RemoteMemory memory;
  memory.pid_ = pid;
  std::string path = "/proc/" + std::to_string(pid) + "/mem";
  memory.fd_.reset(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!memory.fd_.valid()) return base::fail(with_errno("cannot open " + path, errno));
  return memory;
}

std::vector<Mapping> RemoteMemory::mappings() const {
  std::vector<Mapping> out;
  auto text = read_file("/proc/" + std::to_string(pid_) + "/maps", kMapsLimit);
  if (!text) return out;
  for (const std::string& line : base::split(*text, '\n')) {
    Mapping one;
    if (parse_mapping(line, one)) out.push_back(std::move(one));
  }
  return out;
}

bool RemoteMemory::read(Address from, void* to, size_t size) const {
  return ::pread(fd_.get(), to, size, static_cast<off_t>(from)) == static_cast<ssize_t>(size);
}

bool RemoteMemory::write(Address to, const void* from, size_t size) const {
  return ::pwrite(fd_.get(), from, size, static_cast<off_t>(to)) == static_cast<ssize_t>(size);
}

std::string RemoteMemory::text(Address from, size_t limit) const {
  std::string out;
  for (char c; out.size() < limit && read(from + out.size(), c) && c;) out += c;
  return out;
}

}  // namespace launch
