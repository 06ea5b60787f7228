// A Lua world for the tests of what looks at values: a script runs until it calls stop(), then a
// C++ function sees its frame as the debugger would.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "agent/evaluate.h"
#include "agent/frames.h"
#include "agent/variables.h"
#include "lua/api.h"

namespace agent {

class Script : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Runs `code` as file @dir/script.nse on a coroutine of its own, with an environment like a
  // script's ({SCRIPT_NAME…} and __index = _G, and a _G that raises for undeclared names as
  // strict.lua does). `at_stop` is called by the script's stop().
  void run(const std::string& code, std::function<void(Frame)> at_stop);

  // What evaluate answers, or "error: …".
  std::string eval(const Frame& frame, const std::string& expression,
                   const char* context = "watch");

  // Children of a scope or value as "name = value" lines.
  std::vector<std::string> children(int reference, int start = 0, int count = 0,
                                    const char* filter = nullptr);
  int scope(const Frame& frame, const std::string& name);  // its reference, 0 if there is none

  lua_State* L = nullptr;
  bool stopped = false;
};

}  // namespace agent
