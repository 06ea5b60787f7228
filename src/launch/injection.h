// The stub (entry_stub.h) in another process: put there, watched, and taken out again.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "launch/entry_stub.h"
#include "launch/remote_elf.h"

namespace launch {

class Injection {
 public:
  // Finds what is needed, and changes nothing yet. Errors: no Lua, or one without an agent.
  static base::Result<Injection> prepare(pid_t pid);
  const std::string& lua() const { return lua_; }  // "5.3" or "5.4"

  // `agent` and what `config` names as the process sees them.
  base::Status arm(const std::string& agent, const std::string& config);
  // Now and then, while state() is kOff: nmap may have made its Lua state meanwhile.
  void look_for_state();
  StubState state() const;
  // Why the agent will not come; ok while it may.
  base::Status problem() const;
  // Out again, as far as it can be told safe; what it came to. The pages stay where the process is
  // still in them after a while: they do nothing any more.
  StubState withdraw();

 private:
  explicit Injection(RemoteMemory memory) : memory_(std::move(memory)) {}
  base::Status find_lua(const std::vector<RemoteElf>& objects);
  base::Status find_event_loop(const std::vector<RemoteElf>& objects);
  base::Status find_loader(const std::vector<RemoteElf>& objects);
  base::Status check_linked() const;
  base::Status lead(Address to);
  bool try_to_unmap(StubState& last);

  RemoteMemory memory_;
  std::string lua_;
  StubData data_;
  std::vector<Address> slots_;
  std::vector<RemoteElf::Range> variables_;  // the executable's, if Lua is part of it
  std::vector<uint64_t> before_;             // what stood in them
  Address pages_ = 0;
};

}  // namespace launch
