#include "relay/nmap_output.h"

#include <algorithm>

#include "base/text.h"

namespace relay {
namespace {

constexpr std::string_view kDebugPrefix = "NSE: [";
constexpr std::string_view kScriptEnding = ".nse";
constexpr std::string_view kEnginePrefix = "NSE: ";
constexpr size_t kMostTold = 10000;  // with -oX - nmap never prints them

std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string script_of_line(std::string_view line) {
  if (!base::starts_with(line, kDebugPrefix)) return "";
  line.remove_prefix(kDebugPrefix.size());
  size_t end = line.find(']');
  if (end == std::string_view::npos) return "";
  return std::string(line.substr(0, std::min(end, line.find(' '))));
}

void NmapOutput::loaded(const dap::Source& source) {
  std::string name = source.name.value_or("");
  if (!base::ends_with(name, kScriptEnding)) return;
  scripts_[name.substr(0, name.size() - kScriptEnding.size())] = source;
}

void NmapOutput::told(const dap::NseOutputEvent& event) {
  std::deque<Told>& lines = told_[event.category];
  for (const std::string& line : base::split(without_end(event.output), '\n'))
    lines.push_back({line, event.source, event.line});
  while (lines.size() > kMostTold) lines.pop_front();
}

void NmapOutput::forget() {
  scripts_.clear();
  told_.clear();
}

// What was told and never printed is skipped.
std::optional<NmapOutput::Told> NmapOutput::take_told(const std::string& category,
                                                      std::string_view line) {
  std::deque<Told>& lines = told_[category];
  line = without_end(line);
  size_t look = base::starts_with(line, kEnginePrefix) ? lines.size() : 1;
  for (size_t i = 0; i < std::min(look, lines.size()); ++i) {
    if (lines[i].text != line) continue;
    Told found = std::move(lines[i]);
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    return found;
  }
  return std::nullopt;
}

bool NmapOutput::find_place(dap::OutputEvent& event) {
  if (std::optional<Told> told = take_told(*event.category, event.output)) {
    event.source = std::move(told->source);
    event.line = told->line;
    return true;
  }
  auto script = scripts_.find(script_of_line(event.output));
  if (script == scripts_.end()) return false;
  event.source = script->second;
  return true;
}

std::vector<dap::OutputEvent> NmapOutput::events(const std::string& category,
                                                 const std::string& text) {
  std::vector<dap::OutputEvent> out;
  bool open = false;  // the last event may take more lines
  for (size_t begin = 0; begin < text.size();) {
    size_t end = text.find('\n', begin);
    end = end == std::string::npos ? text.size() : end + 1;
    dap::OutputEvent event;
    event.category = category;
    event.output = text.substr(begin, end - begin);
    begin = end;
    bool known = find_place(event);
    if (open && !known)
      out.back().output += event.output;
    else
      out.push_back(std::move(event));
    open = !known;
  }
  return out;
}

}  // namespace relay
