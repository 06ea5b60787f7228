// Network breakpoints: which calls of scripts to the network stop the scan
// (nse/setNetworkBreakpoints).
//
// Each client has its own. Threads: set() and forget() any, under a mutex; the rest is the main
// thread's, which compiles its own copy when a number has changed. With none set a call costs one
// look at a number.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/condition.h"
#include "agent/target_filter.h"
#include "base/mutex.h"
#include "dap/network.h"

namespace agent {

struct NseThread;

// As dap::kNetworkKinds has them.
enum class NetworkKind { kConnect, kSend, kReceive, kClose, kTimeout, kFailure, kTls };
inline unsigned bit(NetworkKind kind) { return 1u << static_cast<unsigned>(kind); }

// What happens, for breakpoints to be compared with.
struct NetworkHappening {
  unsigned kinds = 0;  // bit() of each that it is
  NseThread* thread = nullptr;
  std::string host, name;  // of the peer: address and name; empty if there is none
  int port = 0;
  std::string protocol;
  std::string peer;
};

class NetworkBreakpoints {
 public:
  // Replaces those of the client; what became of each.
  std::vector<dap::Breakpoint> set(int client_id,
                                   const std::vector<dap::NetworkBreakpoint>& wanted);
  void forget(int client_id);

  // Is any set for one of these kinds?
  bool wanted(unsigned kinds) const { return kinds_.load(std::memory_order_relaxed) & kinds; }

  struct Hit {
    std::vector<int> ids;
    std::string problem;  // a condition that failed
  };
  // Conditions and log messages are about the frame at `ar` of `co` and the names of
  // network_names.h. Nothing: no breakpoint stops here.
  std::optional<Hit> test(const NetworkHappening& happening, lua_State* co, lua_Debug* ar);

 private:
  struct Wanted {
    int id = 0;
    int client_id = 0;
    NetworkKind kind = NetworkKind::kConnect;
    dap::NetworkBreakpoint text;
  };
  struct Compiled {
    Wanted wanted;
    TargetFilter filter;
    std::unique_ptr<Condition> condition;
    std::optional<HitCondition> hit;
    std::unique_ptr<LogMessage> log_message;
    int hits = 0;
  };
  dap::Breakpoint add(int client_id, const dap::NetworkBreakpoint& breakpoint,
                      const std::vector<Wanted>& before);
  void count_kinds();
  void refresh();
  void try_one(Compiled& one, lua_State* co, lua_Debug* ar, Hit& hit);

  std::atomic<unsigned> kinds_{0};
  std::atomic<int> version_{0};
  base::Mutex mutex_;
  std::vector<Wanted> wanted_;

  std::vector<std::unique_ptr<Compiled>> compiled_;
  int compiled_version_ = 0;
};

NetworkBreakpoints& network_breakpoints();

}  // namespace agent
