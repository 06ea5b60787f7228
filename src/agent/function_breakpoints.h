// What the name of a function breakpoint means:
//   http-methods:action    the action or a rule of a script, when NSE calls it ("*" = every script)
//   http.generic_request   a function of a loaded library
//   http-methods:filter_out, http.lua:build_request   a function of a file, by the name it is given
//   filter_out             any function of that name in a script, else in a library
//
// Main thread only: names are looked up in Lua, when a script has been loaded, when the scan stops
// and when breakpoints change.
#pragma once

#include <string>
#include <vector>

#include "agent/breakpoints.h"
#include "lua/api.h"

namespace agent {

class FunctionBreakpoints {
 public:
  // The engine has run a script's chunk (Script.new, nse_main.lua 7.93:606) or got the next thread
  // from its iterator: notes the script's rules and action, and looks up what is pending.
  void script_loaded(lua_State* L);

  // Looks up the names again if breakpoints or loaded files have changed.
  void resolve();

 private:
  struct Rule {
    std::string script;
    std::string rule;
    SourceFile* file = nullptr;
    int line_defined = 0;
  };
  void note_rules(lua_State* L, int env, const char* script);
  std::vector<FunctionPlace> look_up(const std::string& name);
  void by_rule(const std::string& script, const std::string& rule,
               std::vector<FunctionPlace>& places);
  std::string problem(const std::string& name);

  std::vector<Rule> rules_;
  int seen_breakpoints_ = -1;
  int seen_sources_ = -1;
};

FunctionBreakpoints& function_breakpoints();

}  // namespace agent
