// nmap's output: to our own stdout and stderr, as in a plain run, and what OUTPUT has redirected to
// the IDE.
//
// The IDE reads "204 Output" only while it waits for an answer that may take long; until then it is
// kept.
#pragma once

#include <string>
#include <string_view>

namespace mobdebug {

class Output {
 public:
  // 'd': ours only; 'c': both; 'r': the IDE only. Stdout alone, as with MobDebug.
  void redirect(char mode) { mode_ = mode; }
  bool redirected() const { return mode_ != 'd'; }

  void nmap(int fd, std::string_view bytes);
  // A line of ours, for the IDE only.
  void note(std::string_view text);

  // "204 Output stdout N\n…", or empty.
  std::string take();

 private:
  char mode_ = 'd';
  std::string kept_;
};

}  // namespace mobdebug
