#include "support/sandbox.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace support {

namespace fs = std::filesystem;

Sandbox::Sandbox() {
  char name[] = "/tmp/nsedbg-t.XXXXXX";  // short: a socket's path has at most 107 bytes
  path_ = mkdtemp(name);
  for (const char* folder : {"home", "run", "sanitizers"}) fs::create_directory(path(folder));
  fs::permissions(path("run"), fs::perms::owner_all);
}

Sandbox::~Sandbox() {
  std::string reports = sanitizer_reports();
  if (!reports.empty()) ADD_FAILURE() << reports;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Sandbox::write(const std::string& name, const std::string& text) const {
  fs::create_directories(fs::path(path(name)).parent_path());
  std::ofstream(path(name)) << text;
  return path(name);
}

std::string Sandbox::make_directory(const std::string& name) const {
  fs::create_directories(path(name));
  return path(name);
}

std::string Sandbox::read(const std::string& name) const { return read_file(path(name)); }

std::vector<std::pair<std::string, std::string>> Sandbox::environment() const {
  std::vector<std::pair<std::string, std::string>> set = {
      {"HOME", path("home")},
      {"XDG_RUNTIME_DIR", path("run")},
      {"XDG_CONFIG_HOME", path("home/.config")},
      {"XDG_STATE_HOME", path("home/.state")},
      {"NSEDBG_AGENT_DIR", TEST_AGENT_DIR},
  };
  if (std::string(TEST_LIBASAN).empty()) return set;
  // nmap is not instrumented: the sanitizer's library must be the first all the same. nmap frees
  // little at its end, and sanitizers do not follow Lua's longjmp over a C++ frame.
  // A quarantine of 256 MB, its default, costs a fifth of the time.
  std::string reports = "log_path=" + path("sanitizers/report");
  set.push_back({"LD_PRELOAD", TEST_LIBASAN});
  set.push_back({"ASAN_OPTIONS", "detect_leaks=0:detect_stack_use_after_return=0:" +
                                     std::string("quarantine_size_mb=16:") + reports});
  // UBSan writes to stderr whatever its log_path: it must end the process to be noticed.
  set.push_back({"UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1"});
  return set;
}

std::vector<std::string> Sandbox::run_leftovers() const {
  std::vector<std::string> found;
  std::error_code vanished;  // an agent that leaves removes what is being looked at
  fs::recursive_directory_iterator entry(path("run"), vanished);
  for (; !vanished && entry != fs::end(entry); entry.increment(vanished))
    if (entry->path() != path("run/nsedbg")) found.push_back(entry->path());
  if (vanished) found.push_back("what was just being removed");
  return found;
}

std::string Sandbox::sanitizer_reports() const {
  std::string all;
  for (const auto& entry : fs::directory_iterator(path("sanitizers")))
    all += read_file(entry.path()) + "\n";
  return all;
}

std::string address(int n) {
  const char* world = getenv("NSEDBG_WORLD");
  if (world && *world) return "127.0.0." + std::to_string(n);
  int pid = static_cast<int>(getpid());
  return "127." + std::to_string(1 + (pid >> 8) % 250) + "." + std::to_string(pid & 0xFF) + "." +
         std::to_string(n);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int line_of(const std::string& path, const std::string& text) {
  std::istringstream lines(read_file(path));
  int number = 0, found = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find(text) == std::string::npos) continue;
    if (found)
      ADD_FAILURE() << path << " has '" << text << "' in lines " << found << ", " << number;
    found = number;
  }
  if (!found) ADD_FAILURE() << path << " has no line with '" << text << "'";
  return found;
}

std::string fixture(const std::string& script_name) {
  return fs::canonical(TEST_SCRIPTS_DIR).string() + "/" + script_name + ".nse";
}

}  // namespace support
