#include "mobdebug/options.h"

#include <cstdlib>

#include "base/text.h"

namespace mobdebug {

const char* const kHelp =
    "usage: nsedbg mobdebug [--host HOST] [--port PORT] [--] nmap ARGUMENTS…\n"
    "\n"
    "Debugs in ZeroBrane Studio, without mobdebug.lua, luasocket or a change of any script: in "
    "the\n"
    "IDE choose Project | Start Debugger Server, then run this.\n"
    "  --host HOST  where the IDE runs (localhost)\n"
    "  --port PORT  the port of its debugger server (8172, or $MOBDEBUG_PORT)\n"
    "The exit status is nmap's; 1 if the IDE cannot be reached.\n";

namespace {

base::Result<int> port_number(const std::string& text) {
  long long port = 0;
  if (!base::parse_int(text, port) || port < 1 || port > 65535)
    return base::fail("'" + text + "' is no port", "give a number from 1 to 65535", 2);
  return static_cast<int>(port);
}

base::Status set(Options& options, const std::string& name, const std::string& value) {
  if (name == "--host") {
    options.host = value;
    if (value.empty()) return base::fail("--host needs the name of a machine", {}, 2);
    return base::ok();
  }
  base::Result<int> port = port_number(value);
  if (!port) return port.take_error();
  options.port = *port;
  return base::ok();
}

// The word that nmap's command line begins with must be nmap, or lead to it.
base::Status check_nmap(const std::vector<std::string>& nmap) {
  if (nmap.empty())
    return base::fail("there is no nmap command to run",
                      "as in: nsedbg mobdebug -- nmap -p 80 --script ./mine.nse 192.0.2.1", 2);
  std::string_view name = base::basename(nmap[0]);
  if (base::starts_with(name, "nmap") || nmap[0].find('/') != std::string::npos) return base::ok();
  for (std::string_view way : {"sudo", "doas", "env"})
    if (name == way) return base::ok();
  return base::fail("'" + nmap[0] + "' is not nmap", base::did_you_mean(nmap[0], {"nmap"}), 2);
}

}  // namespace

base::Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  if (const char* port = std::getenv("MOBDEBUG_PORT"))
    if (base::Result<int> number = port_number(port)) options.port = *number;
  size_t i = 0;
  for (; i < arguments.size() && base::starts_with(arguments[i], "-"); ++i) {
    if (arguments[i] == "--") {
      ++i;
      break;
    }
    if (arguments[i] == "-h" || arguments[i] == "--help") {
      options.help = true;
      return options;
    }
    size_t equals = arguments[i].find('=');
    std::string name = arguments[i].substr(0, equals);
    if (name != "--host" && name != "--port")
      return base::fail("there is no option '" + name + "'",
                        base::did_you_mean(name, {"--host", "--port", "--help"}), 2);
    if (equals == std::string::npos && i + 1 == arguments.size())
      return base::fail(name + " needs a value", {}, 2);
    std::string value =
        equals == std::string::npos ? arguments[++i] : arguments[i].substr(equals + 1);
    base::Status taken = set(options, name, value);
    if (!taken) return taken.take_error();
  }
  options.nmap.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
  base::Status fine = check_nmap(options.nmap);
  if (!fine) return fine.take_error();
  return options;
}

}  // namespace mobdebug
