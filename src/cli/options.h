// The program's own command line. Everything from `nmap` on is nmap's, untouched.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "client/target.h"

namespace cli {

struct Options {
  // -x and -ex in the order they were given: gdb runs them so.
  struct Startup {
    bool is_file = false;
    std::string text;
  };
  std::vector<Startup> startup;
  std::vector<std::string> breaks;  // -b
  std::string color = "auto";
  std::string on_error = "stop";  // or report, ignore
  std::string generate;           // man, bash, zsh, fish: a build product
  std::vector<std::string> nmap;
  client::Place place;
  std::string connect;     // HOST:PORT or unix:PATH, of an agent that is there already
  std::string token_file;  // for that
  bool batch = false;
  bool to_the_end = false;  // run to the end, errors or not, and answer then
  bool json = false;
  bool no_init = false;
  std::string attach;  // instead of nmap: a PID, or a part of a running one's command line
};

// What to do instead of a session: print this and exit (--help, --version, a usage error).
struct Exit {
  int status = 0;
  std::string text;
};

// One option, for help, manual and completions.
struct OptionDoc {
  std::string names;     // "-b,--break"
  std::string argument;  // "LOC", or empty
  std::string help;
  bool hidden = false;
};
std::vector<OptionDoc> option_docs();

// `arguments` without the program's name. On Exit, `options` is not filled in.
bool parse_options(const std::vector<std::string>& arguments, Options& options, Exit& exit);

}  // namespace cli
