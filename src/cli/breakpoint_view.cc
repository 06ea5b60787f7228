#include "cli/breakpoint_view.h"

#include <algorithm>

#include "base/text.h"
#include "cli/catchpoints.h"

namespace cli {
namespace {

std::string name_of(const UserBreakpoint& breakpoint) {
  if (breakpoint.is_watch()) return "Watchpoint " + std::to_string(breakpoint.number);
  return (breakpoint.temporary ? "Temporary breakpoint " : "Breakpoint ") +
         std::to_string(breakpoint.number);
}

bool moved(const UserBreakpoint& breakpoint) {
  return breakpoint.answer.verified && breakpoint.location.line != 0 &&
         breakpoint.answer.line != 0 && breakpoint.answer.line != breakpoint.location.line;
}

std::string moved_text(const UserBreakpoint& breakpoint) {
  return " (line " + std::to_string(breakpoint.location.line) + " has no code)";
}

std::string state_text(const UserBreakpoint& breakpoint, bool alive) {
  if (!breakpoint.enabled) return "disabled";
  if (breakpoint.answer.failed) return "failed";
  if (breakpoint.answer.verified) return "set";
  return alive ? "pending" : "enabled";
}

// ": 10.0.0.5 3, 10.0.0.9 1": who was hit most comes first.
std::string hosts_text(std::vector<dap::HostHits> hosts) {
  constexpr size_t kShown = 10;
  std::stable_sort(hosts.begin(), hosts.end(),
                   [](const dap::HostHits& a, const dap::HostHits& b) { return a.hits > b.hits; });
  std::string text;
  for (size_t i = 0; i < hosts.size() && i < kShown; ++i)
    text += (i ? ", " : ": ") + hosts[i].host + " " + std::to_string(hosts[i].hits);
  if (hosts.size() > kShown) text += ", … " + std::to_string(hosts.size() - kShown) + " more hosts";
  return text;
}

std::string details(const UserBreakpoint& breakpoint) {
  std::string text;
  auto line = [&](const std::string& what) { text += "      " + what + "\n"; };
  if (!breakpoint.filter.text().empty()) line("only" + breakpoint.filter.text());
  if (!breakpoint.condition.empty()) line("only if " + breakpoint.condition);
  if (!breakpoint.log.empty()) line("logs \"" + breakpoint.log + "\" and does not stop");
  if (breakpoint.ignore_until > 0)
    line("lets hits up to number " + std::to_string(breakpoint.ignore_until) + " pass");
  int hits = std::max(breakpoint.answer.hits, breakpoint.answer.stops);
  if (hits > 0)
    line("hit " + std::to_string(hits) + (hits == 1 ? " time" : " times") +
         hosts_text(breakpoint.answer.by_host));
  if (!breakpoint.answer.verified && !breakpoint.answer.message.empty())
    line(breakpoint.answer.message);
  for (const std::string& command : breakpoint.commands) line("  " + command);
  return text;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string breakpoint_set_text(Debugger& dbg, const UserBreakpoint& breakpoint) {
  std::string text = name_of(breakpoint);
  text += (breakpoint.network ? " catches " : " at ") + breakpoint.place();
  if (moved(breakpoint)) return text + moved_text(breakpoint);
  if (breakpoint.answer.verified) return text;
  if (!dbg.debuggee.alive()) return text + ", once nmap runs";
  std::string why = breakpoint.answer.message;
  return text + " is pending" + (why.empty() ? "" : ": " + why);
}

std::string breakpoint_list(Debugger& dbg, bool watches_only) {
  std::string text;
  bool alive = dbg.debuggee.alive();
  for (const UserBreakpoint& breakpoint : dbg.breakpoints.all()) {
    if (breakpoint.number == 0 || (watches_only && !breakpoint.is_watch())) continue;
    std::string number = std::to_string(breakpoint.number);
    text += number + std::string(std::max<size_t>(number.size(), 4) - number.size() + 2, ' ');
    std::string state = state_text(breakpoint, alive);
    text += state + std::string(10 - std::min<size_t>(state.size(), 9), ' ');
    if (breakpoint.network)
      text += breakpoint.temporary ? "tcatch " : "catch ";
    else if (breakpoint.is_watch())
      text += "watch ";
    else if (breakpoint.temporary)
      text += "once at ";
    text += breakpoint.place() + "\n";
    text += details(breakpoint);
  }
  if (watches_only) return text.empty() ? "No watchpoints" : text;
  return (text.empty() ? "No breakpoints\n" : text) + catch_list(dbg);
}

JsonObject breakpoint_json(const UserBreakpoint& breakpoint) {
  JsonObject json;
  json.put("number", breakpoint.number);
  if (breakpoint.network)
    json.put("catch", breakpoint.place());
  else if (breakpoint.is_watch())
    json.put("watch", breakpoint.watch);
  else
    json.put("location", breakpoint.location.text());
  json.put("enabled", breakpoint.enabled).put("verified", breakpoint.answer.verified);
  if (!breakpoint.answer.file.empty()) json.put("file", breakpoint.answer.file);
  if (breakpoint.answer.line) json.put("line", breakpoint.answer.line);
  if (breakpoint.temporary) json.put("temporary", true);
  const Filter& filter = breakpoint.filter;
  if (!filter.host.empty()) json.put("host", filter.host);
  if (!filter.port.empty()) json.put("port", filter.port);
  if (!filter.script.empty()) json.put("script", filter.script);
  if (filter.first_per_host) json.put("firstPerHost", true);
  if (!breakpoint.condition.empty()) json.put("condition", breakpoint.condition);
  if (!breakpoint.log.empty()) json.put("log", breakpoint.log);
  if (breakpoint.ignore_until) json.put("ignoreUntil", breakpoint.ignore_until);
  json.put("hits", std::max(breakpoint.answer.hits, breakpoint.answer.stops));
  if (!breakpoint.answer.by_host.empty()) json.put("hitsByHost", breakpoint.answer.by_host);
  if (!breakpoint.answer.message.empty()) json.put("message", breakpoint.answer.message);
  return json;
}

std::string breakpoint_commands_text(const UserBreakpoint& breakpoint) {
  if (breakpoint.is_watch()) return "";  // what it watches is of this scan
  std::string text = breakpoint.temporary ? "t" : "";
  if (breakpoint.network)
    text += "catch " + breakpoint.place();
  else
    text += "break " + breakpoint.location.text() + breakpoint.filter.text();
  if (!breakpoint.condition.empty()) text += " if " + breakpoint.condition;
  if (!breakpoint.log.empty()) text += " log " + quoted(breakpoint.log);
  if (breakpoint.ignore_until) text += " ignore " + std::to_string(breakpoint.ignore_until);
  text += '\n';
  if (!breakpoint.commands.empty()) {
    text += "commands\n";
    for (const std::string& command : breakpoint.commands) text += "  " + command + "\n";
    text += "end\n";
  }
  return text;
}

bool stands_at(const UserBreakpoint& breakpoint, const Location& location) {
  if (breakpoint.number == 0 || breakpoint.network || breakpoint.is_watch()) return false;
  if (location.is_function()) return breakpoint.location.function == location.function;
  if (breakpoint.location.is_function() && breakpoint.answer.file.empty()) return false;
  const auto& answer = breakpoint.answer;
  const std::string& file = answer.file.empty() ? breakpoint.location.file : answer.file;
  bool same_line = breakpoint.location.line == location.line || answer.line == location.line;
  return same_line && base::basename(file) == base::basename(location.file);
}

void show_breakpoint_change(Debugger& dbg, const UserBreakpoint& breakpoint) {
  JsonObject event;
  event.put("event", "breakpoint").add(breakpoint_json(breakpoint));
  dbg.console.object(event);
  if (moved(breakpoint))
    dbg.console.print(name_of(breakpoint) + " is at " + breakpoint.place() +
                      moved_text(breakpoint));
  else if (breakpoint.answer.failed && !breakpoint.is_watch())
    dbg.console.error(name_of(breakpoint) + " (" + breakpoint.place() +
                      ") cannot be set: " + breakpoint.answer.message);
}

}  // namespace cli
