// The registers that a system call uses, in what PTRACE_GETREGSET gives: all that differs between
// x86-64 and AArch64.
#pragma once

#include <sys/user.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace launch {

using Registers = user_regs_struct;

#if defined(__x86_64__)

inline constexpr unsigned char kSyscallInstruction[] = {0x0F, 0x05};

inline uint64_t program_counter(const Registers& r) { return r.rip; }
inline uint64_t result(const Registers& r) { return r.rax; }
inline void prepare_call(Registers& r, uint64_t at, long number, const std::vector<uint64_t>& a) {
  unsigned long long* places[] = {&r.rdi, &r.rsi, &r.rdx, &r.r10, &r.r8, &r.r9};
  for (size_t i = 0; i < a.size(); ++i) *places[i] = a[i];
  r.rip = at;
  r.rax = static_cast<unsigned long long>(number);
  r.orig_rax = ~0ull;  // it is in no system call that the kernel would start again
}

#elif defined(__aarch64__)

inline constexpr unsigned char kSyscallInstruction[] = {0x01, 0x00, 0x00, 0xD4};  // svc #0

inline uint64_t program_counter(const Registers& r) { return r.pc; }
inline uint64_t result(const Registers& r) { return r.regs[0]; }
inline void prepare_call(Registers& r, uint64_t at, long number, const std::vector<uint64_t>& a) {
  for (size_t i = 0; i < a.size(); ++i) r.regs[i] = a[i];
  r.pc = at;
  r.regs[8] = static_cast<uint64_t>(number);
}

#endif

}  // namespace launch
