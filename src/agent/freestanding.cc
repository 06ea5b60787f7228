// What keeps libstdc++.so and its exception machinery out of the agent, so that NEEDED is libc
// alone and one file loads under glibc and musl (shared/RECIPES.md, "musl"; checked by
// scripts/check-agent-symbols). The std::__throw_* functions are what the containers call on misuse
// or when memory is gone: nothing the agent could go on from.
#include <cstddef>
#include <cstdlib>
#include <new>

#include "agent/log.h"

void* operator new(std::size_t size) {
  void* memory = std::malloc(size ? size : 1);
  if (!memory) agent::die("out of memory");
  return memory;
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace std {
void __throw_length_error(const char* what) { agent::die(what); }
void __throw_logic_error(const char* what) { agent::die(what); }
void __throw_out_of_range(const char* what) { agent::die(what); }
void __throw_out_of_range_fmt(const char* what, ...) { agent::die(what); }
void __throw_invalid_argument(const char* what) { agent::die(what); }
void __throw_bad_alloc() { agent::die("out of memory"); }
void __throw_bad_array_new_length() { agent::die("array too long"); }
void __throw_bad_function_call() { agent::die("empty function called"); }
void __throw_bad_cast() { agent::die("bad cast"); }
}  // namespace std

extern "C" void __cxa_pure_virtual() { agent::die("pure virtual call"); }
