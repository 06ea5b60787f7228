#include "cli/command.h"

#include <array>
#include <cctype>

#include "base/text.h"
#include "cli/command_groups.h"

namespace cli {
namespace {

bool word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
}

bool is_assignment(std::string_view rest) {
  return base::starts_with(rest, "=") && !base::starts_with(rest, "==");
}

// Fixed short forms ("c", "bt") match whole; longer names match by their beginning too.
bool begins(std::string_view name, std::string_view word) {
  return name.size() > 3 && base::starts_with(name, word);
}

void look(std::span<const Command> commands, std::string_view word, Lookup& out) {
  for (const Command& command : commands) {
    std::string prefixed;
    for (const std::string& name : base::split(command.names, ' ')) {
      if (name == word) {
        out = {&command, {name}};
        return;
      }
      if (prefixed.empty() && begins(name, word)) prefixed = name;
    }
    if (prefixed.empty()) continue;
    out.command = &command;
    out.candidates.push_back(prefixed);
  }
}

bool exact(const Lookup& found, std::string_view word) {
  return found.candidates.size() == 1 && found.candidates[0] == word;
}

}  // namespace

std::string Command::name() const {
  std::string_view all = names;
  return std::string(all.substr(0, all.find(' ')));
}

std::vector<std::string> Command::aliases() const {
  std::vector<std::string> words = base::split(names, ' ');
  words.erase(words.begin());
  return words;
}

std::span<const Group> command_groups() {
  static const std::array<Group, 8> groups = {{
      {"Running the scan", run_commands()},
      {"Stepping", step_commands()},
      {"Breakpoints", breakpoint_commands()},
      {"Network", network_commands()},
      {"Stack and threads", stack_commands()},
      {"Values", data_commands()},
      {"What happened", why_commands()},
      {"The debugger itself", misc_commands()},
  }};
  return groups;
}

CommandLine split_command(std::string_view line) {
  line = base::trim(line);
  if (line.empty()) return {};
  if (line[0] == '!') return {line.substr(0, 1), {}, base::trim(line.substr(1))};
  size_t end = 0;
  while (end < line.size() && word_char(line[end])) ++end;
  CommandLine split{line.substr(0, end), {}, line.substr(end)};
  if (end < line.size() && line[end] == '/') {
    size_t space = std::min(line.find(' ', end), line.size());
    split.format = line.substr(end + 1, space - end - 1);
    split.arguments = line.substr(space);
  } else if (end < line.size() && line[end] != ' ' && line[end] != '\t') {
    return {};  // host.ip, f(1), t[1], a:b()
  }
  split.arguments = base::trim(split.arguments);
  if (is_assignment(split.arguments)) return {};  // n = 5 is Lua, not `next`
  return split;
}

Lookup find_command(std::string_view word) {
  Lookup all;
  if (word.empty()) return all;
  for (const Group& group : command_groups()) {
    look(group.commands, word, all);
    if (exact(all, word)) return all;
  }
  return all;
}

Lookup find_info(std::string_view word) {
  Lookup all;
  if (!word.empty()) look(info_commands(), word, all);
  return all;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Group& group : command_groups())
    for (const Command& command : group.commands) names.push_back(command.name());
  return names;
}

}  // namespace cli
