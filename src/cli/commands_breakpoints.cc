// break, tbreak, delete, clear, enable, disable, condition, ignore, commands, catch.
#include <array>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/breakpoint_view.h"
#include "cli/command_groups.h"
#include "cli/execution.h"
#include "cli/interpreter.h"
#include "cli/network.h"

namespace cli {
namespace {

CommandResult set_breakpoint(Debugger& dbg, std::string_view text, bool temporary) {
  base::Result<BreakSpec> spec = parse_break(text, here(dbg));
  if (!spec) return spec.take_error();
  UserBreakpoint& breakpoint = dbg.breakpoints.add(*spec, temporary);
  base::Status sent = dbg.breakpoints.send(breakpoint);
  if (sent && breakpoint.answer.failed)
    sent = base::fail("no breakpoint at " + breakpoint.location.text() + ": " +
                      breakpoint.answer.message);
  if (!sent) {
    (void)dbg.breakpoints.remove(breakpoint.number);
    return sent.take_error();
  }
  return Reply{breakpoint_set_text(dbg, breakpoint), breakpoint_json(breakpoint)};
}

CommandResult break_at(Debugger& dbg, std::string_view text) {
  return set_breakpoint(dbg, text, false);
}
CommandResult tbreak(Debugger& dbg, std::string_view text) {
  return set_breakpoint(dbg, text, true);
}

base::Error no_breakpoint(Debugger& dbg, std::string_view number) {
  return base::fail(
      "there is no breakpoint " + std::string(number),
      dbg.breakpoints.numbers().empty() ? "'break LOC' sets one" : "'info break' lists them");
}

// The breakpoint whose number `rest` begins with.
base::Result<UserBreakpoint*> take_breakpoint(Debugger& dbg, std::string_view& rest) {
  std::string_view word = take_word(rest);
  if (word.empty()) return base::fail("which breakpoint?", "'info break' lists their numbers");
  long long number = 0;
  UserBreakpoint* found = nullptr;
  if (base::parse_int(word, number)) found = dbg.breakpoints.find(static_cast<int>(number));
  if (!found) return no_breakpoint(dbg, word);
  return found;
}

// All breakpoints if none is named.
base::Result<std::vector<int>> named_or_all(Debugger& dbg, std::string_view text) {
  base::Result<std::vector<int>> numbers = numbers_argument(text);
  if (!numbers) return numbers;
  if (numbers->empty()) return dbg.breakpoints.numbers();
  for (int number : *numbers)
    if (!dbg.breakpoints.find(number)) return no_breakpoint(dbg, std::to_string(number));
  return numbers;
}

CommandResult remove_numbers(Debugger& dbg, const std::vector<int>& numbers) {
  base::Status result = base::ok();
  for (int number : numbers)
    if (base::Status removed = dbg.breakpoints.remove(number); !removed) result = removed;
  if (!result) return result.take_error();
  Reply reply;
  reply.json.put("deleted", numbers);
  return reply;
}

CommandResult delete_breakpoints(Debugger& dbg, std::string_view text) {
  base::Result<std::vector<int>> numbers = named_or_all(dbg, text);
  if (!numbers) return numbers.take_error();
  return remove_numbers(dbg, *numbers);
}

CommandResult clear(Debugger& dbg, std::string_view text) {
  base::Result<Location> location = parse_location(text, here(dbg));
  if (!location) return location.take_error();
  std::vector<int> numbers;
  for (const UserBreakpoint& breakpoint : dbg.breakpoints.all())
    if (stands_at(breakpoint, *location)) numbers.push_back(breakpoint.number);
  if (numbers.empty()) return base::fail("there is no breakpoint at " + location->text());
  CommandResult result = remove_numbers(dbg, numbers);
  for (int number : numbers)
    if (result) result->text += "Deleted breakpoint " + std::to_string(number) + "\n";
  return result;
}

CommandResult set_enabled(Debugger& dbg, std::string_view text, bool enabled) {
  base::Result<std::vector<int>> numbers = named_or_all(dbg, text);
  if (!numbers) return numbers.take_error();
  for (int number : *numbers) {
    UserBreakpoint& breakpoint = *dbg.breakpoints.find(number);
    breakpoint.enabled = enabled;
    breakpoint.answer.verified = breakpoint.answer.verified && enabled;
    if (base::Status sent = dbg.breakpoints.send(breakpoint); !sent) return sent.take_error();
  }
  Reply reply;
  reply.json.put(enabled ? "enabled" : "disabled", *numbers);
  return reply;
}

CommandResult enable(Debugger& dbg, std::string_view text) { return set_enabled(dbg, text, true); }
CommandResult disable(Debugger& dbg, std::string_view text) {
  return set_enabled(dbg, text, false);
}

CommandResult condition(Debugger& dbg, std::string_view text) {
  base::Result<UserBreakpoint*> found = take_breakpoint(dbg, text);
  if (!found) return found.take_error();
  UserBreakpoint& breakpoint = **found;
  std::string before = std::exchange(breakpoint.condition, std::string(text));
  base::Status sent = dbg.breakpoints.send(breakpoint);
  if (sent && breakpoint.answer.failed) sent = base::fail(breakpoint.answer.message);
  if (!sent) {
    breakpoint.condition = before;
    (void)dbg.breakpoints.send(breakpoint);
    return sent.take_error();
  }
  Reply reply{text.empty() ? "Breakpoint " + std::to_string(breakpoint.number) +
                                 " stops without a condition now"
                           : "",
              breakpoint_json(breakpoint)};
  return reply;
}

CommandResult ignore(Debugger& dbg, std::string_view text) {
  base::Result<UserBreakpoint*> found = take_breakpoint(dbg, text);
  if (!found) return found.take_error();
  long long count = 0;
  if (!base::parse_int(text, count) || count < 0 || count > 1000000000)
    return base::fail("how many hits are to pass?", "ignore N COUNT, such as: ignore 1 10");
  UserBreakpoint& breakpoint = **found;
  if (base::Status known = dbg.breakpoints.send(breakpoint); !known) return known.take_error();
  int hits = std::max(breakpoint.answer.hits, breakpoint.answer.stops);
  breakpoint.ignore_until = count == 0 ? 0 : hits + static_cast<int>(count);
  if (base::Status sent = dbg.breakpoints.send(breakpoint); !sent) return sent.take_error();
  return Reply{"Breakpoint " + std::to_string(breakpoint.number) + " lets the next " +
                   std::to_string(count) + " hits pass",
               breakpoint_json(breakpoint)};
}

CommandResult commands(Debugger& dbg, std::string_view text) {
  std::vector<int> numbers = dbg.breakpoints.numbers();
  std::string last = numbers.empty() ? "" : std::to_string(numbers.back());
  std::string_view which = text.empty() ? std::string_view(last) : text;
  base::Result<UserBreakpoint*> found = take_breakpoint(dbg, which);
  if (!found) return found.take_error();
  int number = (*found)->number;
  std::vector<std::string> lines;
  for (;;) {
    std::optional<std::string> line = dbg.interpreter.more("> ");
    if (!line || base::trim(*line) == "end") break;
    lines.emplace_back(base::trim(*line));
  }
  UserBreakpoint* breakpoint = dbg.breakpoints.find(number);
  if (breakpoint) breakpoint->commands = lines;
  Reply reply;
  reply.json.put("breakpoint", number).put("commands", lines);
  return reply;
}

// `watch EXPR [if COND]`, with the condition's `if` outside of brackets and quotes.
CommandResult watch(Debugger& dbg, std::string_view text) {
  if (base::Status stopped = need_stopped(dbg); !stopped) return stopped.take_error();
  base::Result<WatchSpec> spec = parse_watch(text);
  if (!spec) return spec.take_error();
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  base::Result<UserBreakpoint*> added =
      dbg.breakpoints.add_watch(spec->expression, spec->condition, frame->id);
  if (!added) return added.take_error();
  return Reply{"Watchpoint " + std::to_string((*added)->number) + ": " + spec->expression,
               breakpoint_json(**added)};
}

constexpr std::array<Command, 11> kCommands = {{
    {"break b", "LOC [on FILTER] [first-per-host] [if COND] [log \"TEXT\"] [ignore N]",
     "stop where a script gets to LOC",
     "LOC is FILE:LINE, LINE, FUNCTION, http.generic_request, http-methods:action,\n"
     "http-methods:portrule, or :action of the current script. A file is named as nmap loads it,\n"
     "by its bare name or a path; it need not be loaded yet.\n"
     "  break http-methods.nse:131 if port.number == 8000\n"
     "  break http.generic_request log \"{method} {path}\"     prints, and does not stop\n"
     "FILTER names the NSE threads it is for: `host` with an address, a network or a pattern,\n"
     "`port` with a number or a range, `script` with a pattern; lists with commas. Threads that\n"
     "none is for run at full speed. `first-per-host` stops once for each host.\n"
     "  break http.generic_request on host 10.0.0.0/8 on port 80,8000-8100 on script http-*",
     Completes::kLocation, false, break_at},
    {"tbreak tb", "LOC [on FILTER] [if COND]", "as break, but for one stop only", "",
     Completes::kLocation, false, tbreak},
    {"watch", "EXPR [if COND]", "stop where a local, or a field of a table, gets another value",
     "EXPR is a name in the selected frame, or a path: seen[3], nmap.registry.found. The stop "
     "shows\n"
     "both values. A local's watchpoint ends with its function, a field's with its table, all\n"
     "with the scan. While one is set, every line of every script is looked at.",
     Completes::kExpression, false, watch},
    {"delete d", "[N...]", "delete breakpoints; all if none is named", "", Completes::kBreakpoint,
     false, delete_breakpoints},
    {"clear", "[LOC]", "delete the breakpoints at LOC, or at this line", "", Completes::kLocation,
     false, clear},
    {"enable", "[N...]", "let breakpoints stop again", "", Completes::kBreakpoint, false, enable},
    {"disable", "[N...]", "keep breakpoints, but do not stop", "", Completes::kBreakpoint, false,
     disable},
    {"condition", "N [COND]", "stop only if COND is true; without COND, always", "",
     Completes::kBreakpoint, false, condition},
    {"ignore", "N COUNT", "let the next COUNT hits of breakpoint N pass", "",
     Completes::kBreakpoint, false, ignore},
    {"commands", "[N]", "commands to run at each stop at breakpoint N; `end` ends them",
     "Without N, the last breakpoint. `silent` as the first hides the stop itself.",
     Completes::kBreakpoint, false, commands},
    {"catch", "KIND [on|off] [if COND] | KIND [SCRIPT] [HOST[:PORT]] [if COND] [log \"TEXT\"]",
     "stop where an error is raised, or where a script calls the network",
     "Errors: error ends a script (on from the start); caught is caught by pcall or another;\n"
     "new_try: nmap.new_try gives the script up; load: a file does not compile or load. In COND\n"
     "the error is `err`: catch caught if type(err) == \"table\"\n"
     "The network: connect, send, receive, close, tls are calls of a script; timeout and failure\n"
     "those that nmap ends so. SCRIPT and HOST may have `*`, HOST may be 10.0.0.0/8. In COND and\n"
     "TEXT, bytes, host, port, socket, operation, peer and error are what the call is about:\n"
     "  catch send http-* 10.0.0.5:80 if bytes:find(\"POST\")\n"
     "At the stop, bytes can be shown (hexdump bytes) and set; inject makes the call fail.",
     Completes::kCatch, false, catch_command},
}};

}  // namespace

std::span<const Command> breakpoint_commands() { return kCommands; }

}  // namespace cli
