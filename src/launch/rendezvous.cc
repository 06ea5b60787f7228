#include "launch/rendezvous.h"

#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "launch/paths.h"

namespace launch {

using base::fail;
using base::Fd;
using base::Result;

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

}  // namespace launch
