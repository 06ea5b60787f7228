// nmap's arguments, read the way nmap reads them: with getopt_long_only and nmap's own option
// table, so that clusters (-sVC), one dash (-datadir X), abbreviations (--datad X), `--` and words
// out of order mean here what they mean there. Only what nsedbg must know is kept.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace launch {

struct NmapArgs {
  static constexpr size_t kFromEnvironment = static_cast<size_t>(-1);

  // The --datadir that counts: the last one.
  struct Datadir {
    std::string value;
    size_t word = 0;    // index of the argument that holds the value, or kFromEnvironment …
    size_t offset = 0;  // … and where in it the value begins (after "--datadir=")
  };

  std::optional<Datadir> datadir;
  std::vector<std::string> scripts;  // --script, cut at commas as nmap cuts it
  bool loads_nse = false;            // nmap will start its script engine at all
  bool updates_database = false;     // --script-updatedb: the names may change under our eyes
  bool reads_stdin = false;          // -iL -
  std::string nsock_engine;          // --nsock-engine; empty: nmap chooses
};

// `arguments` without the program's name. Uses getopt's global state: not for two threads at once.
// `nmap_args` is $NMAP_ARGS, which nmap puts in front of the command line.
NmapArgs parse_nmap_args(const std::vector<std::string>& arguments,
                         const std::string& nmap_args = {});

// $NMAP_ARGS as words: cut at white space, "" quotes.
std::vector<std::string> split_nmap_args(const std::string& variable);

}  // namespace launch
