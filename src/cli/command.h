// The command table: one row per command drives parsing, abbreviation, help, completion, the
// manual and the shells' completions. A group of commands is a file commands_*.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/json_object.h"

namespace cli {

struct Debugger;

// What a command has to say: as text, and as members of its JSON result.
struct Reply {
  std::string text;
  JsonObject json;
};
using CommandResult = base::Result<Reply>;

// What an argument of a command can be completed with.
enum class Completes {
  kNothing,
  kCommand,
  kLocation,
  kExpression,
  kFile,
  kBreakpoint,
  kThread,
  kSetting,
  kInfo,
  kCatch,
  kSkip
};

struct Command {
  const char* names;      // "continue c": the name, then fixed short forms
  const char* arguments;  // "[N]"; shown after the name
  const char* help;       // one line
  const char* details;    // more lines for `help NAME` and the manual; may be empty
  Completes completes;
  bool repeats;  // an empty line does it again
  CommandResult (*run)(Debugger&, std::string_view arguments);

  std::string name() const;
  std::vector<std::string> aliases() const;
};

struct Group {
  const char* title;
  std::span<const Command> commands;
};

// In the order of the manual.
std::span<const Group> command_groups();
std::span<const Command> info_commands();  // what `info NAME` shows

// The first word of a line, and the rest. Empty if the line cannot be a command: `x = 1`, `f(2)`.
struct CommandLine {
  std::string_view word;
  std::string_view format;  // of p/x
  std::string_view arguments;
};
CommandLine split_command(std::string_view line);

// A name, a short form, or the unambiguous beginning of a name.
struct Lookup {
  const Command* command = nullptr;
  std::vector<std::string> candidates;  // more than one: ambiguous
};
Lookup find_command(std::string_view word);
Lookup find_info(std::string_view word);
std::vector<std::string> command_names();

}  // namespace cli
