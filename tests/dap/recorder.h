// Every message of a test's connections as a line of JSON, for scripts/check-dap-log: one file for
// each test, in the format of tests/dap/schema/validate.mjs.
#pragma once

#include <string>
#include <string_view>

namespace conversation {

class Recorder {
 public:
  // For a new connection of the running test. `on`: false for one that does not speak DAP at all.
  explicit Recorder(bool on = true);

  // `bad`: wrong on purpose, and must be answered by an error.
  void to_agent(std::string_view json, bool bad = false);
  void from_agent(std::string_view json);
  // The client goes without waiting for its answers.
  void cut();

 private:
  void line(const std::string& text);

  std::string path_, session_;
};

}  // namespace conversation
