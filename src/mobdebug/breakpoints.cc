#include "mobdebug/breakpoints.h"

#include "base/text.h"
#include "dap/serialize.h"

namespace mobdebug {

void Breakpoints::set(const std::string& path, int line) {
  lines_[path].insert(line);
  send(path);
}

void Breakpoints::remove(const std::string& path, int line) {
  auto file = lines_.find(path);
  if (file == lines_.end() || file->second.erase(line) == 0) return;
  send(path);
  if (file->second.empty()) lines_.erase(file);
}

void Breakpoints::remove_all() {
  for (auto& [path, lines] : lines_) {
    lines.clear();
    send(path);
  }
  lines_.clear();
}

void Breakpoints::send(const std::string& path) {
  for (auto place = places_.begin(); place != places_.end();) {
    bool of_this = place->second.path == path;
    if (of_this) states_.erase(place->first);
    place = of_this ? places_.erase(place) : std::next(place);
  }
  dap::SetBreakpoints::Arguments arguments;
  arguments.source = files_.source(path);
  std::vector<dap::SourceBreakpoint>& wanted = arguments.breakpoints.emplace();
  const std::set<int>& lines = lines_[path];
  for (int line : lines) {
    dap::SourceBreakpoint& one = wanted.emplace_back();
    one.line = line;
  }
  base::Result<dap::BreakpointsResponse> answer = debuggee_.request<dap::SetBreakpoints>(arguments);
  if (!answer) return;  // the scan has ended, or the connection: that is told elsewhere
  auto line = lines.begin();
  for (const dap::Breakpoint& one : answer->breakpoints) {
    if (line == lines.end()) break;
    if (one.id) places_[*one.id] = {path, *line};
    update(one);
    ++line;
  }
}

void Breakpoints::update(const dap::Breakpoint& breakpoint) {
  if (!breakpoint.id || places_.count(*breakpoint.id) == 0) return;
  states_[*breakpoint.id] = {breakpoint.verified, breakpoint.message.value_or("")};
}

std::vector<std::string> Breakpoints::never_set() const {
  std::vector<std::string> out;
  for (const auto& [id, place] : places_) {
    auto state = states_.find(id);
    if (state == states_.end() || state->second.verified) continue;
    out.push_back("the breakpoint at " + place.path + ":" + std::to_string(place.line) +
                  " was never set\n  " + state->second.message);
  }
  return out;
}

// The last one's complaint, if it has one.
std::optional<std::string> Breakpoints::send_watches() {
  dap::SetWatchExpressions::Arguments arguments;
  std::vector<size_t> numbers;
  for (size_t i = 0; i < watches_.size(); ++i) {
    if (watches_[i].empty()) continue;
    arguments.expressions.push_back(watches_[i]);
    numbers.push_back(i);
  }
  watch_ids_.assign(watches_.size(), 0);
  base::Result<dap::BreakpointsResponse> answer =
      debuggee_.request<dap::SetWatchExpressions>(arguments);
  if (!answer) return answer.error().message;
  std::optional<std::string> complaint;
  for (size_t i = 0; i < answer->breakpoints.size() && i < numbers.size(); ++i) {
    const dap::Breakpoint& one = answer->breakpoints[i];
    complaint.reset();
    if (one.verified)
      watch_ids_[numbers[i]] = one.id.value_or(0);
    else
      complaint = one.message.value_or("it does not compile");
  }
  return complaint;
}

base::Result<int> Breakpoints::watch(const std::string& expression) {
  watches_.push_back(expression);
  std::optional<std::string> complaint = send_watches();
  if (!complaint) return static_cast<int>(watches_.size());
  watches_.pop_back();
  watch_ids_.resize(watches_.size());
  return base::fail(*complaint);
}

bool Breakpoints::unwatch(int number) {
  if (number < 1 || static_cast<size_t>(number) > watches_.size()) return false;
  watches_[static_cast<size_t>(number) - 1].clear();
  (void)send_watches();
  return true;
}

int Breakpoints::watch_hit(const dap::StoppedEvent& stop) const {
  for (int id : stop.hitBreakpointIds.value_or(std::vector<int>()))
    for (size_t i = 0; i < watch_ids_.size(); ++i)
      if (watch_ids_[i] == id && id != 0) return static_cast<int>(i) + 1;
  return 0;
}

}  // namespace mobdebug
