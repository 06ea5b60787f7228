// Stops wherever an expression is true: MobDebug's SETW.
//
// As with data breakpoints there is no cheaper way than to look at every line: while one is armed
// every line of every coroutine raises an event, and the expression is evaluated there, with the
// names that the line sees. An error in it counts as false. Threads: set() any, under a mutex; all
// else the main thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/condition.h"
#include "base/mutex.h"
#include "dap/requests.h"

namespace agent {

class WatchExpressions {
 public:
  // Replaces those of the client.
  std::vector<dap::Breakpoint> set(int client_id, const std::vector<std::string>& expressions);

  // Takes over what set() was given.
  void refresh();
  bool armed() const { return !armed_.empty(); }

  struct Hit {
    int id = 0;
    std::string text;
  };
  // In a line hook: the first one that is true.
  std::optional<Hit> at_line(lua_State* co, lua_Debug* ar);

 private:
  struct Wanted {
    int client_id = 0;
    int id = 0;
    std::string text;
  };
  struct Watch {
    int id = 0;
    std::string text;
    std::unique_ptr<Condition> condition;
  };

  base::Mutex mutex_;
  std::vector<Wanted> wanted_;
  bool replaced_ = false;
  std::vector<Watch> armed_;
};

WatchExpressions& watch_expressions();

}  // namespace agent
