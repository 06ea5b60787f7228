#include "remote/options.h"

#include <map>

#include "base/text.h"

namespace remote {

const char* const kServeHelp =
    "usage: nsedbg serve [OPTIONS] -- nmap ARGUMENTS…\n"
    "       nsedbg serve [OPTIONS] --socket RUN_DIRECTORY\n"
    "\n"
    "Starts nmap and lets whoever shows the token debug it by a TCP port, with 'nsedbg connect' "
    "or\n"
    "an editor; nmap waits until somebody has come and let it run. Or serves an nmap that nsedbg\n"
    "has started already.\n"
    "\n"
    "  --bind ADDRESS      where to listen (127.0.0.1); better come by ssh -L than change this\n"
    "  --port PORT         which port; without it the kernel chooses one\n"
    "  --token-file FILE   the token is in there; a FILE that is not there is made. Without this\n"
    "                      it is in $NSEDBG_TOKEN, or nsedbg makes a file and says where\n"
    "\n"
    "docs/remote.md shows the whole way. Exit status: nmap's.\n";

base::Result<Options> parse_serve(const std::vector<std::string>& arguments) {
  Options options;
  const std::map<std::string, std::string*> known = {{"--bind", &options.bind},
                                                     {"--port", &options.port},
                                                     {"--token-file", &options.token_file},
                                                     {"--socket", &options.socket}};
  size_t i = 0;
  for (; i < arguments.size() && base::starts_with(arguments[i], "-"); ++i) {
    std::string name = arguments[i].substr(0, arguments[i].find('='));
    if (name == "--") {
      ++i;
      break;
    }
    if (name == "-h" || name == "--help") return options.help = true, options;
    auto found = known.find(name);
    if (found == known.end()) {
      std::vector<std::string> names = {"--help"};
      for (const auto& one : known) names.push_back(one.first);
      return base::fail("there is no option '" + name + "'", base::did_you_mean(name, names), 2);
    }
    if (name.size() < arguments[i].size())
      *found->second = arguments[i].substr(name.size() + 1);
    else if (++i < arguments.size())
      *found->second = arguments[i];
    else
      return base::fail(name + " needs a value", {}, 2);
  }
  options.nmap.assign(
      arguments.begin() + static_cast<std::ptrdiff_t>(std::min(i, arguments.size())),
      arguments.end());
  if (options.nmap.empty() == options.socket.empty())
    return base::fail("give the command line of nmap, or --socket",
                      "for example: nsedbg serve -- nmap --script http-title 192.0.2.1", 2);
  return options;
}

}  // namespace remote
