// The manual page. What is said here is not said elsewhere: commands, settings and options come
// from their tables.
#include "base/text.h"
#include "cli/command.h"
#include "cli/generate.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/subcommands.h"

namespace cli {
namespace {

// roff: a leading dot or quote and every backslash would be instructions; "-" would be a hyphen.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    line_start = c == '\n';
  }
  return out;
}

std::string term(const std::string& left, const std::string& right) {
  return ".TP\n.B " + roff(left) + "\n" + roff(right) + "\n";
}

std::string command_entry(const Command& command, const std::string& prefix) {
  std::string text = term(prefix + synopsis(command), command.help);
  std::string_view details = command.details;
  if (details.empty()) return text;
  return text + ".nf\n" + roff(details) + "\n.fi\n";
}

std::string commands() {
  std::string text =
      ".SH COMMANDS\n" +
      roff(
          "A name may be shortened as long as it is not ambiguous; an empty line repeats a step\n"
          "or a listing. What is no command is evaluated as Lua in the selected frame, and what\n"
          "is not finished in Lua goes on at a \"> \" prompt. The names are gdb's;\n"
          "debugger.lua's work too. Where the two differ, gdb's win: f is frame, u is until,\n"
          "d is delete, l is list, t is thread.\n");
  for (const Group& group : command_groups()) {
    text += ".SS " + std::string(group.title) + "\n";
    for (const Command& command : group.commands) text += command_entry(command, "");
  }
  text += ".SS What info shows\n";
  for (const Command& command : info_commands()) text += command_entry(command, "info ");
  text += ".SS Settings\n";
  for (const Setting& setting : settings_table())
    text += term(std::string("set ") + setting.name + " " + setting.values, setting.help);
  return text;
}

std::string options() {
  std::string text = ".SH OPTIONS\n";
  for (const OptionDoc& doc : option_docs()) {
    if (doc.hidden) continue;
    std::string names;
    for (const std::string& name : base::split(doc.names, ','))
      names += (names.empty() ? "" : ", ") + name;
    text += term(names + (doc.argument.empty() ? "" : " " + doc.argument), doc.help);
  }
  return text;
}

std::string other_commands() {
  std::string text;
  for (const Subcommand& one : subcommands())
    if (*one.manual) text += ".PP\n" + roff(one.manual + std::string("\n"));
  return text;
}

std::string synopsis() {
  std::string text = ".SH SYNOPSIS\n.B nsedbg\n[run] [OPTIONS] nmap ARGUMENTS\n";
  for (const Subcommand& one : subcommands())
    text +=
        std::string(".br\n.B nsedbg ") + one.name + "\n" + roff(one.arguments + std::string("\n"));
  return text;
}

std::string keys() {
  return ".SH KEYS AND SIGNALS\n" +
         term("Ctrl-C",
              "While the scan runs: pauses it; a second one within a second interrupts "
              "nmap itself. While Lua is evaluated: gives that up. At the prompt: "
              "clears the line. In a batch: interrupts nmap.") +
         term("Ctrl-D", "Asks whether to end the scan or to let it go on by itself.") +
         term("Tab", "Completes commands, files, functions, variables and table fields.") +
         roff("If nsedbg is killed, nmap goes on to its normal end.\n");
}

std::string json() {
  return ".SH JSON\n" + roff("With --json, stdout holds one object a line. A command gives\n") +
         ".PP\n.nf\n" +
         roff(
             "{\"command\":\"print host.ip\",\"ok\":true,\"expression\":\"host.ip\",\n"
             " \"value\":\"\\\"127.0.0.1\\\"\",\"type\":\"string\"}\n"
             "{\"command\":\"foo\",\"ok\":false,\"error\":\"…\",\"hint\":\"…\"}\n") +
         ".fi\n.PP\n" +
         roff(
             "Commands that let the scan run have \"state\" (stopped, ended, detached, running) "
             "and, when it has ended, \"status\". "
             "What happens in between gives objects with \"event\":\n") +
         term("stopped",
              "reason, threadId, thread, breakpoints (numbers), text (of an error), "
              "frame {level, function, file, line}") +
         term("output", "category (stdout and stderr of nmap, console of the debugger), text") +
         term("breakpoint",
              "number, location, verified, file, line, message: it was set or moved") +
         term("ended", "status, signal, scriptEngine (false: nmap never started it)");
}

std::string files_and_status() {
  return ".SH EXIT STATUS\n" +
         roff(
             "nmap's. 1 if a command of a batch failed and nmap's is 0; 2 for wrong usage; 3 if "
             "the agent could not be loaded; 130 if a batch was interrupted.\n") +
         ".SH FILES\n" +
         term("$XDG_CONFIG_HOME/nsedbg/init", "commands that are run first (~/.config)") +
         term("$XDG_STATE_HOME/nsedbg/history", "the lines typed so far (~/.local/state)") +
         ".SH ENVIRONMENT\n" + term("NO_COLOR", "if set, no colours unless --color=always") +
         term("NSEDBG_DAP_LOG", "a file to append every message of the debug session to");
}

}  // namespace

std::string manual_page() {
  return ".TH NSEDBG 1\n.SH NAME\n" + roff("nsedbg - debugger for the Nmap Scripting Engine\n") +
         synopsis() + ".SH DESCRIPTION\n" +
         roff(
             "Runs nmap with breakpoints, stepping and a look at every value in its NSE scripts "
             "and libraries. nmap and its files stay as they are, and without a stop the scan's "
             "report is the same as without nsedbg. In a batch (--batch) the commands of -x and "
             "-ex are run in their order; then a scan that still stands is let go on to its "
             "end.\n") +
         other_commands() + options() + commands() + keys() + json() + files_and_status();
}

}  // namespace cli
