// The call stack of the selected thread, fetched as far as somebody looks, and the selected frame.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "dap/types.h"

namespace client {
class Debuggee;
}

namespace cli {

class Stack {
 public:
  explicit Stack(client::Debuggee& debuggee) : debuggee_(debuggee) {}

  // After every stop, and when another thread is selected.
  void select_thread(int thread);
  int thread() const { return thread_; }

  base::Result<dap::StackFrame> frame(int level);
  // Up to `count` frames from `first` on; fewer at the end of the stack.
  base::Result<std::vector<dap::StackFrame>> frames(int first, int count);
  int total() const { return total_; }  // as far as the agent said, else what is known

  base::Status select_frame(int level);
  int selected() const { return selected_; }
  base::Result<dap::StackFrame> selected_frame() { return frame(selected_); }

  // The variables of a scope of the selected frame ("Locals", "NSE", …).
  base::Result<dap::Scope> scope(std::string_view name);
  // All members, or those from `start` on; the agent pages.
  base::Result<std::vector<dap::Variable>> variables(int reference);

 private:
  base::Status fetch(int count);

  client::Debuggee& debuggee_;
  int thread_ = 0;
  int selected_ = 0;
  int total_ = 0;
  bool complete_ = false;  // frames_ is the whole stack
  std::vector<dap::StackFrame> frames_;
};

}  // namespace cli
