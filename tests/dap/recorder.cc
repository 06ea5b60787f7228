#include "dap/recorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace conversation {
namespace {

std::string test_name() {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "." + test->name();
  std::replace(name.begin(), name.end(), '/', '-');
  return name;
}

}  // namespace

Recorder::Recorder(bool on) {
  static int connections = 0;
  static std::string last_test;
  if (!on) return;
  std::filesystem::create_directories(TEST_DAP_LOG_DIR);
  std::string test = test_name();
  path_ = std::string(TEST_DAP_LOG_DIR) + "/" + test + ".jsonl";
  if (test != last_test) std::filesystem::remove(path_);  // of an earlier run
  last_test = test;
  session_ = std::to_string(++connections);
}

void Recorder::to_agent(std::string_view json, bool bad) {
  line("{\"dir\":\"in\",\"session\":\"" + session_ + (bad ? "\",\"bad\":true" : "\"") +
       ",\"message\":" + std::string(json) + "}");
}

void Recorder::from_agent(std::string_view json) {
  line("{\"dir\":\"out\",\"session\":\"" + session_ + "\",\"message\":" + std::string(json) + "}");
}

void Recorder::cut() { line("{\"cut\":true,\"session\":\"" + session_ + "\"}"); }

void Recorder::line(const std::string& text) {
  if (!path_.empty()) std::ofstream(path_, std::ios::app) << text << '\n';
}

}  // namespace conversation
