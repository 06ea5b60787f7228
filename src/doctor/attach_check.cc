#include "doctor/attach_check.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>

#include "base/text.h"
#include "launch/paths.h"

namespace doctor {
namespace {

constexpr const char* kYama = "/proc/sys/kernel/yama/ptrace_scope";

pid_t start_sleeper() {
  pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) pause();
}

// The errno with which one child of ours may not trace the other: siblings, as strangers are for
// Yama, which lets a parent trace its children. The tracer's end lets the other go.
std::optional<int> trace_sibling(pid_t sleeper) {
  pid_t tracer = fork();
  if (tracer < 0) return errno;
  if (tracer == 0) _exit(ptrace(PTRACE_SEIZE, sleeper, nullptr, nullptr) == 0 ? 0 : errno);
  int status = 0;
  while (waitpid(tracer, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::nullopt;
  return WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS;  // a seccomp filter may kill
}

// The value of a line such as "Seccomp:\t2".
long long own_status(std::string_view name) {
  base::Result<std::string> text = launch::read_file("/proc/self/status", 1 << 16);
  long long value = 0;
  if (!text) return value;
  for (const std::string& line : base::split(*text, '\n'))
    if (base::starts_with(line, name)) base::parse_int(base::trim(line.substr(name.size())), value);
  return value;
}

Check refused(int error) {
  Check check{State::kWarning, "attach", "no process may be traced here", ""};
  base::Result<std::string> yama = launch::read_file(kYama, 16);
  std::string scope = yama ? std::string(base::trim(*yama)) : "0";
  if (scope == "1" || scope == "2") {
    check.text =
        "only root may trace nmaps that nsedbg did not start (Yama, ptrace_scope " + scope + ")";
    check.remedy = "run nsedbg as root, or as root: sysctl -w kernel.yama.ptrace_scope=0";
  } else if (scope == "3") {
    check.text += " (Yama, ptrace_scope 3)";
    check.remedy = "it stays so until the machine starts with another kernel.yama.ptrace_scope";
  } else {
    check.text += launch::with_errno("", error);
    check.remedy = own_status("Seccomp:") == 2
                       ? "a seccomp filter is on; in a container: --cap-add SYS_PTRACE"
                       : "a security module forbids it (SELinux: deny_ptrace; AppArmor)";
  }
  return check;
}

}  // namespace

Check attach_check() {
  pid_t sleeper = start_sleeper();
  if (sleeper < 0)
    return {State::kWarning, "attach", launch::with_errno("cannot start a process", errno), ""};
  std::optional<int> error = trace_sibling(sleeper);
  kill(sleeper, SIGKILL);
  while (waitpid(sleeper, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (error) return refused(*error);
  return {State::kOk, "attach",
          geteuid() == 0 ? "every process may be traced" : "your processes may be traced", ""};
}

}  // namespace doctor
