// why: what became of a script, and of a breakpoint.
#include <array>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command_groups.h"
#include "cli/debugger.h"
#include "cli/peer.h"
#include "dap/nse_requests.h"

namespace cli {
namespace {

CommandResult ask(Debugger& dbg, const dap::Why::Arguments& question) {
  base::Result<dap::Why::Response> answer = dbg.debuggee.request<dap::Why>(question);
  if (!answer) return answer.take_error();
  Reply reply{answer->answer, {}};
  reply.json.put("answer", answer->answer);
  if (answer->outcomes) reply.json.put("outcomes", *answer->outcomes);
  return reply;
}

CommandResult why_breakpoint(Debugger& dbg, std::string_view text) {
  std::vector<int> numbers = dbg.breakpoints.numbers();
  if (text.empty() && numbers.size() != 1)
    return base::fail("which breakpoint?", "'info break' lists their numbers");
  long long number = text.empty() ? numbers.front() : 0;
  if (!text.empty() && !base::parse_int(text, number))
    return base::fail("'" + std::string(text) + "' is no breakpoint's number");
  UserBreakpoint* found = dbg.breakpoints.find(static_cast<int>(number));
  if (!found) return base::fail("there is no breakpoint " + std::to_string(number));
  std::string name = "Breakpoint " + std::to_string(number) + " (" + found->place() + "): ";
  if (!found->enabled) return Reply{name + "it is disabled; 'enable' lets it stop", {}};
  if (found->answer.id == 0)
    return base::fail("nothing has happened yet: nmap does not run", "type 'run'");
  dap::Why::Arguments question;
  question.breakpointId = found->answer.id;
  CommandResult reply = ask(dbg, question);
  if (reply) reply->text = name + reply->text;
  return reply;
}

CommandResult why(Debugger& dbg, std::string_view text) {
  std::string_view word = take_word(text);
  if (word == "break" || word == "breakpoint") return why_breakpoint(dbg, text);
  dap::Why::Arguments question;
  question.script = std::string(word);
  if (word.empty()) question.script = here(dbg).script;
  if (question.script->empty())
    return base::fail("why what?", "why SCRIPT [HOST[:PORT]], or why break N");
  std::string_view target = take_word(text);
  base::Result<Peer> peer = parse_peer(target);
  if (!peer) return peer.take_error();
  question.host = peer->host;
  question.port = peer->port;
  return ask(dbg, question);
}

constexpr std::array<Command, 1> kCommands = {{
    {"why", "SCRIPT [HOST[:PORT]] | break N",
     "why a script did what it did, or a breakpoint was never hit",
     "From what really happened: not selected (and what would select it), no rule of that kind,\n"
     "its rule said no (at which line, with which values), it waits for others, timed out, "
     "failed,\n"
     "ran and returned nothing at line N. Still answered when the scan is over.\n"
     "  why http-title 10.0.0.5:8080\n"
     "  why break 1",
     Completes::kNothing, false, why},
}};

}  // namespace

std::span<const Command> why_commands() { return kCommands; }

}  // namespace cli
