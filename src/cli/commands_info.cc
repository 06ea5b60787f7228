// What `info NAME` shows: a table of its own, so that help and completion know the names.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/breakpoint_view.h"
#include "cli/execution.h"
#include "cli/network.h"
#include "cli/scan_view.h"
#include "cli/threads_view.h"
#include "cli/variables_view.h"

namespace cli {
namespace {

CommandResult info_break(Debugger& dbg, std::string_view) {
  // The agent counts hits: what it answers to an unchanged list brings them up to date.
  if (dbg.debuggee.stopped()) (void)dbg.breakpoints.send_all();
  Reply reply{breakpoint_list(dbg), {}};
  JsonArray list;
  for (const UserBreakpoint& breakpoint : dbg.breakpoints.all())
    if (breakpoint.number != 0) list.add(breakpoint_json(breakpoint));
  reply.json.put_json("breakpoints", list.text()).put_json("catch", catch_json(dbg).text());
  return reply;
}

CommandResult info_watch(Debugger& dbg, std::string_view) {
  Reply reply{breakpoint_list(dbg, true), {}};
  JsonArray list;
  for (const UserBreakpoint& breakpoint : dbg.breakpoints.all())
    if (breakpoint.is_watch()) list.add(breakpoint_json(breakpoint));
  reply.json.put_json("watchpoints", list.text());
  return reply;
}

template <const char* scope>
CommandResult info_scope(Debugger& dbg, std::string_view) {
  return scope_reply(dbg, scope);
}
constexpr char kLocals[] = "Locals", kUpvalues[] = "Upvalues", kGlobals[] = "Globals",
               kEnvironment[] = "Script environment", kNse[] = "NSE";

CommandResult info_registry(Debugger& dbg, std::string_view) {
  return nse_member_reply(dbg, "registry");
}

CommandResult info_args(Debugger& dbg, std::string_view) {
  base::Result<dap::Scope> scope = dbg.stack.scope("Locals");
  if (!scope) return scope.take_error();
  base::Result<std::vector<dap::Variable>> all = dbg.stack.variables(scope->variablesReference);
  if (!all) return all.take_error();
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  // Lua's parameters are a function's first locals.
  size_t parameters = static_cast<size_t>(frame->nseParameters.value_or(0));
  if (all->size() > parameters) all->resize(parameters);
  Reply reply{variables_text(*all), {}};
  reply.json.put_json("variables", variables_json(*all).text());
  if (CommandResult varargs = scope_reply(dbg, "Varargs");
      varargs && !base::starts_with(varargs->text, "No "))
    reply.text += varargs->text;
  if (CommandResult script = nse_member_reply(dbg, "script-args"); script) {
    reply.text += script->text;
    reply.json.put("scriptArgs", script->json);
  }
  if (reply.text.empty()) reply.text = "No arguments";
  return reply;
}

CommandResult info_frame(Debugger& dbg, std::string_view) {
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  base::Result<dap::Thread> thread = dbg.debuggee.thread(dbg.stack.thread());
  int level = dbg.stack.selected();
  Reply reply{"Frame " + std::to_string(level) + ": " + frame_text(dbg, *frame) + "\n", {}};
  if (frame->source && frame->source->path)
    reply.text += "  source  " + *frame->source->path + "\n";
  if (thread) reply.text += "  thread  " + std::to_string(thread->id) + " " + thread->name + "\n";
  reply.json.put("frame", frame_json(level, *frame));
  return reply;
}

CommandResult info_source(Debugger& dbg, std::string_view) {
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  if (!frame->source) return base::fail("this frame has no Lua source");
  const dap::Source& source = *frame->source;
  Reply reply{source.path.value_or(source.name.value_or("?")), {}};
  if (base::Result<const SourceText*> text = dbg.sources.text(source); text)
    reply.text += "\n  " + std::to_string((*text)->size()) + " lines";
  reply.json.put("source", source);
  return reply;
}

CommandResult info_line(Debugger& dbg, std::string_view) {
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  if (!frame->source) return base::fail("this frame has no Lua source");
  std::string file = frame->source->path.value_or(frame->source->name.value_or("?"));
  Reply reply{"line " + std::to_string(frame->line) + " of " + file, {}};
  reply.json.put("file", file).put("line", frame->line);
  return reply;
}

CommandResult info_sources(Debugger& dbg, std::string_view text) {
  base::Result<dap::LoadedSources::Response> answer = dbg.debuggee.request<dap::LoadedSources>({});
  if (!answer) return answer.take_error();
  std::vector<std::string> paths;
  for (const dap::Source& source : answer->sources) {
    std::string path = source.path.value_or(source.name.value_or("?"));
    if (path.find(base::trim(text)) != std::string::npos) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  Reply reply;
  for (const std::string& path : paths) reply.text += path + "\n";
  if (paths.empty()) reply.text = "No sources";
  reply.json.put("sources", paths);
  return reply;
}

CommandResult info_display(Debugger& dbg, std::string_view) {
  Reply reply;
  std::vector<std::string> expressions;
  for (const Display& display : dbg.displays) {
    reply.text += std::to_string(display.number) + ": " + display.expression + "\n";
    expressions.push_back(display.expression);
  }
  if (expressions.empty()) reply.text = "No displays";
  reply.json.put("displays", expressions);
  return reply;
}

constexpr std::array<Command, 20> kInfo = {{
    {"args", "", "the function's parameters and the script's --script-args", "",
     Completes::kNothing, false, info_args},
    {"breakpoints b break", "", "breakpoints, their conditions and hits; what `catch` has set", "",
     Completes::kNothing, false, info_break},
    {"display", "", "what `display` shows at every stop", "", Completes::kNothing, false,
     info_display},
    {"env", "", "the script's environment: its global variables", "", Completes::kNothing, false,
     info_scope<kEnvironment>},
    {"frame f", "", "the selected frame", "", Completes::kNothing, false, info_frame},
    {"globals", "", "Lua's globals", "", Completes::kNothing, false, info_scope<kGlobals>},
    {"line", "", "the file and line of the selected frame", "", Completes::kNothing, false,
     info_line},
    {"locals", "", "local variables", "", Completes::kNothing, false, info_scope<kLocals>},
    {"mutexes locks", "", "nmap's mutexes and condition variables: holders, queues, deadlocks", "",
     Completes::kNothing, false, locks_reply},
    {"nse", "", "host, port, SCRIPT_NAME, script-args, registry", "", Completes::kNothing, false,
     info_scope<kNse>},
    {"registry", "", "nmap.registry in full", "", Completes::kNothing, false, info_registry},
    {"scan", "", "phase, hosts and ports, and what each script has come to and cost so far", "",
     Completes::kNothing, false, scan_reply},
    {"skip", "", "what steps go through", "", Completes::kNothing, false, info_skip},
    {"sockets", "", "nmap's sockets: peer, bytes, whose, what waits on them", "",
     Completes::kNothing, false, info_sockets},
    {"source", "", "the file of the selected frame", "", Completes::kNothing, false, info_source},
    {"sources", "[TEXT]", "the files that nmap has loaded; those with TEXT in their path", "",
     Completes::kNothing, false, info_sources},
    {"threads", "[FILTER...] [-group KEY] [-sort KEY] [-times] [-from N] [-all]",
     "the NSE threads: script, target, phase, place, and what they wait for",
     "FILTER: script=http-*, host=10.0.0.0/8, port=80, phase=action, state=waiting|ready|running|\n"
     "stopped|dead, wait=mutex|condvar|receive…, error, worker, parent=N, id=3-7, or a part of "
     "the\n"
     "name; KEY!=VALUE and !WORD exclude. -group: script, host, state, phase or wait. -sort: id,\n"
     "time, wait, since, script or host. 50 are shown at a time.",
     Completes::kNothing, false, threads_reply},
    {"upvalues", "", "the upvalues of the selected function", "", Completes::kNothing, false,
     info_scope<kUpvalues>},
    {"varargs", "", "the values of `...`", "", Completes::kNothing, false,
     [](Debugger& dbg, std::string_view) { return scope_reply(dbg, "Varargs"); }},
    {"watchpoints watch", "", "what is watched, and how often it has changed", "",
     Completes::kNothing, false, info_watch},
}};

}  // namespace

std::span<const Command> info_commands() { return kInfo; }

}  // namespace cli
