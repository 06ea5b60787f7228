// What SETB, DELB, SETW and DELW have set, as the IDE counts it, and told to the agent.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/debuggee.h"
#include "mobdebug/files.h"

namespace mobdebug {

class Breakpoints {
 public:
  Breakpoints(client::Debuggee& debuggee, Files& files) : debuggee_(debuggee), files_(files) {}

  void set(const std::string& path, int line);
  void remove(const std::string& path, int line);
  void remove_all();

  // Its number, or why it does not compile.
  base::Result<int> watch(const std::string& expression);
  bool unwatch(int number);
  // The watch expression that a stop is for; 0: it is for something else.
  int watch_hit(const dap::StoppedEvent& stop) const;

  // The agent has more to say of one.
  void update(const dap::Breakpoint& breakpoint);
  // Those that nmap never got to know, in words.
  std::vector<std::string> never_set() const;

 private:
  void send(const std::string& path);
  std::optional<std::string> send_watches();

  struct State {
    bool verified = false;
    std::string message;
  };
  struct Place {
    std::string path;
    int line = 0;
  };

  client::Debuggee& debuggee_;
  Files& files_;
  std::map<std::string, std::set<int>> lines_;
  std::map<int, Place> places_;  // by the agent's number
  std::map<int, State> states_;
  std::vector<std::string> watches_;  // an empty one is removed
  std::vector<int> watch_ids_;        // the agent's, 0: none
};

}  // namespace mobdebug
