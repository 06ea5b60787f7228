// The memory of another process, through /proc/PID/mem: who may ptrace it may do this, and it need
// not be stopped. Writing works on pages that the process itself may only read.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace launch {

using Address = uint64_t;

struct Mapping {
  Address begin = 0, end = 0;
  bool writable = false, executable = false;
  uint64_t offset = 0;
  std::string path;  // as the process sees it; "[vdso]"; empty: of no file
};

class RemoteMemory {
 public:
  static base::Result<RemoteMemory> open(pid_t pid);

  pid_t pid() const { return pid_; }
  std::vector<Mapping> mappings() const;

  // False: not all of it is mapped.
  bool read(Address from, void* to, size_t size) const;
  bool write(Address to, const void* from, size_t size) const;
  template <class T>
  bool read(Address from, T& value) const {
    return read(from, &value, sizeof value);
  }
  template <class T>
  bool write_value(Address to, const T& value) const {
    return write(to, &value, sizeof value);
  }
  std::string text(Address from, size_t limit) const;  // up to its zero

 private:
  pid_t pid_ = 0;
  base::Fd fd_;
};

}  // namespace launch
