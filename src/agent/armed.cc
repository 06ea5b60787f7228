#include "agent/armed.h"

#include <algorithm>

#include "agent/marks.h"
#include "agent/resume.h"
#include "agent/server.h"

namespace agent {
namespace {

// The texts compile: Breakpoints has checked them.
std::unique_ptr<ArmedBreakpoint> make(const Breakpoint& breakpoint) {
  auto armed = std::make_unique<ArmedBreakpoint>();
  armed->id = breakpoint.id;
  armed->history = breakpoint.history;
  parse_mode(breakpoint.mode, armed->mode);
  armed->condition_text = breakpoint.condition;
  if (!breakpoint.condition.empty())
    if (auto compiled = Condition::compile(breakpoint.condition))
      armed->condition = std::move(*compiled);
  if (!breakpoint.log_message.empty())
    if (auto compiled = LogMessage::compile(breakpoint.log_message))
      armed->log_message = std::move(*compiled);
  if (auto filter =
          TargetFilter::parse(breakpoint.on_host, breakpoint.on_port, breakpoint.on_script))
    armed->filter = std::move(*filter);
  if (!breakpoint.hit_condition.empty())
    if (auto parsed = HitCondition::parse(breakpoint.hit_condition)) armed->hit = *parsed;
  return armed;
}

// As its mode has it: the first time at all, or of this host.
bool is_first(ArmedBreakpoint& breakpoint) {
  if (breakpoint.mode == Mode::kEvery) return true;
  const NseThread* thread = running()->thread;
  std::string host = breakpoint.mode == Mode::kHost && thread ? thread->host : "";
  std::vector<std::string>& hosts = breakpoint.history->hosts;
  if (std::find(hosts.begin(), hosts.end(), host) != hosts.end()) return false;
  hosts.push_back(std::move(host));
  return true;
}

// The script's name if only its threads can get there, else empty.
std::string owner_of(const ArmedBreakpoint& breakpoint) {
  if (!breakpoint.script.empty()) return breakpoint.script;
  return breakpoint.file->script ? breakpoint.file->script_name() : "";
}

bool is_for(ArmedBreakpoint& breakpoint, const NseThread* thread) {
  if (breakpoint.filter.empty()) return true;
  int id = thread ? thread->id : kEngineThreadId;
  if (breakpoint.asked_thread != id) {
    breakpoint.asked_thread = id;
    breakpoint.is_for_asked = breakpoint.filter.matches(thread);
  }
  return breakpoint.is_for_asked;
}

void count_host(History& history, const NseThread* thread) {
  if (!thread || thread->host.empty()) return;
  base::Lock lock(history.mutex);
  for (dap::HostHits& known : history.by_host)
    if (known.host == thread->host) return (void)++known.hits;
  if (history.by_host.size() < kMostHosts) history.by_host.push_back({thread->host, 1});
}

void log_line(const std::string& text, SourceFile& file, int line) {
  dap::OutputEvent event;
  event.category = "console";
  event.output = text + "\n";
  event.source = file.to_dap();
  event.line = line;
  broadcast_event(event);
}

}  // namespace

int armed_version = -1;

Armed& armed() {
  static Armed* one = new Armed;
  return *one;
}

bool Armed::refresh() {
  int now = breakpoint_version();
  if (now == armed_version) return false;
  armed_version = now;
  ++marks_epoch;
  list_.clear();
  scripts_.clear();
  libraries_ = filtered_ = false;
  for (const Breakpoint& breakpoint : breakpoints().all()) {
    if (!breakpoint.verified) continue;
    for (SourceFile* file : breakpoint.files) {
      auto one = make(breakpoint);
      one->file = file;
      one->line = breakpoint.line;
      list_.push_back(std::move(one));
    }
    for (const FunctionPlace& place : breakpoint.places) {
      auto one = make(breakpoint);
      one->file = place.file;
      one->line_defined = place.line_defined;
      one->script = place.script;
      one->rule = place.rule;
      list_.push_back(std::move(one));
    }
  }
  for (const auto& one : list_) {
    filtered_ |= !one->filter.empty();
    std::string owner = owner_of(*one);
    libraries_ |= owner.empty();
    if (!owner.empty()) scripts_.push_back(std::move(owner));
  }
  return true;
}

bool Armed::concerns(ArmedBreakpoint& breakpoint, const NseThread* thread) {
  std::string owner = owner_of(breakpoint);
  return (owner.empty() || !thread || owner == thread->script) && is_for(breakpoint, thread);
}

bool Armed::reachable_by(NseThread* thread) {
  if (list_.empty()) return false;
  if (filtered_ && thread) {
    if (thread->armed_version == armed_version) return thread->reachable;
    thread->armed_version = armed_version;
    thread->reachable = false;
    for (const auto& one : list_) thread->reachable |= concerns(*one, thread);
    return thread->reachable;
  }
  if (libraries_) return true;
  if (!thread) return true;  // a script's top level runs in the engine's name when it is loaded
  for (const std::string& script : scripts_)
    if (script == thread->script) return true;
  return false;
}

void Armed::update(SourceFile& file) {
  if (file.armed_version == armed_version) return;
  file.armed_version = armed_version;
  file.armed_lines.clear();
  file.armed_functions.clear();
  for (const auto& one : list_) {
    if (one->file != &file) continue;
    if (one->line_defined) {
      file.armed_functions.push_back(one->line_defined);
      continue;
    }
    size_t line = static_cast<size_t>(one->line);
    if (file.armed_lines.size() <= line) file.armed_lines.resize(line + 1);
    file.armed_lines[line] = true;
  }
}

bool Armed::has_breakpoint_in(SourceFile& file, int first_line, int last_line) {
  update(file);
  bool main_chunk = first_line == 0;  // linedefined 0, and so is lastlinedefined (lparser.c)
  size_t end = main_chunk ? file.armed_lines.size()
                          : std::min(file.armed_lines.size(), static_cast<size_t>(last_line) + 1);
  for (size_t line = static_cast<size_t>(first_line); line < end; ++line)
    if (file.armed_lines[line]) return true;
  return false;
}

bool Armed::has_function_at(SourceFile& file, int line_defined) {
  update(file);
  for (int line : file.armed_functions)
    if (line == line_defined) return true;
  return false;
}

void Armed::test(ArmedBreakpoint& breakpoint, lua_State* co, lua_Debug* ar, int line, Hit& hit) {
  if (!is_for(breakpoint, running()->thread)) return;
  breakpoint.history->reached.fetch_add(1, std::memory_order_relaxed);
  if (breakpoint.condition) {
    std::string error;
    switch (breakpoint.condition->test(co, ar, &error)) {
      case Outcome::kFalse: return;
      case Outcome::kTrue: break;
      case Outcome::kError:
        hit.problem = "the condition '" + breakpoint.condition_text + "' failed: " + error;
    }
  }
  int count = breakpoint.history->hits.fetch_add(1) + 1;
  count_host(*breakpoint.history, running()->thread);
  bool wanted = !hit.problem.empty() || !breakpoint.hit || breakpoint.hit->holds(count);
  if (!wanted || !is_first(breakpoint)) return;
  if (breakpoint.log_message && hit.problem.empty()) {
    log_line(breakpoint.log_message->format(co, ar), *breakpoint.file, line);
    return;
  }
  hit.stop = true;
  hit.ids.push_back(breakpoint.id);
}

Hit Armed::at_line(lua_State* co, lua_Debug* ar, SourceFile& file, int line) {
  Hit hit;
  for (const auto& one : list_)
    if (one->file == &file && one->line == line) test(*one, co, ar, line, hit);
  return hit;
}

Hit Armed::at_function(lua_State* co, lua_Debug* ar, SourceFile& file, int line_defined,
                       const NseThread* thread, bool called_by_engine) {
  Hit hit;
  for (const auto& one : list_) {
    if (one->file != &file || one->line_defined != line_defined) continue;
    if (!one->rule.empty()) {
      if (!thread || !called_by_engine || thread->worker || one->script != thread->script) continue;
      if (one->rule == "action" ? !thread->action : thread->action || one->rule != thread->type)
        continue;
    }
    test(*one, co, ar, ar->currentline, hit);
  }
  return hit;
}

}  // namespace agent
