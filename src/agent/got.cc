#include "agent/got.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <vector>

namespace agent {
namespace {

#if defined(__x86_64__)
constexpr unsigned kJumpSlot = R_X86_64_JUMP_SLOT, kGlobalData = R_X86_64_GLOB_DAT;
#elif defined(__aarch64__)
constexpr unsigned kJumpSlot = R_AARCH64_JUMP_SLOT, kGlobalData = R_AARCH64_GLOB_DAT;
#endif

// What an object's dynamic section says about its relocations.
struct Object {
  uintptr_t base = 0;
  uintptr_t relro_begin = 0, relro_end = 0;
  const char* names = nullptr;
  const ElfW(Sym) * symbols = nullptr;
  std::vector<const ElfW(Rela)*> tables;
  std::vector<size_t> sizes;  // of the tables, in entries
};

struct Search {
  uintptr_t inside;
  Object object;
  bool found = false;
};

// glibc has added the base to these addresses, musl has not.
template <class T>
const T* at(const Object& object, uintptr_t address) {
  return reinterpret_cast<const T*>(address < object.base ? object.base + address : address);
}

void read_dynamic(const ElfW(Dyn) * entry, Object& object) {
  const ElfW(Rela)* calls = nullptr;
  const ElfW(Rela)* data = nullptr;
  size_t calls_size = 0, data_size = 0;
  for (; entry->d_tag != DT_NULL; ++entry) {
    switch (entry->d_tag) {
      case DT_STRTAB: object.names = at<char>(object, entry->d_un.d_ptr); break;
      case DT_SYMTAB: object.symbols = at<ElfW(Sym)>(object, entry->d_un.d_ptr); break;
      case DT_JMPREL: calls = at<ElfW(Rela)>(object, entry->d_un.d_ptr); break;
      case DT_PLTRELSZ: calls_size = entry->d_un.d_val; break;
      case DT_RELA: data = at<ElfW(Rela)>(object, entry->d_un.d_ptr); break;
      case DT_RELASZ: data_size = entry->d_un.d_val; break;
      default: break;
    }
  }
  object.tables = {calls, data};
  object.sizes = {calls ? calls_size / sizeof(ElfW(Rela)) : 0,
                  data ? data_size / sizeof(ElfW(Rela)) : 0};
}

bool holds(const dl_phdr_info& info, uintptr_t address) {
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info.dlpi_phdr[i];
    uintptr_t begin = info.dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_LOAD && address >= begin && address < begin + segment.p_memsz)
      return true;
  }
  return false;
}

int visit(dl_phdr_info* info, size_t, void* data) {
  Search& search = *static_cast<Search*>(data);
  if (!holds(*info, search.inside)) return 0;
  search.object.base = info->dlpi_addr;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_DYNAMIC)
      read_dynamic(reinterpret_cast<const ElfW(Dyn)*>(begin), search.object);
    if (segment.p_type == PT_GNU_RELRO) {
      search.object.relro_begin = begin;
      search.object.relro_end = begin + segment.p_memsz;
    }
  }
  search.found = search.object.names && search.object.symbols;
  return 1;
}

// Whole pages only: what shares its last page with ordinary data was left writable (glibc's
// _dl_protect_relro, musl's do_relocs).
bool is_protected(const Object& object, uintptr_t address, uintptr_t page_size) {
  uintptr_t mask = ~(page_size - 1);
  return address >= (object.relro_begin & mask) && address < (object.relro_end & mask);
}

bool write_entry(const Object& object, void** entry, void* value) {
  auto page_size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  auto address = reinterpret_cast<uintptr_t>(entry);
  bool read_only = is_protected(object, address, page_size);
  void* page = reinterpret_cast<void*>(address & ~(page_size - 1));
  if (read_only && mprotect(page, page_size, PROT_READ | PROT_WRITE) != 0) return false;
  *entry = value;
  if (read_only) mprotect(page, page_size, PROT_READ);
  return true;
}

}  // namespace

int redirect_calls(const void* inside, const char* symbol, void* replacement) {
  Search search{reinterpret_cast<uintptr_t>(inside), {}};
  dl_iterate_phdr(visit, &search);
  if (!search.found) return 0;
  const Object& object = search.object;
  int count = 0;
  for (size_t table = 0; table < object.tables.size(); ++table) {
    for (size_t i = 0; i < object.sizes[table]; ++i) {
      const ElfW(Rela)& relocation = object.tables[table][i];
      auto type = static_cast<unsigned>(ELF64_R_TYPE(relocation.r_info));
      if (type != kJumpSlot && type != kGlobalData) continue;
      const ElfW(Sym)& wanted = object.symbols[ELF64_R_SYM(relocation.r_info)];
      if (strcmp(object.names + wanted.st_name, symbol) != 0) continue;
      auto entry = reinterpret_cast<void**>(object.base + relocation.r_offset);
      if (!write_entry(object, entry, replacement)) return -1;
      ++count;
    }
  }
  return count;
}

const void* executable() { return reinterpret_cast<const void*>(getauxval(AT_PHDR)); }

}  // namespace agent
