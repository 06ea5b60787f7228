#include "launch/nmap_args.h"

#include <getopt.h>

#include <cctype>
#include <cstring>

#include "base/text.h"

namespace launch {
namespace {

enum Interesting : int {
  kDatadir = 256,
  kScript,
  kScriptHelp,
  kUpdateDatabase,
  kInputList,
  kNsockEngine
};

constexpr const char* kShortOptions = "46Ab:D:d::e:Ffg:hIi:M:m:nO::o:P::p:qRrS:s::T:Vv::";

// nmap.cc, long_options. The names matter even where we do not care: they decide which
// abbreviations are ambiguous and which options swallow the next word.
constexpr const char* kWithValue[] = {"servicedb",
                                      "versiondb",
                                      "max-os-tries",
                                      "max-parallelism",
                                      "min-parallelism",
                                      "timing",
                                      "max-rtt-timeout",
                                      "min-rtt-timeout",
                                      "initial-rtt-timeout",
                                      "excludefile",
                                      "exclude",
                                      "max-hostgroup",
                                      "min-hostgroup",
                                      "scanflags",
                                      "host-timeout",
                                      "scan-delay",
                                      "max-scan-delay",
                                      "max-retries",
                                      "oA",
                                      "oN",
                                      "oM",
                                      "oG",
                                      "oS",
                                      "oH",
                                      "oX",
                                      "iR",
                                      "sI",
                                      "source-port",
                                      "proxies",
                                      "proxy",
                                      "data",
                                      "data-string",
                                      "data-length",
                                      "stylesheet",
                                      "mtu",
                                      "spoof-mac",
                                      "ttl",
                                      "version-intensity",
                                      "dns-servers",
                                      "port-ratio",
                                      "exclude-ports",
                                      "top-ports",
                                      "script-args",
                                      "script-args-file",
                                      "script-timeout",
                                      "ip-options",
                                      "min-rate",
                                      "max-rate",
                                      "stats-every",
                                      "route-dst",
                                      "resume"};
constexpr const char* kWithoutValue[] = {"version",
                                         "verbose",
                                         "help",
                                         "iflist",
                                         "release-memory",
                                         "nogcc",
                                         "open",
                                         "defeat-rst-ratelimit",
                                         "defeat-icmp-ratelimit",
                                         "randomize-hosts",
                                         "discovery-ignore-rst",
                                         "osscan-limit",
                                         "osscan-guess",
                                         "fuzzy",
                                         "packet-trace",
                                         "version-trace",
                                         "send-eth",
                                         "send-ip",
                                         "no-stylesheet",
                                         "webxml",
                                         "rH",
                                         "vv",
                                         "ff",
                                         "privileged",
                                         "unprivileged",
                                         "append-output",
                                         "noninteractive",
                                         "thc",
                                         "badsum",
                                         "traceroute",
                                         "reason",
                                         "allports",
                                         "version-light",
                                         "version-all",
                                         "system-dns",
                                         "resolve-all",
                                         "unique",
                                         "log-errors",
                                         "deprecated-xml-osclass",
                                         "script-trace",
                                         "adler32",
                                         "disable-arp-ping"};

const std::vector<option>& long_options() {
  static const std::vector<option> table = [] {
    std::vector<option> options = {{"datadir", required_argument, nullptr, kDatadir},
                                   {"script", required_argument, nullptr, kScript},
                                   {"script-help", required_argument, nullptr, kScriptHelp},
                                   {"script-updatedb", no_argument, nullptr, kUpdateDatabase},
                                   {"iL", required_argument, nullptr, kInputList},
                                   {"nsock-engine", required_argument, nullptr, kNsockEngine},
                                   {"debug", optional_argument, nullptr, 'd'}};
    for (const char* name : kWithValue) options.push_back({name, required_argument, nullptr, 0});
    for (const char* name : kWithoutValue) options.push_back({name, no_argument, nullptr, 0});
    options.push_back({nullptr, 0, nullptr, 0});
    return options;
  }();
  return table;
}

// getopt moves pointers about, but never copies a word: a value lies inside one of ours.
std::optional<NmapArgs::Datadir> locate(const std::vector<std::string>& words, const char* value) {
  for (size_t i = 0; i < words.size(); ++i) {
    const char* begin = words[i].c_str();
    if (value >= begin && value <= begin + words[i].size())
      return NmapArgs::Datadir{value, i, static_cast<size_t>(value - begin)};
  }
  return std::nullopt;
}

void add_scripts(NmapArgs& args, const char* list) {
  for (std::string& rule : base::split(list, ',')) args.scripts.push_back(std::move(rule));
}

void take(NmapArgs& args, const std::vector<std::string>& words, int choice) {
  switch (choice) {
    case kDatadir: args.datadir = locate(words, optarg); break;
    case kScript:
    case kScriptHelp:
      args.loads_nse = true;
      add_scripts(args, optarg);
      break;
    case kUpdateDatabase: args.loads_nse = args.updates_database = true; break;
    case kNsockEngine: args.nsock_engine = optarg; break;
    case kInputList: args.reads_stdin = std::strcmp(optarg, "-") == 0; break;
    case 'A': args.loads_nse = true; break;
    case 's':
      if (optarg && std::strpbrk(optarg, "CVR")) args.loads_nse = true;
      break;
    default: break;
  }
}

}  // namespace

NmapArgs parse_nmap_args(const std::vector<std::string>& arguments, const std::string& nmap_args) {
  std::vector<std::string> words = split_nmap_args(nmap_args);
  size_t inherited = words.size();
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::string program = "nmap";
  std::vector<char*> argv = {program.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  NmapArgs args;
  optind = 0;  // glibc and musl: start afresh
  opterr = 0;
  for (;;) {
    int choice = getopt_long_only(static_cast<int>(argv.size()) - 1, argv.data(), kShortOptions,
                                  long_options().data(), nullptr);
    if (choice == -1) break;
    take(args, words, choice);
  }
  if (args.datadir) {
    size_t& word = args.datadir->word;
    word = word < inherited ? NmapArgs::kFromEnvironment : word - inherited;
  }
  return args;
}

std::vector<std::string> split_nmap_args(const std::string& variable) {
  std::vector<std::string> words;
  bool quoted = false, in_word = false;
  for (char c : variable) {
    if (!quoted && std::isspace(static_cast<unsigned char>(c))) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == '"') {
      quoted = !quoted;
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace launch
