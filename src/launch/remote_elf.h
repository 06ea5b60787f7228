// One object (executable or library) that the loader of another process has mapped: its symbols and
// the entries of its global offset table, as they stand in that process's memory. The files may
// have been replaced since, or be in another mount namespace: they are not looked at. 64 bits only.
#pragma once

#include <elf.h>

#include <optional>
#include <string>
#include <vector>

#include "launch/remote_memory.h"

namespace launch {

class RemoteElf {
 public:
  // `base`: where the file's first byte is mapped.
  static std::optional<RemoteElf> read(const RemoteMemory& memory, Address base, std::string path);

  const std::string& path() const { return path_; }
  std::optional<Address> symbol(const std::string& name) const;  // defined here
  // Where it keeps the address of what another object defines.
  std::vector<Address> slots(const std::string& name) const;
  struct Range {
    Address begin = 0, end = 0;
  };
  const std::vector<Range>& variables() const { return variables_; }  // .data, .bss and the like

 private:
  bool read_dynamic(const RemoteMemory& memory, Address dynamic, size_t size);
  Address at(Address address) const;
  const char* name_of(const Elf64_Sym& symbol) const;

  std::string path_;
  Address base_ = 0, bias_ = 0;
  std::string strings_;
  std::vector<Elf64_Sym> symbols_;
  std::vector<Elf64_Rela> relocations_;
  std::vector<Range> variables_;
};

// All of them; the first is the executable.
std::vector<RemoteElf> loaded_objects(const RemoteMemory& memory);

}  // namespace launch
