// The private directory of one run in a container: agent, overlay and socket, as runtime_dir.h has
// them here. Everything in it is reached by the descriptors that it was made with, because the
// container may rename, replace and link what it likes.
//
//   in a container that runs              mounted into a new one
//   /run/nsedbg-XXXXXXXX  0700, nmap's    RUN_DIRECTORY/box  0755, ours: /run/nsedbg there
//     agent.so, overlay/                    agent.so, overlay/
//     agent.sock                            s/  0777: whoever nmap is there makes agent.sock in it
//
// Nobody else of this machine comes to box/: the run directory around it is ours alone.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "launch/foreign_root.h"
#include "launch/overlay.h"
#include "launch/rendezvous.h"

namespace launch {

class ContainerDirectory {
 public:
  // `root_ids`: the container's root, as this machine knows it.
  static base::Result<ContainerDirectory> create_in(const ForeignRoot& root, const Ids& root_ids);
  static base::Result<ContainerDirectory> create_for_mount(const std::string& run_dir);

  ContainerDirectory(ContainerDirectory&&) noexcept = default;
  ContainerDirectory& operator=(ContainerDirectory&&) noexcept;
  ~ContainerDirectory() { remove(); }

  // As nmap sees them.
  const std::string& path() const { return path_; }
  std::string agent_path() const { return path_ + "/agent.so"; }
  std::string overlay_path() const { return path_ + "/overlay"; }
  std::string socket_dir() const { return mounted_ ? path_ + "/s" : path_; }

  base::Status put_agent(const std::string& file);
  base::Status put_overlay(const OverlayConfig& config, const Looks& looks,
                           const std::string& shadowed);
  // To nmap's user, as that one is known here. Last: from then on others write in it.
  base::Status hand_over(uid_t owner);

  int fd() const { return watch_ ? watch_->fd().get() : -1; }  // readable: try connect() again
  // Invalid: the agent does not listen yet.
  base::Result<base::Fd> connect();

  // Once the agent is loaded it needs no file: what is left, it can remove itself.
  void remove_agent();
  void leave();  // nmap still needs the rest
  void remove();

 private:
  ContainerDirectory() = default;
  base::Status fill();

  std::string path_, name_;
  base::Fd parent_, dir_, sockets_;
  std::optional<Rendezvous> watch_;
  Ids maker_{geteuid(), getegid()};
  bool mounted_ = false;
};

}  // namespace launch
