// For a while, root is somebody else where files and sockets are concerned: what is done in a
// directory of theirs is done with their rights, and no link of theirs leads anywhere with root's.
// A process has one user for all of its threads: only where there is one thread.
#pragma once

#include <sys/types.h>
#include <unistd.h>

namespace launch {

class AsUser {
 public:
  // Does nothing if it is us, or if we are not root.
  AsUser(uid_t uid, gid_t gid) : is_on_(geteuid() == 0 && uid != 0), group_(getegid()) {
    if (is_on_) is_on_ = setegid(gid) == 0 && seteuid(uid) == 0;
  }
  AsUser(const AsUser&) = delete;
  AsUser& operator=(const AsUser&) = delete;
  ~AsUser() {
    if (!is_on_) return;
    [[maybe_unused]] bool back = seteuid(0) == 0 && setegid(group_) == 0;
  }

 private:
  bool is_on_;
  gid_t group_;
};

}  // namespace launch
