// Command lines from something that is no terminal: a pipe or a file on stdin.
#pragma once

#include <optional>
#include <string>

#include "client/loop.h"

namespace cli {

class PipeReader {
 public:
  explicit PipeReader(client::Loop& loop) : loop_(loop) {}
  // The next line without its end; nothing at end of input. Turns the loop while it waits.
  std::optional<std::string> next();

 private:
  bool fill();

  client::Loop& loop_;
  std::string buffer_;
  bool ended_ = false;
};

}  // namespace cli
