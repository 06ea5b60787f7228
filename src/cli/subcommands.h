// The words that may stand where nmap does: one table for help, the manual, the shells' completions
// and "did you mean". What each does is main.cc's, and for run, why, attach and connect ours.
#pragma once

#include <string>
#include <vector>

namespace cli {

struct Subcommand {
  struct Option {
    const char* name;
    const char* argument;  // "" for a flag
    const char* help;
  };
  const char* name;
  const char* arguments;
  const char* help;    // one line
  const char* manual;  // a paragraph; "" where the line says all
  bool takes_ours;     // the options of options.h; else only its own
  std::vector<Option> options;
  const char* choices;  // what its argument may be; "" if that is anything
};

const std::vector<Subcommand>& subcommands();

// Their names, and nmap.
std::vector<std::string> first_words();

}  // namespace cli
