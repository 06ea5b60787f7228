#include "cli/catchpoints.h"

#include <array>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/debugger.h"
#include "cli/network.h"

namespace cli {
namespace {

Catchpoint* find(Debugger& dbg, const CatchKind& kind) {
  for (Catchpoint& one : dbg.catches)
    if (one.kind == &kind) return &one;
  return nullptr;
}

// "on", "off", "if COND", "on if COND", or nothing.
base::Status read(std::string_view text, Catchpoint& out) {
  out.on = true;
  out.condition.clear();
  std::string_view rest = text;
  std::string_view word = take_word(rest);
  if (word == "off" && rest.empty()) return out.on = false, base::ok();
  if (word == "on") word = take_word(rest);
  if (word.empty()) return base::ok();
  if (word != "if")
    return base::fail("what is '" + std::string(word) + "' here?",
                      base::did_you_mean(word, {"on", "off", "if"}));
  if (rest.empty())
    return base::fail("'if' needs a condition", "the error is `err`: if type(err) == \"table\"");
  out.condition = rest;
  return base::ok();
}

std::string state_text(const Catchpoint& one) {
  if (!one.on) return std::string(one.kind->what) + " do not stop the scan";
  return std::string(one.kind->what) + " stop the scan" +
         (one.condition.empty() ? "" : " if " + one.condition);
}

CommandResult catch_errors(Debugger& dbg, const CatchKind& kind, std::string_view text) {
  Catchpoint& one = *find(dbg, kind);
  Catchpoint before = one;
  base::Status fine = read(text, one);
  if (fine) fine = send_exception_filters(dbg);
  if (!fine) {
    one = before;
    (void)send_exception_filters(dbg);
    return fine.take_error();
  }
  Reply reply{state_text(one), {}};
  reply.json.put(kind.name, one.on);
  if (!one.condition.empty()) reply.json.put("condition", one.condition);
  return reply;
}

// They are breakpoints with numbers, not filters.
CommandResult catch_calls(Debugger& dbg, const CatchKind& kind, std::string_view text) {
  return catch_network(dbg, std::string(kind.name) + " " + std::string(text), false);
}

constexpr std::array<CatchKind, 11> kKinds = {{
    {"error", "Uncaught errors", "uncaught", catch_errors},
    {"caught", "Caught errors", "caught", catch_errors},
    {"new_try", "Exits by nmap.new_try", "new_try", catch_errors},
    {"load", "Errors while a file is loaded", "load", catch_errors},
    {"connect", "Calls of connect", nullptr, catch_calls},
    {"send", "What scripts send", nullptr, catch_calls},
    {"receive", "What scripts get", nullptr, catch_calls},
    {"close", "Calls of close", nullptr, catch_calls},
    {"tls", "Where TLS begins", nullptr, catch_calls},
    {"timeout", "Calls that time out", nullptr, catch_calls},
    {"failure", "Calls that nmap ends with an error", nullptr, catch_calls},
}};

}  // namespace

std::span<const CatchKind> catch_kinds() { return kKinds; }

std::vector<Catchpoint> default_catchpoints() {
  std::vector<Catchpoint> all;
  for (const CatchKind& kind : kKinds)
    if (kind.filter) all.push_back({&kind, &kind == &kKinds[0], {}});
  return all;
}

CommandResult catch_command(Debugger& dbg, std::string_view text) {
  std::string_view word = take_word(text);
  std::vector<std::string> names;
  std::string list;
  for (const CatchKind& kind : kKinds) {
    if (word == kind.name) return kind.run(dbg, kind, text);
    names.push_back(kind.name);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  if (word.empty()) return base::fail("catch what?", "there are: " + list);
  std::string hint = base::did_you_mean(word, names);
  return base::fail("there is no 'catch " + std::string(word) + "'",
                    hint.empty() ? "there are: " + list : hint);
}

base::Status send_exception_filters(Debugger& dbg) {
  if (!dbg.debuggee.alive() || dbg.debuggee.state() == client::Debuggee::State::kDetached)
    return base::ok();
  dap::SetExceptionBreakpoints::Arguments arguments;
  std::vector<dap::ExceptionFilterOptions>& options = arguments.filterOptions.emplace();
  for (const Catchpoint& one : dbg.catches) {
    if (!one.on) continue;
    dap::ExceptionFilterOptions& option = options.emplace_back();
    option.filterId = one.kind->filter;
    if (!one.condition.empty()) option.condition = one.condition;
  }
  auto answer = dbg.debuggee.request<dap::SetExceptionBreakpoints>(arguments);
  if (!answer) return answer.take_error();
  for (const dap::Breakpoint& one : answer->breakpoints.value_or(std::vector<dap::Breakpoint>()))
    if (!one.verified) return base::fail(one.message.value_or("an exception filter failed"));
  return base::ok();
}

std::string catch_list(Debugger& dbg) {
  std::string text;
  for (const Catchpoint& one : dbg.catches)
    if (one.on) text += "catch " + std::string(one.kind->name) + "  " + state_text(one) + "\n";
  return text;
}

std::string catch_commands_text(Debugger& dbg) {
  std::string text;
  for (const Catchpoint& one : dbg.catches) {
    bool usual = one.on == (one.kind == &kKinds[0]);
    if (usual && one.condition.empty()) continue;
    text += "catch " + std::string(one.kind->name) + (one.on ? "" : " off") +
            (one.condition.empty() ? "" : " if " + one.condition) + "\n";
  }
  return text;
}

JsonArray catch_json(Debugger& dbg) {
  JsonArray list;
  for (const Catchpoint& one : dbg.catches) {
    JsonObject json;
    json.put("catch", one.kind->name).put("on", one.on);
    if (!one.condition.empty()) json.put("condition", one.condition);
    list.add(json);
  }
  return list;
}

}  // namespace cli
