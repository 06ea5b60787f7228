#include "launch/main_state.h"

#include <algorithm>

namespace launch {
namespace {

constexpr size_t kMostVariables = 64 << 20;
constexpr uint8_t kThread = 8;          // LUA_TTHREAD
constexpr Address kLargestState = 512;  // lua_State has some 200 bytes
constexpr size_t kGlobalState = 2048;   // no less than global_State has

// The beginning of lua_State, the same in 5.3 and 5.4 as far as we look (lstate.h).
struct StateHead {
  uint64_t next;
  uint8_t type, marked, unlike[6];
  uint64_t top;
  uint64_t global;
};

class Judge {
 public:
  explicit Judge(const RemoteMemory& memory) : memory_(memory) {
    for (const Mapping& one : memory.mappings()) {
      if (one.executable) code_.push_back({one.begin, one.end});
      if (one.writable && !one.executable) data_.push_back({one.begin, one.end});
    }
  }

  // The main state is in one block with the global one, which begins with the allocator (lstate.c,
  // LG) and knows the main state.
  bool is_main_state(Address at) const {
    StateHead head;
    if (at % sizeof at != 0 || !is_in(data_, at) || !memory_.read(at, head)) return false;
    if (head.type != kThread || head.global <= at || head.global - at > kLargestState) return false;
    std::vector<Address> global(kGlobalState / sizeof(Address));
    if (!memory_.read(head.global, global.data(), kGlobalState)) return false;
    return is_in(code_, global[0]) && std::find(global.begin(), global.end(), at) != global.end();
  }

 private:
  using Ranges = std::vector<RemoteElf::Range>;
  // As /proc/PID/maps lists them, by address.
  static bool is_in(const Ranges& ranges, Address at) {
    auto after = std::upper_bound(ranges.begin(), ranges.end(), at,
                                  [](Address a, const auto& range) { return a < range.begin; });
    return after != ranges.begin() && at < std::prev(after)->end;
  }

  const RemoteMemory& memory_;
  Ranges code_, data_;
};

}  // namespace

Address find_main_state(const RemoteMemory& memory,
                        const std::vector<RemoteElf::Range>& variables) {
  Judge judge(memory);
  for (const RemoteElf::Range& range : variables) {
    Address begin = (range.begin + 7) & ~Address{7};
    std::vector<Address> words(std::min<Address>(range.end - begin, kMostVariables) / 8);
    if (!memory.read(begin, words.data(), words.size() * sizeof(Address))) continue;
    for (size_t i = 0; i < words.size(); ++i)
      if (words[i] && judge.is_main_state(words[i])) return begin + i * sizeof(Address);
  }
  return 0;
}

}  // namespace launch
