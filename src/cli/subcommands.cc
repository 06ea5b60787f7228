#include "cli/subcommands.h"

namespace cli {

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> table = {
      {"run",
       "[OPTIONS] -- nmap ARGUMENTS…",
       "Debug a scan; as without the word",
       "",
       true,
       {},
       ""},
      {"why",
       "SCRIPT [HOST[:PORT]] nmap ARGUMENTS…",
       "Run the scan to its end, then say what became of SCRIPT",
       "",
       true,
       {},
       ""},
      {"attach",
       "[OPTIONS] PID|--name TEXT",
       "Debug an nmap that runs already; TEXT is a part of its command line",
       "nsedbg attach enters an nmap that was started without nsedbg, and leaves it as it was. "
       "docs/attach.md says what it needs.",
       true,
       {},
       ""},
      {"serve",
       "[--port PORT] -- nmap ARGUMENTS…",
       "Let nmap be debugged from elsewhere, by connect or an editor",
       "nsedbg serve starts nmap and listens on a port of the loopback; who comes must show the "
       "token. It tells where the token is. nsedbg connect, or attach in an editor, is the other "
       "end. docs/remote.md shows the whole way, docs/security.md what it is safe against.",
       false,
       {{"--bind", "ADDRESS", "Where to listen (127.0.0.1)"},
        {"--port", "PORT", "Which port; else the kernel chooses one"},
        {"--token-file", "FILE", "The token is in there; one that is not there is made"},
        {"--socket", "RUN_DIRECTORY", "Of an nmap that nsedbg has started already"}},
       ""},
      {"connect", "HOST:PORT|unix:PATH [OPTIONS]", "Debug what serve offers", "", true, {}, ""},
      {"dap",
       "[--listen ADDRESS]",
       "The debug adapter for editors",
       "nsedbg dap is the debug adapter: an editor starts it and speaks the Debug Adapter Protocol "
       "with it on stdin and stdout. With --listen HOST:PORT (a loopback address) or --listen "
       "unix:PATH it serves every client that connects. docs/dap.md describes the attributes of "
       "launch and attach.",
       false,
       {{"--listen", "ADDRESS", "Wait for clients there"}},
       ""},
      {"mobdebug",
       "[--host HOST] [--port PORT] -- nmap ARGUMENTS…",
       "Debug in ZeroBrane Studio (Project | Start Debugger Server there first)",
       "nsedbg mobdebug debugs in ZeroBrane Studio, whose debugger server (Project | Start "
       "Debugger "
       "Server) must run: it connects to --host (localhost) and --port (8172, or $MOBDEBUG_PORT) "
       "as "
       "mobdebug.lua does. nmap's own output stays on stdout. docs/zerobrane.md has the rest.",
       false,
       {{"--host", "HOST", "Where the IDE runs"},
        {"--port", "PORT", "The port of its debugger server"}},
       ""},
      {"shim",
       "debugger|mobdebug",
       "Print a debugger.lua or mobdebug.lua for scripts that also run without us",
       "nsedbg shim prints a module for nselib that lets scripts written for debugger.lua or "
       "MobDebug run without nsedbg, and says so.",
       false,
       {},
       "debugger mobdebug"},
      {"doctor",
       "[--json] [NMAP]",
       "Say what works on this machine, and what to do about the rest",
       "nsedbg doctor says, a line for each thing, what works on this machine: nmap and its Lua, "
       "the "
       "agent, attaching, the terminal, editors, containers, ssh. Below a warning or problem "
       "stands "
       "the remedy. It scans nothing. Its exit status is 0 if scans can be debugged, else 1. "
       "--json "
       "gives one object a line.",
       false,
       {{"--json", "", "One object a line"}},
       ""},
  };
  return table;
}

std::vector<std::string> first_words() {
  std::vector<std::string> words = {"nmap"};
  for (const Subcommand& one : subcommands()) words.emplace_back(one.name);
  return words;
}

}  // namespace cli
