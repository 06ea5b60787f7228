// Where a breakpoint goes, as the user writes it: `break LOC [on host|port|script X]
// [first-per-host] [if COND] [log "TEXT"] [ignore N]`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dap/network.h"

namespace cli {

struct Location {
  std::string file;      // as given, `~` expanded; empty for a function
  int line = 0;          // 0 for a function
  std::string function;  // `http-methods:action`, `http.generic_request`, `name`

  bool is_function() const { return !function.empty(); }
  std::string text() const;
};

// What a location may leave out: `break 120` means this file, `:action` this script.
struct Here {
  std::string file;
  int line = 0;
  std::string script;  // "http-methods"
};

base::Result<Location> parse_location(std::string_view text, const Here& here);

// Which NSE threads a breakpoint is for; the agent knows what the texts mean.
struct Filter {
  std::string host, port, script;
  bool first_per_host = false;

  // " on host 10.0.0.5 first-per-host": as it is written, or empty.
  std::string text() const;
};

struct BreakSpec {
  Location location;
  std::optional<dap::NetworkBreakpoint> network;  // of `catch`: instead of a location
  Filter filter;
  std::string condition;
  std::string log;
  int ignore = 0;
};

// `watch EXPR [if COND]`.
struct WatchSpec {
  std::string expression;
  std::string condition;
};
base::Result<WatchSpec> parse_watch(std::string_view text);

base::Result<BreakSpec> parse_break(std::string_view text, const Here& here);

// Only the clauses; `text` is left with what stands before them.
base::Result<BreakSpec> take_clauses(std::string_view& text);

}  // namespace cli
