#include "doctor/doctor.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "dap/json.h"
#include "doctor/attach_check.h"
#include "doctor/editor_checks.h"
#include "doctor/nmap_checks.h"
#include "doctor/terminal_check.h"
#include "doctor/tool_checks.h"

#ifndef NSEDBG_VERSION
#define NSEDBG_VERSION "0"
#endif

namespace doctor {
namespace {

constexpr const char* kHelp =
    "usage: nsedbg doctor [--json] [NMAP]\n"
    "\n"
    "Says what of nsedbg works on this machine, and what to do about what does not: nmap and its\n"
    "Lua, the agent (an nmap without a target really loads it), attaching, the terminal, editors,\n"
    "containers, ssh. NMAP is the program to judge, 'nmap' if it is left out.\n"
    "Exit status: 0 if scans can be debugged, 1 if not, 2 for wrong usage.\n";

int usage_error(const std::string& text) {
  std::fprintf(stderr, "nsedbg doctor: %s\n%s", text.c_str(), kHelp);
  return 2;
}

const char* word(State state) {
  switch (state) {
    case State::kOk: return "ok";
    case State::kAbsent: return "-";
    case State::kWarning: return "warning";
    case State::kProblem: return "problem";
  }
  return "";
}

void print_line(const Check& check) {
  std::printf("%-9s%-15s%s\n", word(check.state), check.name.c_str(), check.text.c_str());
  if (!check.remedy.empty()) std::printf("%-24s%s\n", "", check.remedy.c_str());
}

struct Line {
  std::string check, state, text;
  std::optional<std::string> remedy;
  DAP_MEMBERS(Line, check, state, text, remedy)
};

void print_json(const Check& check) {
  Line line{check.name, check.state == State::kAbsent ? "absent" : word(check.state), check.text,
            std::nullopt};
  if (!check.remedy.empty()) line.remedy = check.remedy;
  std::printf("%s\n", dap::to_json(line).c_str());
}

bool parse(const std::vector<std::string>& arguments, std::string& nmap, bool& json, int& status) {
  bool named = false;
  for (const std::string& argument : arguments) {
    if (argument == "-h" || argument == "--help") {
      std::fputs(kHelp, stdout);
      return status = 0, false;
    }
    if (argument == "--json") {
      json = true;
    } else if (base::starts_with(argument, "-")) {
      std::string near = base::did_you_mean(argument, {"--json", "--help"});
      status =
          usage_error("there is no option '" + argument + "'" + (near.empty() ? "" : "; " + near));
      return false;
    } else if (named || argument.empty()) {
      status = usage_error("one nmap is judged at a time: its path, without arguments");
      return false;
    } else {
      nmap = argument;
      named = true;
    }
  }
  return true;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  std::string nmap = "nmap";
  bool json = false;
  int status = 0;
  if (!parse(arguments, nmap, json, status)) return status;
  auto show = [&](const Check& check) {
    json ? print_json(check) : print_line(check);
    std::fflush(stdout);
    if (check.state == State::kProblem) status = 1;
  };
  for (const Check& check : nmap_checks(nmap)) show(check);
  show(attach_check());
  show(terminal_check());
  for (const Check& check : editor_checks()) show(check);
  for (const Check& check : tool_checks()) show(check);
  if (!json && status != 0)
    std::printf("Scans cannot be debugged here until the problem is solved.\n");
  return status;
}

}  // namespace doctor
