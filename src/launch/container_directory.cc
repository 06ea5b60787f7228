#include "launch/container_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/write_all.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;
using base::Status;

constexpr const char* kMounted = "/run/nsedbg";
// Best first: only root makes things in /run.
constexpr const char* kPlaces[] = {"/run", "/tmp", "/var/tmp"};

std::string random_name() {
  uint32_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number) return {};
  char text[32];
  std::snprintf(text, sizeof text, "nsedbg-%08x", number);
  return text;
}

bool may_execute(const Fd& directory) {
  struct statvfs info;
  return fstatvfs(directory.get(), &info) == 0 && !(info.f_flag & (ST_NOEXEC | ST_RDONLY));
}

// New, and what was made is what is opened.
Fd make_directory(const Fd& parent, const std::string& name, mode_t mode, uid_t owner) {
  if (name.empty() || mkdirat(parent.get(), name.c_str(), 0700) != 0) return Fd();
  Fd made(openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info;
  if (!made.valid() || fstat(made.get(), &info) != 0 || info.st_uid != owner ||
      fchmod(made.get(), mode) != 0)
    return Fd();
  return made;
}

Fd make_file(const Fd& parent, const char* name) {
  Fd file(openat(parent.get(), name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.valid() && fchmod(file.get(), 0644) != 0) return Fd();
  return file;
}

// Only what nsedbg puts there: nse_main.lua and links.
void empty_overlay(const Fd& parent) {
  int overlay = openat(parent.get(), "overlay", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR* entries = overlay < 0 ? nullptr : fdopendir(overlay);
  if (!entries) return;
  while (dirent* entry = readdir(entries)) {
    struct stat info;
    if (fstatat(overlay, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISLNK(info.st_mode) || std::string_view(entry->d_name) == "nse_main.lua")
      unlinkat(overlay, entry->d_name, 0);
  }
  closedir(entries);
  unlinkat(parent.get(), "overlay", AT_REMOVEDIR);
}

std::string own_path(const Fd& fd) { return "/proc/self/fd/" + std::to_string(fd.get()); }

}  // namespace

ContainerDirectory& ContainerDirectory::operator=(ContainerDirectory&& other) noexcept {
  if (this == &other) return *this;
  remove();
  path_ = std::move(other.path_);
  name_ = std::move(other.name_);
  parent_ = std::move(other.parent_);
  dir_ = std::move(other.dir_);
  sockets_ = std::move(other.sockets_);
  watch_ = std::move(other.watch_);
  maker_ = other.maker_;
  mounted_ = other.mounted_;
  return *this;
}

Result<ContainerDirectory> ContainerDirectory::create_in(const ForeignRoot& root,
                                                         const Ids& root_ids) {
  FilesAs maker(root_ids);
  int error = ENOENT;
  for (const char* place : kPlaces) {
    ContainerDirectory made;
    made.parent_ = root.directory(place);
    if (!made.parent_.valid() || !may_execute(made.parent_)) continue;
    made.name_ = random_name();
    made.path_ = std::string(place) + "/" + made.name_;
    if (geteuid() == 0) made.maker_ = root_ids;
    made.dir_ = make_directory(made.parent_, made.name_, 0700, made.maker_.user);
    error = errno;
    if (!made.dir_.valid()) continue;
    made.sockets_ = Fd(fcntl(made.dir_.get(), F_DUPFD_CLOEXEC, 0));
    Status filled = made.fill();
    if (!filled) return filled.take_error();
    return made;
  }
  if (error == EACCES || error == EPERM || error == EOVERFLOW)
    return fail(with_errno("cannot make a directory in the container", error),
                "with rootless podman: podman unshare nsedbg …; else sudo nsedbg …");
  return fail(
      "the container has no directory in which the agent could be put: /run, /tmp and "
      "/var/tmp are missing, read-only, links or mounted noexec",
      "start it with --tmpfs /run:exec, or let nsedbg start the image");
}

Result<ContainerDirectory> ContainerDirectory::create_for_mount(const std::string& run_dir) {
  ContainerDirectory made;
  made.mounted_ = true;
  made.name_ = "box";
  made.path_ = kMounted;
  made.parent_ = Fd(open(run_dir.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (made.parent_.valid() && !may_execute(made.parent_))
    return fail(run_dir + " is mounted noexec: no agent can be loaded from there",
                "set XDG_RUNTIME_DIR to a directory of yours that is not");
  made.dir_ = make_directory(made.parent_, made.name_, 0755, geteuid());
  if (made.dir_.valid()) made.sockets_ = make_directory(made.dir_, "s", 0777, geteuid());
  Status filled = made.fill();
  if (!filled) return filled.take_error();
  return made;
}

Status ContainerDirectory::fill() {
  if (!dir_.valid() || !sockets_.valid() ||
      !make_directory(dir_, "overlay", 0755, maker_.user).valid())
    return fail(with_errno("cannot make a directory for the container", errno));
  Result<Rendezvous> watch = Rendezvous::create(own_path(sockets_));
  if (!watch) return watch.take_error();
  watch_.emplace(std::move(*watch));
  return base::ok();
}

Status ContainerDirectory::put_agent(const std::string& file) {
  Result<std::string> bytes = read_file(file, 256 << 20);
  if (!bytes) return bytes.take_error();
  FilesAs maker(maker_);
  Fd copy = make_file(dir_, "agent.so");
  if (copy.valid() && base::write_all(copy.get(), *bytes)) return base::ok();
  return fail(with_errno("cannot write " + agent_path() + " in the container", errno));
}

Status ContainerDirectory::put_overlay(const OverlayConfig& config, const Looks& looks,
                                       const std::string& shadowed) {
  FilesAs maker(maker_);
  Fd overlay(openat(dir_.get(), "overlay", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  Fd main = make_file(overlay, "nse_main.lua");
  if (!main.valid() || !base::write_all(main.get(), overlay_source(config)))
    return fail(with_errno("cannot write " + overlay_path() + " in the container", errno));
  if (shadowed.empty()) return base::ok();
  for (const std::string& name : looks.list(shadowed)) {
    if (name == "nse_main.lua" || name.find('/') != std::string::npos) continue;
    if (symlinkat(join(shadowed, name).c_str(), overlay.get(), name.c_str()) != 0)
      return fail(with_errno("cannot make the link " + overlay_path() + "/" + name, errno));
  }
  return base::ok();
}

Status ContainerDirectory::hand_over(uid_t owner) {
  if (owner == maker_.user || fchown(dir_.get(), owner, static_cast<gid_t>(-1)) == 0)
    return base::ok();
  return fail(with_errno("cannot give " + path_ + " in the container to nmap's user", errno),
              "with rootless podman: podman unshare nsedbg …; else sudo nsedbg …, or let nmap run "
              "as the container's root");
}

Result<Fd> ContainerDirectory::connect() {
  watch_->drain();  // first: what happens from here on wakes the caller again
  return connect_unix_at(sockets_.get(), "agent.sock");
}

void ContainerDirectory::remove_agent() {
  if (dir_.valid()) unlinkat(dir_.get(), "agent.so", 0);
}

void ContainerDirectory::leave() {
  watch_.reset();
  dir_.reset();
}

void ContainerDirectory::remove() {
  if (!dir_.valid()) return;
  watch_.reset();
  remove_agent();
  empty_overlay(dir_);
  for (const char* name : {"agent.sock", "agent.sock.new"}) unlinkat(sockets_.get(), name, 0);
  unlinkat(dir_.get(), "s", AT_REMOVEDIR);
  unlinkat(parent_.get(), name_.c_str(), AT_REMOVEDIR);
  dir_.reset();
}

}  // namespace launch
