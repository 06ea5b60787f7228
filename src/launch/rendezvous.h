// Waiting for the agent: it announces itself by renaming its listening socket into place as
// <run_dir>/agent.sock. The caller's event loop waits on fd() and calls connect() when it wakes.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace launch {

class Rendezvous {
 public:
  // Before nmap is started, so that nothing is missed.
  static base::Result<Rendezvous> create(const std::string& run_dir);

  const base::Fd& fd() const { return watch_; }  // readable: try connect() again
  // The connected socket (non-blocking, close-on-exec), or an invalid Fd while there is none.
  base::Result<base::Fd> connect();
  void drain();  // before a look of one's own at whether it is there

 private:
  base::Fd watch_;
  std::string socket_path_;
};

// A stream socket connected to `path`; an invalid Fd if nobody listens there (yet).
base::Result<base::Fd> connect_unix(const std::string& path);

// The same for a place that others may write to: no link is followed there, and root comes as the
// one whose socket it is. In another user namespace the kernel may know no name for us, and the
// agent lets in whom it can tell.
base::Result<base::Fd> connect_unix_at(int directory, const char* name);
base::Result<base::Fd> connect_unix_at(const base::Fd& socket);  // O_PATH

}  // namespace launch
