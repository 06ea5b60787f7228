#include "cli/stop_view.h"

#include <string.h>

#include <algorithm>

#include "base/text.h"
#include "cli/evaluate.h"

namespace cli {
namespace {

std::vector<const UserBreakpoint*> hit_breakpoints(Debugger& dbg) {
  std::vector<const UserBreakpoint*> hit;
  for (int id : dbg.debuggee.stop().hitBreakpointIds.value_or(std::vector<int>()))
    if (const UserBreakpoint* breakpoint = dbg.breakpoints.find_by_id(id); breakpoint)
      if (breakpoint->number != 0) hit.push_back(breakpoint);
  return hit;
}

std::string exception_text(Debugger& dbg) {
  dap::ExceptionInfo::Arguments arguments;
  arguments.threadId = dbg.debuggee.current_thread();
  base::Result<dap::ExceptionInfo::Response> info =
      dbg.debuggee.request<dap::ExceptionInfo>(arguments);
  if (info && info->description) return *info->description;
  const dap::StoppedEvent& stop = dbg.debuggee.stop();
  return stop.text.value_or(stop.description.value_or("unknown error"));
}

// "Uncaught error: ", or what another client's exception filter has stopped for.
std::string title_of(const dap::StoppedEvent& stop) {
  std::string text = stop.description.value_or("Uncaught error: ");
  return text.substr(0, text.find(": ")) + ": ";
}

// ": sum changed from 0 to 1, at counter.nse:23".
std::string text_behind_colon(const dap::StoppedEvent& stop) {
  std::string text = stop.description.value_or("");
  return text.substr(std::min(text.find(": "), text.size()));
}

std::string returned_text(const dap::Returned& returned) {
  std::string values;
  for (const std::string& value : returned.values) values += (values.empty() ? "" : ", ") + value;
  return (returned.values.size() == 1 ? "Value returned is " : "Values returned are ") + values +
         " (" + returned.function + ")\n";
}

// "Breakpoint 1", "Paused", "Uncaught error: …".
std::string plain_reason_text(Debugger& dbg) {
  const dap::StoppedEvent& stop = dbg.debuggee.stop();
  std::string numbers;
  bool temporary = false;
  for (const UserBreakpoint* breakpoint : hit_breakpoints(dbg)) {
    numbers += (numbers.empty() ? "" : ", ") + std::to_string(breakpoint->number);
    temporary = breakpoint->temporary;
  }
  if (stop.reason == "data breakpoint" && !numbers.empty())
    return "Watchpoint " + numbers + text_behind_colon(stop) + "\nin";
  if (!numbers.empty()) {
    std::string text = (temporary ? "Temporary breakpoint " : "Breakpoint ") + numbers;
    bool network = stop.reason == "network breakpoint";
    return network ? text + ": " + stop.description.value_or("") : text;
  }
  if (stop.reason == "exception")
    return dbg.console.paint(Color::kRed, title_of(stop) + exception_text(dbg)) + "\nin";
  if (stop.reason == "pause") return "Paused";
  if (stop.reason == "entry") return "Start";
  if (stop.reason == "step") return "Step";
  return stop.description.value_or("Stopped (" + stop.reason + ")");
}

std::string reason_text(Debugger& dbg) {
  const dap::StoppedEvent& stop = dbg.debuggee.stop();
  std::string text = plain_reason_text(dbg);
  bool fallback = dbg.settings.non_stop && stop.allThreadsStopped.value_or(true);
  if (fallback && stop.reason != "pause" && stop.reason != "exception")
    text += " (everything is stopped: this place cannot yield)";
  return text;
}

// Why a breakpoint stopped although its condition did not say so: it failed.
std::string problem_text(Debugger& dbg) {
  const dap::StoppedEvent& stop = dbg.debuggee.stop();
  return stop.reason == "exception" ? "" : stop.text.value_or("");
}

std::string thread_text(Debugger& dbg, int id) {
  base::Result<dap::Thread> thread = dbg.debuggee.thread(id);
  return thread ? thread->name : "thread " + std::to_string(id);
}

bool breakpoint_at(Debugger& dbg, const std::string& path, int line) {
  std::string_view name = base::basename(path);
  for (const UserBreakpoint& breakpoint : dbg.breakpoints.all()) {
    if (!breakpoint.enabled || breakpoint.number == 0) continue;
    const auto& answer = breakpoint.answer;
    int at = answer.line ? answer.line : breakpoint.location.line;
    const std::string& file = answer.file.empty() ? breakpoint.location.file : answer.file;
    if (at == line && base::basename(file) == name) return true;
  }
  return false;
}

std::string screen(Debugger& dbg, const dap::StackFrame& frame, bool whole) {
  if (!frame.source || frame.line <= 0) return "";
  base::Result<const SourceText*> source = dbg.sources.text(*frame.source);
  if (!source) return "(" + source.error().message + ")\n";
  if (frame.line > (*source)->size())
    return "(the source has no line " + std::to_string(frame.line) + ": changed since?)\n";
  int size = whole ? dbg.settings.listsize : 1;
  int first = std::max(1, frame.line - size / 2);
  int last = std::min((*source)->size(), first + size - 1);
  dbg.listed_file = frame.source->path.value_or("");
  dbg.listed_first = first;
  dbg.listed_last = last;
  return listing(dbg, **source, first, last, frame.line);
}

std::string displays_text(Debugger& dbg) {
  std::string text;
  for (const Display& display : dbg.displays) {
    EvaluateOptions options;
    options.context = "watch";
    CommandResult value = evaluate(dbg, display.expression, options);
    text += std::to_string(display.number) + ": ";
    text += value ? value->text : display.expression + " = <" + value.error().message + ">";
    text += '\n';
  }
  return text;
}

// A step within the same function needs no header: the line says it all.
bool needs_header(Debugger& dbg, StopStyle style, const std::string& function) {
  const std::string& reason = dbg.debuggee.stop().reason;
  return style == StopStyle::kScreen || reason != "step" || function != dbg.shown_function;
}

bool whole_screen(Debugger& dbg, StopStyle style) {
  if (dbg.settings.listing == "always") return true;
  if (dbg.settings.listing == "never") return false;
  return style == StopStyle::kScreen || dbg.debuggee.stop().reason != "step";
}

// At an error the innermost frame is `error` or another C function: the user wants to stand in the
// Lua that called it.
void select_lua_frame(Debugger& dbg) {
  constexpr int kDeepest = 10;
  for (int level = 0; level < kDeepest; ++level) {
    base::Result<dap::StackFrame> frame = dbg.stack.frame(level);
    if (!frame) return;
    if (!frame->source || frame->line <= 0) continue;
    (void)dbg.stack.select_frame(level);
    return;
  }
}

void show_text(Debugger& dbg, StopStyle style) {
  int id = dbg.debuggee.current_thread();
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  std::string function;
  if (frame)
    function = std::to_string(id) + "/" + frame->name + "/" +
               (frame->source ? short_name(*frame->source) : "");
  std::string text;
  if (needs_header(dbg, style, function)) {
    text = dbg.console.paint(Color::kBold, reason_text(dbg)) + ", ";
    if (base::ends_with(text, "in, ")) text.resize(text.size() - 2), text += ' ';
    text += dbg.console.paint(Color::kCyan, thread_text(dbg, id));
    if (frame) text += ", " + frame_text(dbg, *frame);
    text += '\n';
  }
  if (std::string problem = problem_text(dbg); !problem.empty())
    text += dbg.console.paint(Color::kRed, problem) + '\n';
  if (frame) text += screen(dbg, *frame, whole_screen(dbg, style));
  if (auto& returned = dbg.debuggee.stop().nseReturned) text += returned_text(*returned);
  dbg.shown_function = function;
  if (!dbg.displays.empty()) text += displays_text(dbg);
  dbg.console.print(text);
}

void show_json(Debugger& dbg) {
  const dap::StoppedEvent& stop = dbg.debuggee.stop();
  int id = dbg.debuggee.current_thread();
  JsonObject event;
  event.put("event", "stopped").put("reason", stop.reason).put("threadId", id);
  if (base::Result<dap::Thread> thread = dbg.debuggee.thread(id); thread)
    event.put("thread", thread->name);
  std::vector<int> numbers;
  for (const UserBreakpoint* breakpoint : hit_breakpoints(dbg))
    numbers.push_back(breakpoint->number);
  if (!numbers.empty()) event.put("breakpoints", numbers);
  if (stop.reason == "data breakpoint") event.put("text", stop.description.value_or(""));
  if (stop.nseReturned) event.put("returned", *stop.nseReturned);
  if (stop.reason == "exception") event.put("text", exception_text(dbg));
  if (stop.reason == "network breakpoint") event.put("text", stop.description.value_or(""));
  if (std::string problem = problem_text(dbg); !problem.empty()) event.put("text", problem);
  if (base::Result<dap::StackFrame> frame = dbg.stack.selected_frame(); frame)
    event.put("frame", frame_json(dbg.stack.selected(), *frame));
  dbg.console.object(event);
}

}  // namespace

std::string frame_text(Debugger& dbg, const dap::StackFrame& frame) {
  std::string text = dbg.console.paint(Color::kYellow, frame.name);
  if (!frame.source) return text;
  text += " at " + short_name(*frame.source);
  if (frame.line > 0) text += ":" + std::to_string(frame.line);
  return text;
}

JsonObject frame_json(int level, const dap::StackFrame& frame) {
  JsonObject json;
  json.put("level", level).put("function", frame.name);
  if (frame.source && frame.source->path) json.put("file", *frame.source->path);
  if (frame.line > 0) json.put("line", frame.line);
  return json;
}

std::string frame_with_line(Debugger& dbg, int level) {
  base::Result<dap::StackFrame> frame = dbg.stack.frame(level);
  if (!frame) return frame.error().text();
  return "#" + std::to_string(level) + "  " + frame_text(dbg, *frame) + "\n" +
         screen(dbg, *frame, false);
}

std::string listing(Debugger& dbg, const SourceText& source, int first, int last, int current) {
  Console& console = dbg.console;
  size_t digits = std::to_string(last).size();
  std::string text;
  for (int number = first; number <= last; ++number) {
    std::string label = std::to_string(number);
    label.insert(0, digits - label.size(), ' ');
    bool here = number == current;
    text += breakpoint_at(dbg, source.path, number) ? console.paint(Color::kRed, "*") : " ";
    text += here ? console.paint(Color::kGreen, "=>") : "  ";
    text += " " + console.paint(here ? Color::kBold : Color::kDim, label);
    std::string_view line = source.line(number);
    if (!line.empty())
      text += "  " +
              (console.color() ? client::colored(line, source.state(number)) : std::string(line));
    text += '\n';
  }
  return text;
}

void show_stop(Debugger& dbg, StopStyle style) {
  dbg.stack.select_thread(dbg.debuggee.current_thread());
  select_lua_frame(dbg);
  if (dbg.console.json())
    show_json(dbg);
  else
    show_text(dbg, style);
}

// Within an event: nothing may be asked of the agent.
void show_also_stopped(Debugger& dbg, const dap::StoppedEvent& event) {
  int id = event.threadId.value_or(1);
  JsonObject object;
  object.put("event", "alsoStopped").put("reason", event.reason).put("threadId", id);
  dbg.console.object(object);
  dbg.console.print("[thread " + std::to_string(id) +
                    " stopped, too: " + event.description.value_or(event.reason) + "]\n");
}

void show_end(Debugger& dbg) {
  if (!dbg.debuggee.ended()) return;
  const client::Ended& ended = *dbg.debuggee.ended();
  JsonObject event;
  event.put("event", "ended").put("status", ended.status);
  if (ended.signal) event.put("signal", ended.signal);
  event.put("scriptEngine", ended.agent_seen);
  if (ended.lost) event.put("lost", true);
  dbg.console.object(event);
  std::string text = "[nmap ended";
  if (ended.lost)
    text = "[the connection to nmap is lost; the scan goes on there by itself";
  else if (ended.signal)
    text = std::string("[nmap was killed: ") + ::strsignal(ended.signal);
  else if (ended.status)
    text += " with status " + std::to_string(ended.status);
  if (!dbg.reporting) dbg.console.print(text + "]");
  if (!ended.agent_seen && !ended.agent_failed && ended.status == 0)
    dbg.console.error(
        "nmap ended without starting its script engine\n"
        "  add --script NAME or -sC to its arguments");
}

namespace {

// `break :action` before the scan runs: the script is the one that nmap is told to run.
std::string only_script(const std::vector<std::string>& nmap) {
  for (size_t i = 1; i < nmap.size(); ++i) {
    std::string value;
    if (nmap[i] == "--script" && i + 1 < nmap.size())
      value = nmap[i + 1];
    else if (base::starts_with(nmap[i], "--script="))
      value = nmap[i].substr(9);
    if (value.empty() || value.find_first_of(" ,*") != std::string::npos) continue;
    std::string name(base::basename(value));
    return base::ends_with(name, ".nse") ? name.substr(0, name.size() - 4) : name;
  }
  return "";
}

}  // namespace

Here here(Debugger& dbg) {
  Here place;
  if (!dbg.debuggee.stopped()) {
    place.script = only_script(dbg.nmap);
    return place;
  }
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame || !frame->source) return place;
  place.file = frame->source->path.value_or(frame->source->name.value_or(""));
  place.line = frame->line;
  base::Result<dap::Thread> thread = dbg.debuggee.thread(dbg.stack.thread());
  if (thread && thread->nseScript) place.script = *thread->nseScript;
  std::string name = short_name(*frame->source);
  if (place.script.empty() && base::ends_with(name, ".nse"))
    place.script = name.substr(0, name.size() - 4);
  return place;
}

}  // namespace cli
