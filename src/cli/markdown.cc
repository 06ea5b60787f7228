// docs/commands.md, from the command table; a test keeps the committed page in step.
#include "base/text.h"
#include "cli/command.h"
#include "cli/generate.h"
#include "cli/help.h"
#include "cli/settings.h"

namespace cli {
namespace {

// Details may hold examples set apart by two spaces: a code block keeps the shape of all of them.
std::string entry(const std::string& left, std::string_view help, std::string_view details) {
  std::string text = "- **`" + left + "`**: " + std::string(help) + "\n";
  if (details.empty()) return text;
  text += "  ```\n";
  for (const std::string& line : base::split(base::trim(details), '\n'))
    text += line.empty() ? "\n" : "  " + line + "\n";
  return text + "  ```\n";
}

}  // namespace

std::string markdown_page() {
  std::string text =
      "# Commands\n\n"
      "Generated: `nsedbg --generate=markdown`. `help`, `help COMMAND` and `man nsedbg` say the "
      "same.\n\n"
      "A name may be shortened as long as it is not ambiguous; an empty line repeats a step or a\n"
      "listing. What is no command is evaluated as Lua in the selected frame. The names are "
      "gdb's;\n"
      "debugger.lua's work too. Where the two differ, gdb's win: f is frame, u is until, d is "
      "delete,\nl is list, t is thread.\n";
  for (const Group& group : command_groups()) {
    text += "\n## " + std::string(group.title) + "\n\n";
    for (const Command& command : group.commands)
      text += entry(synopsis(command), command.help, command.details);
  }
  text += "\n## What info shows\n\n";
  for (const Command& command : info_commands())
    text += entry("info " + synopsis(command), command.help, command.details);
  text += "\n## Settings\n\n";
  for (const Setting& setting : settings_table())
    text += entry(std::string("set ") + setting.name + " " + setting.values, setting.help, "");
  return text;
}

}  // namespace cli
