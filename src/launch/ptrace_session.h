// A moment in which another process stands and does a system call for us.
//
// Its main thread is seized (no signal, no SIGSTOP that its parent would see), stopped, and sent
// into a `syscall` instruction of its own with our arguments; then its registers and its signal
// mask are as before and it is let go. Nothing is left in it that could stop it later: were nsedbg
// killed at any time but in the middle of such a call (some ten microseconds), it would go on.
// An epoll_wait that it stood in returns EINTR, which nsock expects (nsock_engine_epoll.c).
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/result.h"
#include "launch/remote_memory.h"

namespace launch {

class PtraceSession {
 public:
  // Errors say why it is not permitted, and what would help.
  static base::Result<PtraceSession> seize(const RemoteMemory& memory);
  PtraceSession(PtraceSession&& other) noexcept;
  PtraceSession& operator=(PtraceSession&&) = delete;
  ~PtraceSession();  // lets it go

  Address program_counter() const;
  // The result, or -errno.
  base::Result<int64_t> call(long number, const std::vector<uint64_t>& arguments);

 private:
  PtraceSession(pid_t pid, Address instruction) : pid_(pid), instruction_(instruction) {}
  base::Status stop();

  pid_t pid_ = 0;
  Address instruction_ = 0;  // a system call's, in its memory
};

}  // namespace launch
