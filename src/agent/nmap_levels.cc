#include "agent/nmap_levels.h"

#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>

#include <algorithm>
#include <string>

#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr size_t kFarthest = 4096;  // NmapOps is smaller

using Byte = volatile unsigned char;

// What the function of the library nmap answers, or -1.
int ask(lua_State* W, const char* function) {
  lua::StackGuard guard(W);
  lua::push_raw_field(W, LUA_REGISTRYINDEX, "_LOADED");
  lua::push_raw_field(W, -1, "nmap");
  lua::push_raw_field(W, -1, function);
  if (!lua_iscfunction(W, -1) || lua_pcall(W, 0, 1, 0) != LUA_OK) return -1;
  return lua_isinteger(W, -1) ? static_cast<int>(lua_tointeger(W, -1)) : -1;
}

struct Range {
  uintptr_t begin = 0, end = 0;
};

// The executable is the first object; `o` must lie in a segment of it that can be written.
int find_end(dl_phdr_info* info, size_t, void* arg) {
  auto& range = *static_cast<Range*>(arg);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    uintptr_t first = info->dlpi_addr + segment.p_vaddr;
    bool writable = segment.p_type == PT_LOAD && (segment.p_flags & PF_W);
    if (writable && first <= range.begin && range.begin < first + segment.p_memsz)
      range.end = std::min(first + segment.p_memsz, range.begin + kFarthest);
  }
  return 1;
}

Range find_options() {
  Range range;
  range.begin = reinterpret_cast<uintptr_t>(dlsym(RTLD_DEFAULT, "o"));
  if (range.begin) dl_iterate_phdr(find_end, &range);
  return range;
}

// Whether the answer of `function` is that byte, but for what it adds to it (nmap.verbosity adds
// one for a script that was selected by name).
bool answers_with(lua_State* W, const char* function, Byte* byte, int before) {
  unsigned char kept = *byte;
  bool follows = true;
  for (int other : {kept ^ 1, kept ^ 6}) {
    *byte = static_cast<unsigned char>(other);
    int now = ask(W, function);
    *byte = kept;
    if (now != before - kept + other) follows = false;
    if (!follows) break;
  }
  return follows;
}

Byte* find_byte(lua_State* W, const char* function) {
  Range range = find_options();
  int before = ask(W, function);
  if (before < 0) return nullptr;
  for (uintptr_t at = range.begin; at < range.end; ++at) {
    auto* byte = reinterpret_cast<Byte*>(at);
    if (*byte <= before && before <= *byte + 1 && answers_with(W, function, byte, before))
      return byte;
  }
  return nullptr;
}

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

struct Level {
  const char* function;
  const char* option;
  Byte* byte = nullptr;
};
Level debugging_level{"debugging", "-d"}, verbosity_level{"verbosity", "-v"};

base::Status change(lua_State* W, Level& level, std::optional<int> wanted) {
  if (!wanted) return base::ok();
  std::string name = level.function;
  if (*wanted < 0 || *wanted > kHighestLevel)
    return base::fail(name + ": nmap's levels are 0 to " + std::to_string(kHighestLevel));
  if (!level.byte) {
    SignalsBlocked blocked;
    level.byte = find_byte(W, level.function);
  }
  if (!level.byte)
    return base::fail("this nmap does not show where its " + name + " level is",
                      std::string("start nmap with ") + level.option + std::to_string(*wanted));
  *level.byte = static_cast<unsigned char>(*wanted);
  return base::ok();
}

// nmap.verbosity tells a script that was selected by its name one more (nse_nmaplib.cc).
bool is_flattered(lua_State* W) {
  lua::StackGuard guard(W);
  lua::push_raw_field(W, LUA_REGISTRYINDEX, "NSE_SELECTED_BY_NAME");
  return lua_isfunction(W, -1) && lua_pcall(W, 0, 1, 0) == LUA_OK && lua_toboolean(W, -1);
}

}  // namespace

NmapLevels nmap_levels(lua_State* W) {
  int verbosity = ask(W, "verbosity");
  return {ask(W, "debugging"), verbosity > 0 && is_flattered(W) ? verbosity - 1 : verbosity};
}

base::Status set_nmap_levels(lua_State* W, std::optional<int> debugging,
                             std::optional<int> verbosity) {
  base::Status changed = change(W, debugging_level, debugging);
  return changed ? change(W, verbosity_level, verbosity) : std::move(changed);
}

}  // namespace agent
