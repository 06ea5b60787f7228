// The user's breakpoints: numbered, kept from run to run, and told to the agent of each run.
//
// The list is the truth; the agent only holds what the last send said. DAP replaces breakpoints
// by file (and all function breakpoints at once), so a change sends its file again.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/location.h"
#include "dap/events.h"

namespace client {
class Debuggee;
}

namespace cli {

struct UserBreakpoint {
  int number = 0;  // 0: internal (until, advance), never shown
  Location location;
  std::optional<dap::NetworkBreakpoint> network;  // `catch send …`: instead of a location
  std::string watch;  // instead of a location: an expression whose value is watched
  std::string data_id;
  Filter filter;
  std::string condition;
  std::string log;
  int ignore_until = 0;  // hits up to this one pass
  bool temporary = false;
  bool enabled = true;
  std::vector<std::string> commands;

  // What the agent answered; forgotten when the scan ends.
  struct Answer {
    int id = 0;
    bool verified = false;
    bool failed = false;  // as opposed to pending
    int line = 0;
    std::string file;
    std::string message;
    int hits = 0;  // as the agent counts
    std::vector<dap::HostHits> by_host;
    int stops = 0;  // as we saw them
  } answer;

  bool is_watch() const { return !watch.empty(); }
  // "http-methods.nse:122", where the agent put it if it has; what is watched; "send 10.0.0.5:80".
  std::string place() const;
};

class Breakpoints {
 public:
  explicit Breakpoints(client::Debuggee& debuggee) : debuggee_(debuggee) {}

  UserBreakpoint& add(const BreakSpec& spec, bool temporary, bool internal = false);
  // While stopped; the error says why it cannot be watched.
  base::Result<UserBreakpoint*> add_watch(const std::string& expression,
                                          const std::string& condition, int frame_id);
  UserBreakpoint* find(int number);
  UserBreakpoint* find_by_id(int agent_id);
  const std::deque<UserBreakpoint>& all() const { return list_; }
  std::deque<UserBreakpoint>& all() { return list_; }
  std::vector<int> numbers() const;

  // Tell the agent, if there is one; the answers go into the breakpoints.
  base::Status send(const UserBreakpoint& changed);
  base::Status send_all();
  base::Status remove(int number);
  base::Status remove_internal();

  // `id` of a `breakpoint` event. False if nothing the user cares about has changed.
  bool update(const dap::Breakpoint& from_agent, UserBreakpoint*& which);
  // Watches that the agent has given up, since their function has returned or their table is gone:
  // out of the list. Their texts, for the user.
  std::vector<std::string> take_ended_watches();
  void forget_answers();  // the scan has ended, and with it what was watched

 private:
  base::Status send_file(const std::string& file);
  base::Status send_functions();
  base::Status send_network();
  base::Status send_watches();
  base::Status remove_if(bool (*condemned)(const UserBreakpoint&, int), int argument);

  client::Debuggee& debuggee_;
  std::deque<UserBreakpoint> list_;  // a deque: references stay valid while others are added
  std::set<std::string> sent_files_;
  int last_number_ = 0;
};

}  // namespace cli
