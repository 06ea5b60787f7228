#include "launch/rendezvous.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "launch/paths.h"

namespace launch {

using base::fail;
using base::Fd;
using base::Result;

namespace {

// The kernel notes who connects at connect(). By number: the call is about this thread alone, where
// glibc's function changes them all.
class AsUser {
 public:
  explicit AsUser(uid_t user) : changed_(geteuid() == 0 && user != 0 && set(user)) {}
  ~AsUser() {
    if (changed_) set(0);
  }
  AsUser(const AsUser&) = delete;
  AsUser& operator=(const AsUser&) = delete;

 private:
  static bool set(uid_t user) { return syscall(SYS_setresuid, -1, user, -1) == 0; }
  bool changed_;
};

}  // namespace

Result<Rendezvous> Rendezvous::create(const std::string& run_dir) {
  Rendezvous rendezvous;
  rendezvous.socket_path_ = run_dir + "/agent.sock";
  rendezvous.watch_.reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!rendezvous.watch_.valid())
    return fail(with_errno("cannot watch for the agent", errno),
                "too many programs use inotify; see /proc/sys/fs/inotify/max_user_instances");
  if (inotify_add_watch(rendezvous.watch_.get(), run_dir.c_str(), IN_MOVED_TO | IN_CREATE) < 0)
    return fail(with_errno("cannot watch " + run_dir, errno));
  return rendezvous;
}

Result<Fd> Rendezvous::connect() {
  drain();  // first: what happens from here on wakes the caller again
  return connect_unix(socket_path_);
}

void Rendezvous::drain() {
  char events[4096];
  while (read(watch_.get(), events, sizeof events) > 0) {
  }
}

Result<Fd> connect_unix(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail("the socket path " + path + " is longer than " +
                std::to_string(sizeof address.sun_path - 1) + " bytes");
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return fail(with_errno("cannot make a socket", errno));
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  if (errno == ENOENT || errno == ECONNREFUSED) return Fd();
  return fail(with_errno("cannot connect to the agent at " + path, errno));
}

Result<Fd> connect_unix_at(int directory, const char* name) {
  Fd socket(openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (socket.valid()) return connect_unix_at(socket);
  if (errno == ENOENT) return Fd();
  return fail(with_errno(std::string("cannot look at ") + name, errno));
}

Result<Fd> connect_unix_at(const Fd& socket) {
  struct stat info;
  if (fstat(socket.get(), &info) != 0 || !S_ISSOCK(info.st_mode))
    return fail("what stands in the place of the agent's socket is none",
                "somebody in the container is playing tricks");
  AsUser as(info.st_uid);
  return connect_unix("/proc/self/fd/" + std::to_string(socket.get()));
}

}  // namespace launch
