#include "agent/watch_expressions.h"

#include "agent/breakpoints.h"

namespace agent {

WatchExpressions& watch_expressions() {
  static WatchExpressions* one = new WatchExpressions;
  return *one;
}

std::vector<dap::Breakpoint> WatchExpressions::set(int client_id,
                                                   const std::vector<std::string>& expressions) {
  std::vector<dap::Breakpoint> answers;
  std::vector<Wanted> next;
  for (const std::string& text : expressions) {
    dap::Breakpoint& answer = answers.emplace_back();
    answer.id = breakpoints().new_id();
    base::Status compiles = check_expression(text);
    answer.verified = compiles.ok();
    if (compiles) {
      next.push_back({client_id, *answer.id, text});
    } else {
      answer.reason = "failed";
      answer.message = compiles.error().message;
    }
  }
  base::Lock lock(mutex_);
  size_t gone = std::erase_if(wanted_, [&](const Wanted& w) { return w.client_id == client_id; });
  if (gone == 0 && next.empty()) return answers;
  for (Wanted& one : next) wanted_.push_back(std::move(one));
  replaced_ = true;
  breakpoint_table_version.fetch_add(1);
  return answers;
}

void WatchExpressions::refresh() {
  base::Lock lock(mutex_);
  if (!replaced_) return;
  replaced_ = false;
  armed_.clear();
  for (const Wanted& one : wanted_)
    if (auto compiled = Condition::compile(one.text))
      armed_.push_back({one.id, one.text, std::move(*compiled)});
}

std::optional<WatchExpressions::Hit> WatchExpressions::at_line(lua_State* co, lua_Debug* ar) {
  for (Watch& watch : armed_) {
    std::string error;
    if (watch.condition->test(co, ar, &error) == Outcome::kTrue) return Hit{watch.id, watch.text};
  }
  return std::nullopt;
}

}  // namespace agent
