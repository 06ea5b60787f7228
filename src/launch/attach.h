// Into an nmap that runs already and was started without us.
//
// nmap's own C code calls Lua's API through the executable's global offset table; one entry is led
// to a stub of ours (entry_stub.h), which loads the agent and lets it look whether the moment is
// right (agent/attach.h). That is done in a moment's stop (ptrace_session.h); the waiting, until
// nmap's script engine runs, is the caller's: its event loop waits on fd() and calls connect() when
// it wakes. The agent announces itself as after launch, by its socket in a run directory.
//
// Everything is asked of the process itself, its memory and its root directory, so one in another
// mount namespace is entered in the same way (container_attach.h).
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "launch/environment.h"
#include "launch/runtime_dir.h"

namespace launch {

struct AttachOptions {
  std::string agent;       // its path as nmap sees it; empty: ours, the same file there
  std::string socket_dir;  // where the agent's socket is to be, as nmap sees it; empty: a
                           // run directory is made
  // With socket_dir: to that socket, or an invalid Fd while there is none.
  std::function<base::Result<base::Fd>()> connect;
  std::optional<uid_t> allow_user;  // who may connect, as nmap knows it; nothing: ours
  std::optional<std::string> log;   // the agent's log file
};

class Attachment {
 public:
  // nmap has been told; it comes when it runs scripts.
  static base::Result<Attachment> begin(pid_t nmap, const AttachOptions& options = {});
  Attachment(Attachment&&) noexcept;
  Attachment& operator=(Attachment&&) noexcept;
  ~Attachment();  // gives up, if it has not come to a connection

  int fd() const;  // readable: try connect() again
  // The connected socket, or an invalid Fd while nmap has not come by. Error: it never will.
  base::Result<base::Fd> connect();
  // Worth showing while one waits, one sentence each.
  const std::vector<std::string>& notes() const;

 private:
  struct Parts;
  explicit Attachment(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace launch
