// info, help, show, source, save, echo, shell, quit.
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/breakpoint_view.h"
#include "cli/command_groups.h"
#include "cli/execution.h"
#include "cli/help.h"
#include "cli/interpreter.h"

namespace cli {
namespace {

CommandResult info(Debugger& dbg, std::string_view text) {
  std::string_view word = take_word(text);
  if (word.empty()) return Reply{help_info(), {}};
  Lookup found = find_info(word);
  if (found.candidates.size() == 1) return found.command->run(dbg, text);
  std::vector<std::string> names;
  for (const Command& command : info_commands()) names.push_back(command.name());
  if (found.candidates.empty())
    return base::fail("there is no 'info " + std::string(word) + "'",
                      base::did_you_mean(word, names));
  std::string list;
  for (const std::string& name : found.candidates) list += (list.empty() ? "" : ", ") + name;
  return base::fail("'info " + std::string(word) + "' is ambiguous: " + list);
}

CommandResult help(Debugger&, std::string_view text) {
  std::string_view word = take_word(text);
  if (word.empty()) return Reply{help_overview(), {}};
  base::Result<std::string> found = help_for(word, take_word(text));
  if (!found) return found.take_error();
  return Reply{*found, JsonObject().put("help", *found)};
}

CommandResult show(Debugger& dbg, std::string_view text) {
  std::string_view name = take_word(text);
  if (!name.empty() && !find_setting(name)) return change_setting(dbg.settings, name, "").error();
  (void)fetch_settings(dbg);  // another client may have changed them
  Reply reply;
  for (const Setting& setting : settings_table()) {
    if (!name.empty() && name != setting.name) continue;
    std::string value = setting.get(dbg.settings);
    reply.text += std::string(setting.name) + " = " + value + "    " + setting.help + "\n";
    reply.json.put(setting.name, value);
  }
  return reply;
}

CommandResult source(Debugger& dbg, std::string_view text) {
  if (text.empty()) return base::fail("source what?", "source FILE, a file of commands");
  base::Status read = dbg.interpreter.run_file(std::string(text));
  if (!read) return read.take_error();
  return Reply{};
}

CommandResult save(Debugger& dbg, std::string_view text) {
  std::string_view path = take_word(text);
  if (path == "breakpoints" && !text.empty()) path = take_word(text);
  if (path.empty()) return base::fail("save where?", "save FILE; 'source FILE' sets them again");
  std::ofstream file{std::string(path)};
  int count = 0;
  for (const UserBreakpoint& breakpoint : dbg.breakpoints.all()) {
    if (breakpoint.number == 0) continue;
    file << breakpoint_commands_text(breakpoint);
    ++count;
  }
  file << catch_commands_text(dbg);
  for (const UserSkip& one : dbg.skips)
    if (one.enabled) file << one.command() << '\n';
  for (const Display& display : dbg.displays) file << "display " << display.expression << '\n';
  file.flush();
  if (!file) return base::fail("cannot write " + std::string(path) + ": " + std::strerror(errno));
  Reply reply{"Saved " + std::to_string(count) + " breakpoints to " + std::string(path), {}};
  reply.json.put("file", path).put("breakpoints", count);
  return reply;
}

// gdb's echo: \n is a newline, and none is added.
CommandResult echo(Debugger&, std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape) ++i;
    out += escape && text[i] == 'n' ? '\n' : escape && text[i] == 't' ? '\t' : text[i];
  }
  return Reply{out, JsonObject().put("text", out)};
}

CommandResult shell(Debugger& dbg, std::string_view text) {
  std::string command(text);
  if (command.empty()) return base::fail("which command?", "!COMMAND or shell COMMAND");
  if (dbg.console.json()) command = "(" + command + "\n) >&2";  // stdout holds objects only
  int status = std::system(command.c_str());
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (code != 0) return base::fail("the command ended with status " + std::to_string(code));
  return Reply{};
}

CommandResult quit(Debugger& dbg, std::string_view text) {
  std::string_view how = take_word(text);
  if (how == "detach")
    dbg.leave = Leave::kDetach;
  else if (how == "end" || how == "kill")
    dbg.leave = Leave::kEndScan;
  else if (!how.empty())
    return base::fail("quit how?", "quit end, or quit detach");
  else
    dbg.leave = ask_how_to_leave(dbg);
  return Reply{};
}

constexpr std::array<Command, 8> kCommands = {{
    {"info i", "[WHAT]", "what there is: threads, breakpoints, locals, registry, …", "",
     Completes::kInfo, false, info},
    {"help h", "[COMMAND]", "this help", "", Completes::kCommand, false, help},
    {"show", "[SETTING]", "settings and their values", "", Completes::kSetting, false, show},
    {"source", "FILE", "run the commands in a file", "", Completes::kFile, false, source},
    {"save", "FILE", "write breakpoints, catches, skips and displays to a file, for `source`", "",
     Completes::kFile, false, save},
    {"echo", "TEXT", "print text", "", Completes::kNothing, false, echo},
    {"shell !", "COMMAND", "run a shell command", "", Completes::kFile, false, shell},
    {"quit q exit", "[end|detach]", "leave; the scan is ended, or goes on by itself",
     "Asks if the scan is not over. Detached, nsedbg stays as the relay of nmap's output until\n"
     "the scan ends, and returns nmap's status.",
     Completes::kNothing, false, quit},
}};

}  // namespace

std::span<const Command> misc_commands() { return kCommands; }

}  // namespace cli
