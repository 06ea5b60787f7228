#include "mobdebug/output.h"

#include <unistd.h>

#include "base/write_all.h"

namespace mobdebug {

void Output::nmap(int fd, std::string_view bytes) {
  bool to_ide = fd == STDOUT_FILENO && mode_ != 'd';
  if (to_ide) kept_ += bytes;
  if (!to_ide || mode_ == 'c') base::write_all(fd, bytes);
}

void Output::note(std::string_view text) {
  if (!redirected()) return;
  kept_ += text;
  kept_ += '\n';
}

std::string Output::take() {
  if (kept_.empty()) return {};
  std::string out = "204 Output stdout " + std::to_string(kept_.size()) + "\n" + kept_;
  kept_.clear();
  return out;
}

}  // namespace mobdebug
