#include "agent/breakpoints.h"

#include <iterator>

#include "agent/condition.h"
#include "agent/server.h"
#include "base/text.h"
#include "dap/capabilities.h"

namespace agent {
namespace {

void announce(const Breakpoint& breakpoint) {
  dap::BreakpointEvent event;
  event.reason = "changed";
  event.breakpoint = breakpoint.to_dap();
  broadcast_event(event);
}

// "nmap loaded A, not B": the same name from another place is the usual reason for silence.
std::string not_loaded(const std::string& path, const std::string& checksum) {
  std::string name(base::basename(path));
  for (SourceFile* file : sources().all())
    if (file->name == name && path.find('/') != std::string::npos)
      return "nmap loaded " + file->real_path + ", not " + real_path(path) +
             (checksum.empty() ? "" : ", and their texts differ");
  std::vector<std::string> names;
  for (SourceFile* file : sources().all()) names.push_back(file->name);
  std::string hint = base::did_you_mean(name, names);
  return name + " is not loaded yet" + (hint.empty() ? "" : "; " + hint);
}

// Files of this content, as nmap loaded them. None for an empty checksum.
std::vector<SourceFile*> copies_of(const std::string& checksum) {
  std::vector<SourceFile*> found;
  for (SourceFile* file : sources().all())
    if (!checksum.empty() && file->checksum == checksum) found.push_back(file);
  return found;
}

// Why a text of the breakpoint cannot work, or empty.
std::string bad_text(const Breakpoint& breakpoint) {
  base::Status checked = base::ok();
  if (!breakpoint.condition.empty()) {
    checked = check_expression(breakpoint.condition);
    if (!checked) return "the condition does not compile: " + checked.error().message;
  }
  if (!breakpoint.hit_condition.empty()) {
    auto hit = HitCondition::parse(breakpoint.hit_condition);
    if (!hit) return hit.error().text();
  }
  if (!breakpoint.log_message.empty()) {
    auto message = LogMessage::compile(breakpoint.log_message);
    if (!message) return "the log message does not compile: " + message.error().message;
  }
  auto filter = TargetFilter::parse(breakpoint.on_host, breakpoint.on_port, breakpoint.on_script);
  if (!filter) return filter.error().text();
  Mode mode;
  if (!parse_mode(breakpoint.mode, mode)) {
    std::vector<std::string> names(std::begin(dap::kBreakpointModes),
                                   std::end(dap::kBreakpointModes));
    std::string hint = base::did_you_mean(breakpoint.mode, names);
    return "there is no mode '" + breakpoint.mode + "'; " +
           (hint.empty() ? "there are: every, host, once" : hint);
  }
  return {};
}

// What breakpoints in lines and in functions have in common.
template <class T>
void take_common(const T& wanted, Breakpoint& out) {
  out.condition = wanted.condition.value_or("");
  out.hit_condition = wanted.hitCondition.value_or("");
  out.on_host = wanted.nseHost.value_or("");
  out.on_port = wanted.nsePort.value_or("");
  out.on_script = wanted.nseScript.value_or("");
}

}  // namespace

bool parse_mode(const std::string& name, Mode& mode) {
  constexpr Mode kModes[] = {Mode::kEvery, Mode::kHost, Mode::kOnce};
  mode = Mode::kEvery;
  for (size_t i = 0; i < std::size(dap::kBreakpointModes); ++i)
    if (name == dap::kBreakpointModes[i]) return mode = kModes[i], true;
  return name.empty();
}

std::atomic<int> breakpoint_table_version{0};

Breakpoints& breakpoints() {
  static Breakpoints* one = new Breakpoints;
  return *one;
}

dap::Breakpoint Breakpoint::to_dap() const {
  dap::Breakpoint out;
  out.id = id;
  out.verified = verified;
  if (!message.empty()) out.message = message;
  if (!verified) out.reason = failed || !files.empty() ? "failed" : "pending";
  if (!files.empty()) out.source = files.front()->to_dap();
  if (!places.empty()) {
    out.source = places.front().file->to_dap();
    out.line = places.front().line_defined;
  }
  if (requested_line) out.line = verified ? line : requested_line;
  if (!history) return out;
  out.nseHits = history->hits.load();
  base::Lock lock(history->mutex);
  if (!history->by_host.empty()) out.nseHostHits = history->by_host;
  return out;
}

// A breakpoint that is set again unchanged keeps its number and its hits.
Breakpoint* Breakpoints::same(const Breakpoint& wanted) {
  for (Breakpoint& have : table_)
    if (have.client_id == wanted.client_id && have.path == wanted.path &&
        have.requested_line == wanted.requested_line && have.function == wanted.function &&
        have.condition == wanted.condition && have.hit_condition == wanted.hit_condition &&
        have.log_message == wanted.log_message && have.mode == wanted.mode &&
        have.on_host == wanted.on_host && have.on_port == wanted.on_port &&
        have.on_script == wanted.on_script)
      return &have;
  return nullptr;
}

void Breakpoints::check(Breakpoint& breakpoint) {
  breakpoint.message = bad_text(breakpoint);
  breakpoint.failed = !breakpoint.message.empty();
}

void Breakpoints::place(Breakpoint& breakpoint) {
  breakpoint.files = sources().find(breakpoint.path);
  if (breakpoint.files.empty()) breakpoint.files = copies_of(breakpoint.checksum);
  breakpoint.verified = false;
  if (breakpoint.failed) return;
  if (breakpoint.files.empty()) {
    breakpoint.message = not_loaded(breakpoint.path, breakpoint.checksum);
    return;
  }
  SourceFile& file = *breakpoint.files.front();
  int line = sources().chunk(file).resolve_line(breakpoint.requested_line);
  breakpoint.verified = line > 0;
  breakpoint.line = line;
  if (line <= 0) {
    breakpoint.message =
        file.name + " has no code at or after line " + std::to_string(breakpoint.requested_line);
  } else if (line != breakpoint.requested_line) {
    breakpoint.message = "line " + std::to_string(breakpoint.requested_line) +
                         " has no code; moved to line " + std::to_string(line);
  } else {
    breakpoint.message.clear();
  }
  if (file.has_changed())
    breakpoint.message += (breakpoint.message.empty() ? "" : "; ") + file.name +
                          " was edited after nmap had loaded it: its lines may be others";
}

std::vector<dap::Breakpoint> Breakpoints::set_lines(
    int client_id, const std::string& path, const std::string& checksum,
    const std::vector<dap::SourceBreakpoint>& wanted) {
  base::Lock lock(mutex_);
  std::vector<Breakpoint> next;
  std::vector<dap::Breakpoint> answer;
  for (const dap::SourceBreakpoint& one : wanted) {
    Breakpoint breakpoint;
    breakpoint.client_id = client_id;
    breakpoint.path = path;
    breakpoint.checksum = checksum;
    breakpoint.requested_line = one.line;
    breakpoint.log_message = one.logMessage.value_or("");
    breakpoint.mode = one.mode.value_or("");
    take_common(one, breakpoint);
    Breakpoint* old = same(breakpoint);
    breakpoint.id = old ? old->id : next_id_++;
    breakpoint.history = old ? old->history : new History;
    check(breakpoint);
    place(breakpoint);
    answer.push_back(breakpoint.to_dap());
    next.push_back(std::move(breakpoint));
  }
  for (Breakpoint& have : table_)
    if (have.client_id != client_id || have.path != path) next.push_back(std::move(have));
  table_ = std::move(next);
  breakpoint_table_version.fetch_add(1);
  return answer;
}

std::vector<int> Breakpoints::set_functions(int client_id,
                                            const std::vector<dap::FunctionBreakpoint>& wanted) {
  base::Lock lock(mutex_);
  std::vector<Breakpoint> next;
  std::vector<int> ids;
  for (const dap::FunctionBreakpoint& one : wanted) {
    Breakpoint breakpoint;
    breakpoint.client_id = client_id;
    breakpoint.function = one.name;
    breakpoint.log_message = one.nseLogMessage.value_or("");
    breakpoint.mode = one.nseMode.value_or("");
    take_common(one, breakpoint);
    if (Breakpoint* old = same(breakpoint)) {
      breakpoint = *old;
    } else {
      breakpoint.id = next_id_++;
      breakpoint.history = new History;
      check(breakpoint);
      if (!breakpoint.failed) breakpoint.message = "no function '" + one.name + "' is loaded yet";
    }
    ids.push_back(breakpoint.id);
    next.push_back(std::move(breakpoint));
  }
  for (Breakpoint& have : table_)
    if (have.client_id != client_id || have.function.empty()) next.push_back(std::move(have));
  table_ = std::move(next);
  breakpoint_table_version.fetch_add(1);
  return ids;
}

std::vector<dap::Breakpoint> Breakpoints::describe(const std::vector<int>& ids) {
  base::Lock lock(mutex_);
  std::vector<dap::Breakpoint> out;
  for (int id : ids)
    for (const Breakpoint& breakpoint : table_)
      if (breakpoint.id == id) out.push_back(breakpoint.to_dap());
  return out;
}

void Breakpoints::clear() {
  base::Lock lock(mutex_);
  table_.clear();
  breakpoint_table_version.fetch_add(1);
}

void Breakpoints::client_gone(int client_id) {
  base::Lock lock(mutex_);
  std::erase_if(table_, [client_id](const Breakpoint& b) { return b.client_id == client_id; });
  breakpoint_table_version.fetch_add(1);
}

void Breakpoints::on_loaded(SourceFile& file) {
  base::Lock lock(mutex_);
  for (Breakpoint& breakpoint : table_) {
    if (breakpoint.path.empty()) continue;
    bool was_verified = breakpoint.verified;
    std::string was = breakpoint.message;
    place(breakpoint);
    if (breakpoint.verified != was_verified || breakpoint.message != was) {
      breakpoint_table_version.fetch_add(1);
      announce(breakpoint);
    } else if (!breakpoint.files.empty() && breakpoint.files.back() == &file) {
      breakpoint_table_version.fetch_add(1);
    }
  }
}

void Breakpoints::resolved(int id, std::vector<FunctionPlace> places, const std::string& message) {
  base::Lock lock(mutex_);
  for (Breakpoint& breakpoint : table_) {
    if (breakpoint.id != id || breakpoint.failed) continue;
    bool verified = !places.empty();
    bool changed = breakpoint.verified != verified || breakpoint.message != message ||
                   breakpoint.places.size() != places.size();
    breakpoint.verified = verified;
    breakpoint.message = message;
    breakpoint.places = std::move(places);
    if (!changed) return;
    breakpoint_table_version.fetch_add(1);
    announce(breakpoint);
  }
}

void Breakpoints::announce_hit(int id) {
  base::Lock lock(mutex_);
  for (const Breakpoint& breakpoint : table_) {
    if (breakpoint.id != id) continue;
    stopped_for_.insert(breakpoint.client_id);
    announce(breakpoint);
  }
}

bool Breakpoints::has_stopped_for(int client_id) {
  base::Lock lock(mutex_);
  return stopped_for_.count(client_id) > 0;
}

int Breakpoints::new_id() {
  base::Lock lock(mutex_);
  return next_id_++;
}

std::vector<Breakpoint> Breakpoints::all() {
  base::Lock lock(mutex_);
  return table_;
}

}  // namespace agent
