#include "launch/entry_stub.h"

#include <cstddef>

// Offsets in StubData, behind the page of the instructions.
static_assert(offsetof(launch::StubData, original) == 0);
static_assert(offsetof(launch::StubData, dlopen) == 8);
static_assert(offsetof(launch::StubData, dlsym) == 16);
static_assert(offsetof(launch::StubData, dlerror) == 24);
static_assert(offsetof(launch::StubData, errno_location) == 32);
static_assert(offsetof(launch::StubData, enter) == 40);
static_assert(offsetof(launch::StubData, error) == 48);
static_assert(offsetof(launch::StubData, state) == 56);
static_assert(offsetof(launch::StubData, agent) == 64);
static_assert(offsetof(launch::StubData, symbol) == 1088);
static_assert(offsetof(launch::StubData, config) == 1120);
static_assert(offsetof(launch::StubData, answer) == 2560);
static_assert(sizeof(launch::StubData::answer) == 1024);
static_assert(offsetof(launch::StubData, variable) == 3584);

extern "C" const char nsedbg_stub[], nsedbg_stub_end[];

// In both: errno is kept, since C code may call Lua between a system call and a look at it. The
// state is written last: who reads it may take the pages away once the thread has left them.
#if defined(__x86_64__)
asm(R"(
  .pushsection .rodata
  .balign 16
  .globl nsedbg_stub, nsedbg_stub_end
  .hidden nsedbg_stub, nsedbg_stub_end
  .set .Lnsedbg_data, nsedbg_stub + 4096
nsedbg_stub:
  endbr64
  cmpl $1, .Lnsedbg_data+56(%rip)
  jne 9f
  movq %rdi, %r11
  movq .Lnsedbg_data+3584(%rip), %rax
  testq %rax, %rax
  jz 0f
  movq (%rax), %r11
  testq %r11, %r11
  jz 9f
0:
  pushq %rdi
  pushq %rsi
  pushq %rdx
  pushq %rcx
  pushq %r8
  pushq %r9
  pushq %rbx
  subq $16, %rsp
  movq %r11, 8(%rsp)
  movl $2, .Lnsedbg_data+56(%rip)
  call *.Lnsedbg_data+32(%rip)
  movl (%rax), %ecx
  movl %ecx, (%rsp)
  movq .Lnsedbg_data+40(%rip), %rax
  testq %rax, %rax
  jnz 1f
  leaq .Lnsedbg_data+64(%rip), %rdi
  movl $2, %esi
  call *.Lnsedbg_data+8(%rip)
  testq %rax, %rax
  jz 3f
  movq %rax, %rdi
  leaq .Lnsedbg_data+1088(%rip), %rsi
  call *.Lnsedbg_data+16(%rip)
  testq %rax, %rax
  jz 3f
  movq %rax, .Lnsedbg_data+40(%rip)
1:
  movq 8(%rsp), %rdi
  leaq .Lnsedbg_data+1120(%rip), %rsi
  leaq .Lnsedbg_data+2560(%rip), %rdx
  movl $1024, %ecx
  call *%rax
  movl $1, %ebx
  cmpl $1, %eax
  je 4f
  movl $3, %ebx
  testl %eax, %eax
  jz 4f
  movl $4, %ebx
  jmp 4f
3:
  call *.Lnsedbg_data+24(%rip)
  movq %rax, .Lnsedbg_data+48(%rip)
  movl $5, %ebx
4:
  call *.Lnsedbg_data+32(%rip)
  movl (%rsp), %ecx
  movl %ecx, (%rax)
  movl %ebx, .Lnsedbg_data+56(%rip)
  addq $16, %rsp
  popq %rbx
  popq %r9
  popq %r8
  popq %rcx
  popq %rdx
  popq %rsi
  popq %rdi
9:
  jmp *.Lnsedbg_data(%rip)
nsedbg_stub_end:
  .popsection
)");
#elif defined(__aarch64__)
asm(R"(
  .pushsection .rodata
  .balign 16
  .globl nsedbg_stub, nsedbg_stub_end
  .hidden nsedbg_stub, nsedbg_stub_end
nsedbg_stub:
  hint #34
  adr x16, nsedbg_stub + 4096
  ldr w17, [x16, #56]
  cmp w17, #1
  b.ne 9f
  mov x17, x0
  ldr x9, [x16, #3584]
  cbz x9, 0f
  ldr x17, [x9]
  cbz x17, 9f
0:
  stp x29, x30, [sp, #-96]!
  mov x29, sp
  stp x0, x1, [sp, #16]
  stp x2, x3, [sp, #32]
  stp x4, x5, [sp, #48]
  stp x19, x20, [sp, #64]
  stp x21, x17, [sp, #80]
  mov x19, x16
  mov w17, #2
  str w17, [x19, #56]
  ldr x8, [x19, #32]
  blr x8
  ldr w20, [x0]
  ldr x8, [x19, #40]
  cbnz x8, 1f
  add x0, x19, #64
  mov w1, #2
  ldr x8, [x19, #8]
  blr x8
  cbz x0, 3f
  add x1, x19, #1088
  ldr x8, [x19, #16]
  blr x8
  cbz x0, 3f
  str x0, [x19, #40]
  mov x8, x0
1:
  ldr x0, [sp, #88]
  add x1, x19, #1120
  add x2, x19, #2560
  mov w3, #1024
  blr x8
  mov w21, #1
  cmp w0, #1
  b.eq 4f
  mov w21, #3
  cbz w0, 4f
  mov w21, #4
  b 4f
3:
  ldr x8, [x19, #24]
  blr x8
  str x0, [x19, #48]
  mov w21, #5
4:
  ldr x8, [x19, #32]
  blr x8
  str w20, [x0]
  str w21, [x19, #56]
  ldp x0, x1, [sp, #16]
  ldp x2, x3, [sp, #32]
  ldp x4, x5, [sp, #48]
  ldp x19, x20, [sp, #64]
  ldr x21, [sp, #80]
  ldp x29, x30, [sp], #96
9:
  adr x16, nsedbg_stub + 4096
  ldr x16, [x16]
  br x16
nsedbg_stub_end:
  .popsection
)");
#endif

namespace launch {

std::string stub_code() {
  return {nsedbg_stub, static_cast<size_t>(nsedbg_stub_end - nsedbg_stub)};
}

}  // namespace launch
