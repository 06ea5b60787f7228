#include "cli/shim.h"

#include <cstdio>

#include "base/text.h"

namespace cli {
namespace {

constexpr const char* kHelp =
    "usage: nsedbg shim debugger|mobdebug\n"
    "\n"
    "Prints a module for nmap's nselib. A script with require \"debugger\" or require "
    "\"mobdebug\"\n"
    "stops in nsedbg with or without it. When nmap runs without nsedbg the module says so once on\n"
    "stderr, and the script goes on; without the module nmap ends with \"module 'debugger' not\n"
    "found\". To install it:\n"
    "  nsedbg shim debugger | sudo tee /usr/share/nmap/nselib/debugger.lua >/dev/null\n";

constexpr const char* kHead =
    "-- %s for scripts that are debugged with nsedbg, while they run without it: nothing stops.\n"
    "-- With nsedbg this file is not loaded. Printed by: nsedbg shim %s\n"
    "local assert, error, io, pcall, setmetatable = assert, error, io, pcall, setmetatable\n"
    "\n"
    "local told = false\n"
    "local function tell(what)\n"
    "  if told then return end\n"
    "  told = true\n"
    "  io.stderr:write(what, \" does nothing: nmap runs without nsedbg.\\n\",\n"
    "    \"  To debug: nsedbg nmap ..., or in ZeroBrane Studio: nsedbg mobdebug -- nmap ...\\n\")\n"
    "end\n"
    "\n";

constexpr const char* kDebugger =
    "local function nothing() end\n"
    "return setmetatable({\n"
    "  call = function(f, ...) return pcall(f, ...) end,\n"
    "  error = function(message, level) error(message, level == 0 and 0 or (level or 1) + 1) end,\n"
    "  assert = assert,\n"
    "  msgh = function(...) return ... end,\n"
    "  pretty = function(value) return (\"%s\"):format(value) end,\n"
    "  shorten_path = function(path) return path end,\n"
    "  pp = nothing, write = nothing, writeln = nothing, read = nothing, exit = nothing,\n"
    "  use_color = nothing, auto_where = false, auto_eval = false, pretty_depth = 3,\n"
    "}, {__call = function(_, condition) if not condition then tell \"dbg()\" end end})\n";

constexpr const char* kMobdebug =
    "local function nothing() end\n"
    "local function start() tell \"mobdebug\" end\n"
    "return {\n"
    "  _NAME = \"mobdebug\", _VERSION = \"0.805\", port = 8172,\n"
    "  start = start, on = start, loop = start, scratchpad = start, pause = nothing,\n"
    "  off = nothing, done = nothing, coro = nothing, moai = nothing, connect = nothing,\n"
    "  listen = nothing, handle = nothing, setbreakpoint = nothing, removebreakpoint = nothing,\n"
    "  output = nothing, onexit = nothing, basedir = function() return \"\" end,\n"
    "  line = function(value) return (\"%s\"):format(value) end,\n"
    "  dump = function(value) return (\"%s\"):format(value) end,\n"
    "}\n";

}  // namespace

int print_shim(const std::vector<std::string>& arguments) {
  std::string name = arguments.empty() ? "" : arguments[0];
  if (name == "-h" || name == "--help") return std::fputs(kHelp, stdout), 0;
  const char* body = name == "debugger" ? kDebugger : name == "mobdebug" ? kMobdebug : nullptr;
  if (!body || arguments.size() != 1) {
    std::string near = base::did_you_mean(name, {"debugger", "mobdebug"});
    std::fprintf(stderr, "nsedbg shim: %s%s%s\n%s",
                 name.empty() ? "which module?" : ("there is none for '" + name + "'").c_str(),
                 near.empty() ? "" : "; ", near.c_str(), kHelp);
    return 2;
  }
  std::printf(kHead, name.c_str(), name.c_str());
  std::fputs(body, stdout);
  return 0;
}

}  // namespace cli
