#include "cli/session_fixture.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace testing_cli {
namespace {

constexpr const char* kHttpMethods = "/usr/share/nmap/scripts/http-methods.nse";

}  // namespace

SessionTest::SessionTest() {
  std::string pattern = ::testing::TempDir() + "nsedbg-cli-XXXXXX";
  home_ = ::mkdtemp(pattern.data()) ? pattern : "/nonexistent";
}

SessionTest::~SessionTest() {
  std::error_code ignored;
  std::filesystem::remove_all(home_, ignored);
}

Environment SessionTest::environment() const {
  Environment environment = {{"HOME", home_},
                             {"XDG_CONFIG_HOME", home_ + "/config"},
                             {"XDG_STATE_HOME", home_ + "/state"}};
#ifdef TEST_PRELOAD
  // The agent is instrumented and nmap is not: the sanitizer's run time has to come first.
  environment.emplace_back("LD_PRELOAD", TEST_PRELOAD);
  environment.emplace_back("ASAN_OPTIONS", "detect_leaks=0:quarantine_size_mb=16");
#endif
  return environment;
}

std::vector<std::string> SessionTest::command(std::vector<std::string> options) const {
  return command(std::move(options), "+http-methods");
}

std::vector<std::string> SessionTest::command(std::vector<std::string> options,
                                              const std::string& script) const {
  std::vector<std::string> argv = {TEST_NSEDBG, "run"};
  for (std::string& option : options) argv.push_back(std::move(option));
  for (const char* word : {"--", "nmap", "-n", "-Pn", "-p"}) argv.push_back(word);
  argv.insert(argv.end(), {port(), "--script", script, "127.0.0.1"});
  return argv;
}

Finished SessionTest::batch(std::vector<std::string> options) const {
  options.insert(options.begin(), "--batch");
  return run_program(command(std::move(options)), environment());
}

Finished SessionTest::batch_of(const std::string& fixture, std::vector<std::string> options) const {
  options.insert(options.begin(), "--batch");
  return run_program(
      command(std::move(options), std::string(TEST_SCRIPTS) + "/" + fixture + ".nse"),
      environment());
}

std::string SessionTest::script(const std::string& name, const std::string& text) const {
  std::string path = home_ + "/" + name;
  std::ofstream(path) << text;
  return path;
}

int SessionTest::request_line() const {
  std::ifstream file(kHttpMethods);
  int number = 1;
  for (std::string line; std::getline(file, line); ++number)
    if (line.find("response = http.generic_request") != std::string::npos) return number;
  return 0;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

::testing::AssertionResult in_order(const std::string& text,
                                    const std::vector<std::string>& parts) {
  size_t at = 0;
  for (const std::string& part : parts) {
    size_t found = text.find(part, at);
    if (found == std::string::npos)
      return ::testing::AssertionFailure() << "no '" << part << "' after byte " << at << " of\n"
                                           << text;
    at = found + part.size();
  }
  return ::testing::AssertionSuccess();
}

}  // namespace testing_cli
