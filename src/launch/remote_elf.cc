#include "launch/remote_elf.h"

#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <map>

namespace launch {
namespace {

#if defined(__x86_64__)
constexpr unsigned kJumpSlot = R_X86_64_JUMP_SLOT, kGlobalData = R_X86_64_GLOB_DAT;
#elif defined(__aarch64__)
constexpr unsigned kJumpSlot = R_AARCH64_JUMP_SLOT, kGlobalData = R_AARCH64_GLOB_DAT;
#endif

constexpr size_t kMost = 1 << 20;  // symbols, relocations: an object that has more is none

template <class T>
std::vector<T> read_table(const RemoteMemory& memory, Address from, size_t count) {
  std::vector<T> table(std::min(count, kMost));
  if (!memory.read(from, table.data(), table.size() * sizeof(T))) table.clear();
  return table;
}

// The end of the chain of the last bucket (System V gABI draft, "GNU hash").
size_t count_by_gnu_hash(const RemoteMemory& memory, Address table) {
  struct {
    uint32_t buckets, offset, bloom, shift;
  } header;
  if (!memory.read(table, header) || header.buckets > kMost || header.bloom > kMost) return 0;
  Address buckets_at = table + sizeof header + header.bloom * sizeof(uint64_t);
  auto buckets = read_table<uint32_t>(memory, buckets_at, header.buckets);
  uint32_t last = buckets.empty() ? 0 : *std::max_element(buckets.begin(), buckets.end());
  if (last < header.offset) return header.offset;
  Address chains = buckets_at + header.buckets * sizeof(uint32_t);
  for (uint32_t hash = 0; last < kMost; ++last)
    if (!memory.read(chains + (last - header.offset) * sizeof hash, hash) || hash & 1) break;
  return last + 1;
}

size_t count_by_hash(const RemoteMemory& memory, Address table) {
  uint32_t counts[2] = {0, 0};  // nbucket, nchain
  return memory.read(table, counts) ? counts[1] : 0;
}

}  // namespace

// glibc has added the bias to these addresses, musl has not.
Address RemoteElf::at(Address address) const { return address < base_ ? address + bias_ : address; }

bool RemoteElf::read_dynamic(const RemoteMemory& memory, Address dynamic, size_t size) {
  std::map<int64_t, Address> entry;
  for (const auto& one : read_table<Elf64_Dyn>(memory, dynamic, size / sizeof(Elf64_Dyn))) {
    if (one.d_tag == DT_NULL) break;
    entry[one.d_tag] = one.d_un.d_val;
  }
  if (!entry.count(DT_SYMTAB) || !entry.count(DT_STRTAB)) return false;
  size_t count = entry.count(DT_HASH) ? count_by_hash(memory, at(entry[DT_HASH])) : 0;
  if (count == 0 && entry.count(DT_GNU_HASH))
    count = count_by_gnu_hash(memory, at(entry[DT_GNU_HASH]));
  symbols_ = read_table<Elf64_Sym>(memory, at(entry[DT_SYMTAB]), count);
  strings_.resize(std::min(static_cast<size_t>(entry[DT_STRSZ]), 64 * kMost));
  if (!memory.read(at(entry[DT_STRTAB]), strings_.data(), strings_.size())) return false;
  for (auto [table, bytes] : {std::pair{DT_JMPREL, DT_PLTRELSZ}, std::pair{DT_RELA, DT_RELASZ}}) {
    if (!entry.count(table)) continue;
    for (const auto& one :
         read_table<Elf64_Rela>(memory, at(entry[table]), entry[bytes] / sizeof(Elf64_Rela)))
      relocations_.push_back(one);
  }
  return !symbols_.empty();
}

std::optional<RemoteElf> RemoteElf::read(const RemoteMemory& memory, Address base,
                                         std::string path) {
  RemoteElf object;
  object.path_ = std::move(path);
  object.base_ = base;
  Elf64_Ehdr header;
  if (!memory.read(base, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64)
    return std::nullopt;
  auto segments = read_table<Elf64_Phdr>(memory, base + header.e_phoff, header.e_phnum);
  const Elf64_Phdr* dynamic = nullptr;
  bool first = true;
  for (const Elf64_Phdr& one : segments) {
    if (one.p_type == PT_LOAD && std::exchange(first, false))
      object.bias_ = base - (one.p_vaddr - one.p_offset);
    if (one.p_type == PT_LOAD && one.p_flags & PF_W)
      object.variables_.push_back(
          {object.bias_ + one.p_vaddr, object.bias_ + one.p_vaddr + one.p_memsz});
    if (one.p_type == PT_DYNAMIC) dynamic = &one;
  }
  if (!dynamic || !object.read_dynamic(memory, object.bias_ + dynamic->p_vaddr, dynamic->p_memsz))
    return std::nullopt;
  return object;
}

const char* RemoteElf::name_of(const Elf64_Sym& symbol) const {
  return symbol.st_name < strings_.size() ? strings_.c_str() + symbol.st_name : "";
}

std::optional<Address> RemoteElf::symbol(const std::string& name) const {
  for (const Elf64_Sym& one : symbols_)
    if (one.st_shndx != SHN_UNDEF && ELF64_ST_TYPE(one.st_info) == STT_FUNC && name == name_of(one))
      return bias_ + one.st_value;
  return std::nullopt;
}

std::vector<Address> RemoteElf::slots(const std::string& name) const {
  std::vector<Address> out;
  for (const Elf64_Rela& one : relocations_) {
    auto type = static_cast<unsigned>(ELF64_R_TYPE(one.r_info));
    size_t index = ELF64_R_SYM(one.r_info);
    if (type != kJumpSlot && type != kGlobalData) continue;
    if (index < symbols_.size() && name == name_of(symbols_[index]))
      out.push_back(bias_ + one.r_offset);
  }
  return out;
}

std::vector<RemoteElf> loaded_objects(const RemoteMemory& memory) {
  std::vector<RemoteElf> out;
  char executable[PATH_MAX] = "";
  std::string link = "/proc/" + std::to_string(memory.pid()) + "/exe";
  if (readlink(link.c_str(), executable, sizeof executable - 1) < 0) return out;
  for (const Mapping& one : memory.mappings()) {
    if (one.offset != 0 || one.path.empty() || one.path[0] != '/') continue;
    auto object = RemoteElf::read(memory, one.begin, one.path);
    if (!object) continue;
    bool is_executable = one.path == executable;
    out.insert(is_executable ? out.begin() : out.end(), std::move(*object));
  }
  return out;
}

}  // namespace launch
