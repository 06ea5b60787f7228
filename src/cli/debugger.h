// Everything a command can reach: the state of the program, in one place.
#pragma once

#include <string>
#include <vector>

#include "cli/breakpoints.h"
#include "cli/catchpoints.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/settings.h"
#include "cli/skips.h"
#include "cli/sources.h"
#include "cli/stack.h"
#include "client/debuggee.h"

namespace cli {

class Interpreter;

struct Display {
  int number = 0;
  std::string expression;
};

// How the program is to end once nothing more is to be read.
enum class Leave { kNo, kEndScan, kDetach };

struct Debugger {
  client::Loop& loop;
  Console& console;
  Settings& settings;
  client::Debuggee& debuggee;
  Breakpoints& breakpoints;
  Stack& stack;
  Sources& sources;
  Interpreter& interpreter;
  std::vector<std::string> nmap{};  // argv of the program to debug
  bool batch = false;               // --batch: nobody reads the lines on the way
  bool reporting = false;           // --on-error=report: errors are told, nobody is asked
  bool interactive = false;         // a person at a terminal: questions can be asked

  std::vector<Display> displays{};
  int last_display = 0;
  std::vector<Catchpoint> catches = default_catchpoints();
  std::vector<UserSkip> skips{};
  int last_skip = 0;
  Leave leave = Leave::kNo;
  bool interrupted = false;  // Ctrl-C: loops of the debugger's own look at it
  // How nmap ended, if the exit status of the program is to say so.
  int exit_status = 0;

  // What `list` goes on from.
  std::string listed_file{};
  int listed_first = 0;
  int listed_last = 0;
  // What the last step line was about: another function gets a header line.
  std::string shown_function{};
};

// The place of the selected frame, for locations that leave out file or script.
Here here(Debugger& dbg);

}  // namespace cli
