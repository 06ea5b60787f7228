#include "cli/help.h"

#include <algorithm>

#include "base/text.h"
#include "cli/settings.h"

namespace cli {
namespace {

constexpr size_t kColumn = 26;

std::string row(const Command& command) {
  std::string left = synopsis(command);
  std::string gap = left.size() + 2 > kColumn ? "\n  " + std::string(kColumn, ' ')
                                              : std::string(kColumn - left.size(), ' ');
  return "  " + left + gap + command.help + "\n";
}

std::string full(const Command& command, const std::string& prefix) {
  std::string text = prefix + synopsis(command) + "\n  " + command.help + "\n";
  std::string_view details = command.details;
  if (details.empty()) return text;
  for (const std::string& line : base::split(details, '\n')) text += "  " + line + "\n";
  return text;
}

}  // namespace

std::string synopsis(const Command& command) {
  std::string text = command.name();
  std::string shorts;
  for (const std::string& alias : command.aliases()) shorts += (shorts.empty() ? "" : ", ") + alias;
  if (!shorts.empty()) text += " (" + shorts + ")";
  std::string_view arguments = command.arguments;
  if (!arguments.empty()) text += " " + std::string(arguments);
  return text;
}

std::string help_overview() {
  std::string text;
  for (const Group& group : command_groups()) {
    text += std::string(group.title) + "\n";
    for (const Command& command : group.commands) text += row(command);
    text += "\n";
  }
  text +=
      "A name may be shortened as long as it is not ambiguous; an empty line repeats. What is no\n"
      "command is evaluated as Lua. debugger.lua's names work too; where they differ from gdb's,\n"
      "gdb's win (f is frame, u is until, d is delete, l is list, t is thread).\n"
      "'help COMMAND' says more.\n";
  return text;
}

std::string help_info() {
  std::string text = "info WHAT:\n";
  for (const Command& command : info_commands()) text += row(command);
  return text;
}

base::Result<std::string> help_for(std::string_view word, std::string_view second) {
  Lookup found = find_command(word);
  if (found.candidates.size() > 1) {
    std::string list;
    for (const std::string& name : found.candidates) list += (list.empty() ? "" : ", ") + name;
    return base::fail("'" + std::string(word) + "' is ambiguous: " + list);
  }
  if (!found.command)
    return base::fail("no command '" + std::string(word) + "'",
                      base::did_you_mean(word, command_names()));
  std::string name = found.command->name();
  if (name == "info" && !second.empty()) {
    Lookup info = find_info(second);
    if (info.candidates.size() == 1) return full(*info.command, "info ");
  }
  std::string text = full(*found.command, "");
  if (name == "info") text += "\n" + help_info();
  if (name != "set" && name != "show") return text;
  text += "\nSettings:\n";
  for (const Setting& setting : settings_table())
    text +=
        std::string("  ") + setting.name + " " + setting.values + "\n      " + setting.help + "\n";
  return text;
}

}  // namespace cli
