// Where a test's processes live: a directory of their own for HOME and the run directory, and an
// environment in which an agent built with sanitizers can be loaded. What they find fails the test
// wherever the process's stderr went: ASan reports into a file there, UBSan ends the process.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace support {

class Sandbox {
 public:
  Sandbox();
  ~Sandbox();  // fails the test if a sanitizer has reported something
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  const std::string& path() const { return path_; }
  std::string path(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const;  // its path
  std::string make_directory(const std::string& name) const;                  // its path
  std::string read(const std::string& name) const;                            // "" if there is none

  // What is set on top of our own environment.
  std::vector<std::pair<std::string, std::string>> environment() const;

  // What nsedbg and nmap have left in the run directory: nothing, once both have ended.
  std::vector<std::string> run_leftovers() const;
  std::string sanitizer_reports() const;

 private:
  std::string path_;
};

// The n-th loopback address for this test: 127.0.0.n in a world of its own (scripts/with-world),
// else one that no other test process uses, so that everyone may have port 8000.
std::string address(int n = 1);

std::string read_file(const std::string& path);
// Number of the only line of `path` that contains `text`; fails the test if there is not exactly
// one.
int line_of(const std::string& path, const std::string& text);
// A .nse fixture of tests/scripts.
std::string fixture(const std::string& script_name);

}  // namespace support
