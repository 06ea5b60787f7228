#include "launch/process.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;
using base::Status;

struct Channel {
  Fd ours;
  Fd theirs;
};

Status set_nonblocking(const Fd& fd) {
  int flags = fcntl(fd.get(), F_GETFL);
  if (flags < 0 || fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0)
    return fail(with_errno("cannot prepare nmap's output", errno));
  return base::ok();
}

Result<Channel> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail(with_errno("cannot make a pipe", errno));
  Channel channel{Fd(ends[0]), Fd(ends[1])};
  Status prepared = set_nonblocking(channel.ours);
  if (!prepared) return prepared.take_error();
  return channel;
}

// No translation of any kind: the bytes arrive as nmap wrote them.
void make_raw(int tty) {
  termios settings;
  if (tcgetattr(tty, &settings) != 0) return;
  cfmakeraw(&settings);
  tcsetattr(tty, TCSANOW, &settings);
}

void copy_size(int from, int to) {
  winsize size;
  if (ioctl(from, TIOCGWINSZ, &size) == 0) ioctl(to, TIOCSWINSZ, &size);
}

Result<Channel> make_pty() {
  Channel channel;
  channel.ours.reset(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  int master = channel.ours.get();
  char name[64];
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 ||
      ptsname_r(master, name, sizeof name) != 0)
    return fail(with_errno("cannot make a pseudo-terminal for nmap's output", errno));
  channel.theirs.reset(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!channel.theirs.valid())
    return fail(with_errno("cannot open the pseudo-terminal for nmap's output", errno));
  make_raw(channel.theirs.get());
  copy_size(STDOUT_FILENO, master);
  Status prepared = set_nonblocking(channel.ours);
  if (!prepared) return prepared.take_error();
  return channel;
}

// By number: glibc 2.36 declares pidfd_open() for C only. The kernel sets close-on-exec.
Fd open_pidfd(pid_t pid) { return Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); }

}  // namespace

Result<Process> Process::start(Options options) {
  Result<Channel> out = options.tty_output ? make_pty() : make_pipe();
  if (!out) return out.take_error();
  Result<Channel> err = make_pipe();
  if (!err) return err.take_error();
  Fd nothing(options.passes_stdin ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC));

  options.child.stdio[0] = nothing.get();
  options.child.stdio[1] = out->theirs.get();
  options.child.stdio[2] = err->theirs.get();
  Result<pid_t> pid = start_child(options.child);
  if (!pid) return pid.take_error();

  Process process;
  process.pid_ = *pid;
  process.out_ = std::move(out->ours);
  process.err_ = std::move(err->ours);
  process.exit_event_ = open_pidfd(*pid);
  process.is_tty_ = options.tty_output;
  return process;
}

std::optional<int> Process::poll_exit() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) status_ = shell_status(status);
  return status_;
}

Result<int> Process::wait() {
  if (status_) return *status_;
  Result<int> status = wait_child(pid_);
  if (status) status_ = *status;
  return status;
}

void Process::copy_window_size() const {
  if (is_tty_) copy_size(STDOUT_FILENO, out_.get());
}

}  // namespace launch
