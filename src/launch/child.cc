#include "launch/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;
using Clock = std::chrono::steady_clock;

constexpr size_t kOutputLimit = 1 << 20;

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& s : strings) out.push_back(const_cast<char*>(s.c_str()));
  out.push_back(nullptr);
  return out;
}

void reset_signals() {
  struct sigaction plain = {};
  plain.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &plain, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool set_session(Session session) {
  if (session == Session::kOwn) return setsid() >= 0;
  if (session == Session::kBackground) return setpgid(0, 0) == 0;
  return true;
}

// dup2 would leave a descriptor that already has the right number close-on-exec.
bool place_stdio(const int (&stdio)[3]) {
  for (int target = 0; target < 3; ++target) {
    if (stdio[target] < 0) continue;
    if (stdio[target] == target) {
      if (fcntl(target, F_SETFD, 0) != 0) return false;
    } else if (dup2(stdio[target], target) < 0) {
      return false;
    }
  }
  return true;
}

[[noreturn]] void become(const ChildSpec& spec, char* const* argv, char* const* envp, int report) {
  reset_signals();
  if (set_session(spec.session) && place_stdio(spec.stdio) &&
      (spec.cwd.empty() || chdir(spec.cwd.c_str()) == 0)) {
    execve(spec.path.c_str(), argv, envp);
  }
  int error = errno;
  ssize_t ignored = write(report, &error, sizeof error);
  (void)ignored;
  _exit(127);
}

// The errno that the child reports, or 0 when the pipe closed at its exec.
int read_report(int fd) {
  int error = 0;
  ssize_t n;
  do {
    n = read(fd, &error, sizeof error);
  } while (n < 0 && errno == EINTR);
  return n == sizeof error ? error : 0;
}

int remaining_ms(Clock::time_point end) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
  return left < 0 ? 0 : static_cast<int>(left);
}

// Reads to the end of the stream; false at the deadline.
bool drain(int fd, Clock::time_point end, std::string& text) {
  char chunk[4096];
  for (;;) {
    pollfd watch = {fd, POLLIN, 0};
    int ready = poll(&watch, 1, remaining_ms(end));
    if (ready == 0) return false;
    if (ready < 0 && errno == EINTR) continue;
    ssize_t n = read(fd, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return true;
    if (text.size() < kOutputLimit) text.append(chunk, static_cast<size_t>(n));
  }
}

}  // namespace

Result<pid_t> start_child(const ChildSpec& spec) {
  std::vector<char*> argv = pointers(spec.argv);
  std::vector<char*> envp = pointers(spec.environment);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail(with_errno("cannot make a pipe", errno));
  Fd report(ends[0]);
  Fd child_end(ends[1]);
  pid_t pid = fork();
  if (pid < 0) return fail(with_errno("cannot fork", errno));
  if (pid == 0) become(spec, argv.data(), envp.data(), child_end.get());
  child_end.reset();
  int error = read_report(report.get());
  if (error == 0) return pid;
  (void)wait_child(pid);
  std::string where = spec.cwd.empty() ? "" : " in " + spec.cwd;
  return fail(with_errno("cannot run " + spec.path + where, error));
}

int shell_status(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

Result<int> wait_child(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return fail(with_errno("cannot wait for process", errno));
  }
  return shell_status(status);
}

Result<Output> run_captured(ChildSpec spec, std::chrono::milliseconds deadline) {
  Fd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  int ends[2];
  if (!nothing.valid() || pipe2(ends, O_CLOEXEC) != 0)
    return fail(with_errno("cannot make a pipe", errno));
  Fd out(ends[0]);
  Fd in(ends[1]);
  if (spec.stdio[0] < 0) spec.stdio[0] = nothing.get();
  spec.stdio[1] = in.get();
  if (spec.stdio[2] < 0) spec.stdio[2] = in.get();
  Result<pid_t> pid = start_child(spec);
  in.reset();
  if (!pid) return pid.take_error();

  Output output;
  output.timed_out = !drain(out.get(), Clock::now() + deadline, output.text);
  if (output.timed_out && kill(-*pid, SIGKILL) != 0) kill(*pid, SIGKILL);
  Result<int> status = wait_child(*pid);
  if (!status) return status.take_error();
  output.status = *status;
  return output;
}

}  // namespace launch
