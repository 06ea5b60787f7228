// The root directory of a process that lives in another one: a container's. Who is root in there
// may have put links, pipes and mounts anywhere, and nsedbg may be root here; so the kernel
// confines every look-up to it (openat2), and what is written goes where no link was followed.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "launch/overlay_plan.h"

namespace launch {

class ForeignRoot {
 public:
  // Error: no such process, or it is not ours to look at; or it has our own files, and is in no
  // container.
  static base::Result<ForeignRoot> open(pid_t pid);

  // By a path that has no link in it; invalid if there is nothing of that kind.
  base::Fd directory(const std::string& path) const;
  base::Fd socket(const std::string& path) const;  // O_PATH, of its directory

  // Links lead where the container's own processes would come to.
  std::string read(const std::string& path, size_t limit) const;  // empty: no such plain file
  Looks looks() const;

 private:
  explicit ForeignRoot(base::Fd root) : root_(std::make_shared<base::Fd>(std::move(root))) {}

  std::shared_ptr<base::Fd> root_;  // looks() may outlive us
};

// A user or group of the process's own namespace as this machine, which is ours, knows it. In a
// user namespace of its own it is another number, or nobody.
struct Ids {
  uid_t user = 0;
  gid_t group = 0;
};
std::optional<Ids> ids_outside(pid_t pid, uid_t user, gid_t group);

// The reverse; root, where that one has no number for it.
uid_t user_inside(pid_t pid, uid_t user);

// By the text of /proc/PID/uid_map.
std::optional<unsigned> map_out(const std::string& map, unsigned inside);
std::optional<unsigned> map_in(const std::string& map, unsigned outside);

// While it lives, this thread makes files as somebody else: as the container's root, whom its file
// systems know. Only root can; for others it does nothing.
class FilesAs {
 public:
  explicit FilesAs(const Ids& ids);
  ~FilesAs();
  FilesAs(const FilesAs&) = delete;
  FilesAs& operator=(const FilesAs&) = delete;

 private:
  bool changed_;
};

}  // namespace launch
