#include "mobdebug/run.h"

#include <signal.h>

#include <cstdio>

#include "mobdebug/bridge.h"
#include "mobdebug/ide.h"
#include "mobdebug/options.h"

namespace mobdebug {

int run(const std::vector<std::string>& arguments, client::Target& target) {
  base::Result<Options> options = parse_options(arguments);
  if (!options) {
    std::fprintf(stderr, "nsedbg mobdebug: %s\nMore: nsedbg mobdebug --help\n",
                 options.error().text().c_str());
    return options.error().exit_code;
  }
  if (options->help) return std::fputs(kHelp, stdout), 0;
  ::signal(SIGPIPE, SIG_IGN);
  base::Result<base::Fd> ide = Ide::connect(options->host, options->port);
  if (!ide) {
    std::fprintf(stderr, "nsedbg mobdebug: %s\n", ide.error().text().c_str());
    return ide.error().exit_code;
  }
  client::Loop loop;
  return Bridge(loop, target).run(std::move(*ide), options->nmap);
}

}  // namespace mobdebug
