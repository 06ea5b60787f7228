#include "launch/ptrace_session.h"

#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "launch/paths.h"
#include "launch/ptrace_registers.h"
#include "launch/running_nmap.h"

namespace launch {
namespace {

using base::fail;
using base::Result;
using base::Status;

constexpr int kGetMask = 0x420A, kSetMask = 0x420B;  // PTRACE_GETSIGMASK, not in musl's header

bool registers(int request, pid_t pid, Registers& value) {
  iovec io{&value, sizeof value};
  return ptrace(static_cast<__ptrace_request>(request), pid, NT_PRSTATUS, &io) == 0;
}

bool signal_mask(int request, pid_t pid, uint64_t& mask) {
  return ptrace(static_cast<__ptrace_request>(request), pid, sizeof mask, &mask) == 0;
}

bool wait_stopped(pid_t pid, int& status) {
  while (waitpid(pid, &status, __WALL) < 0)
    if (errno != EINTR) return false;
  return WIFSTOPPED(status);
}

// In the vDSO, which every process has and which does system calls itself.
Address find_instruction(const RemoteMemory& memory) {
  const auto* begin = std::begin(kSyscallInstruction);
  const auto* end = std::end(kSyscallInstruction);
  auto mappings = memory.mappings();
  std::stable_partition(mappings.begin(), mappings.end(),
                        [](const Mapping& one) { return one.path == "[vdso]"; });
  for (const Mapping& one : mappings) {
    if (!one.executable || one.path == "[vsyscall]") continue;
    std::vector<unsigned char> code(std::min<Address>(one.end - one.begin, 4 << 20));
    if (!memory.read(one.begin, code.data(), code.size())) continue;
    auto found = std::search(code.begin(), code.end(), begin, end);
    if (found != code.end()) return one.begin + static_cast<Address>(found - code.begin());
  }
  return 0;
}

}  // namespace

PtraceSession::PtraceSession(PtraceSession&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), instruction_(other.instruction_) {}

PtraceSession::~PtraceSession() {
  if (pid_) ptrace(PTRACE_DETACH, pid_, nullptr, nullptr);
}

Result<PtraceSession> PtraceSession::seize(const RemoteMemory& memory) {
  Address instruction = find_instruction(memory);
  if (!instruction) return fail("process " + std::to_string(memory.pid()) + " cannot be read");
  if (ptrace(PTRACE_SEIZE, memory.pid(), nullptr, nullptr) != 0)
    return why_no_ptrace(memory.pid(), errno);
  PtraceSession session(memory.pid(), instruction);
  Status stopped = session.stop();
  if (!stopped) return stopped.take_error();
  return session;
}

// Signals that come first are passed on, and we try again.
Status PtraceSession::stop() {
  for (;;) {
    int status = 0;
    if (ptrace(PTRACE_INTERRUPT, pid_, nullptr, nullptr) != 0 || !wait_stopped(pid_, status)) {
      pid_t gone = std::exchange(pid_, 0);
      return fail("process " + std::to_string(gone) + " has ended");
    }
    if (status >> 16 == PTRACE_EVENT_STOP) return base::ok();
    ptrace(PTRACE_CONT, pid_, nullptr, WSTOPSIG(status));
  }
}

Address PtraceSession::program_counter() const {
  Registers now;
  return registers(PTRACE_GETREGSET, pid_, now) ? launch::program_counter(now) : 0;
}

// Signals wait meanwhile; but for SIGTRAP, whose handler the kernel would drop if it were blocked
// (force_sig_info).
Result<int64_t> PtraceSession::call(long number, const std::vector<uint64_t>& arguments) {
  Registers before;
  uint64_t mask = 0, ours = ~(uint64_t{1} << (SIGTRAP - 1));
  bool ready = registers(PTRACE_GETREGSET, pid_, before) && signal_mask(kGetMask, pid_, mask) &&
               signal_mask(kSetMask, pid_, ours);
  Registers now = before;
  prepare_call(now, instruction_, number, arguments);
  int status = 0;
  bool done = ready && registers(PTRACE_SETREGSET, pid_, now) &&
              ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr) == 0 &&
              wait_stopped(pid_, status) && registers(PTRACE_GETREGSET, pid_, now);
  if (ready) {
    registers(PTRACE_SETREGSET, pid_, before);
    signal_mask(kSetMask, pid_, mask);
  }
  if (!done || WSTOPSIG(status) != SIGTRAP)
    return fail(with_errno("a system call in process " + std::to_string(pid_) + " failed", errno));
  return static_cast<int64_t>(result(now));
}

}  // namespace launch
