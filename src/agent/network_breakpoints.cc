#include "agent/network_breakpoints.h"

#include <string.h>

#include <algorithm>

#include "agent/breakpoints.h"
#include "agent/nse_thread.h"
#include "agent/server.h"
#include "agent/server_events.h"
#include "base/text.h"

namespace agent {
namespace {

constexpr int kKinds = sizeof dap::kNetworkKinds / sizeof *dap::kNetworkKinds;

base::Result<NetworkKind> kind_named(const std::string& name) {
  std::vector<std::string> names(dap::kNetworkKinds, dap::kNetworkKinds + kKinds);
  for (int i = 0; i < kKinds; ++i)
    if (names[static_cast<size_t>(i)] == name) return static_cast<NetworkKind>(i);
  std::string all;
  for (const std::string& one : names) all += (all.empty() ? "" : ", ") + one;
  std::string hint = base::did_you_mean(name, names);
  return base::fail("there is no network breakpoint '" + name + "'",
                    hint.empty() ? "there are: " + all : hint);
}

base::Result<TargetFilter> filter_of(const dap::NetworkBreakpoint& breakpoint) {
  std::string port = breakpoint.port ? std::to_string(*breakpoint.port) : "";
  return TargetFilter::parse(breakpoint.host.value_or(""), port, breakpoint.script.value_or(""));
}

base::Status check(const dap::NetworkBreakpoint& breakpoint) {
  if (auto kind = kind_named(breakpoint.kind); !kind) return kind.take_error();
  if (auto filter = filter_of(breakpoint); !filter) return filter.take_error();
  if (breakpoint.condition)
    if (auto condition = Condition::compile(*breakpoint.condition); !condition)
      return condition.take_error();
  if (breakpoint.hitCondition)
    if (auto hit = HitCondition::parse(*breakpoint.hitCondition); !hit) return hit.take_error();
  if (breakpoint.logMessage)
    if (auto message = LogMessage::compile(*breakpoint.logMessage); !message)
      return message.take_error();
  return base::ok();
}

bool same(const dap::NetworkBreakpoint& a, const dap::NetworkBreakpoint& b) {
  return dap::to_json(a) == dap::to_json(b);
}

void tell_hits(int id, int hits) {
  dap::BreakpointEvent event;
  event.reason = "changed";
  event.breakpoint.id = id;
  event.breakpoint.verified = true;
  event.breakpoint.nseHits = hits;
  broadcast_event(event);
}

void print(const std::string& text) {
  dap::OutputEvent event;
  event.category = "console";
  event.output = text + "\n";
  broadcast_event(event);
}

}  // namespace

NetworkBreakpoints& network_breakpoints() {
  static NetworkBreakpoints* one = new NetworkBreakpoints;
  return *one;
}

// One that was set already keeps its number, and its hits with it.
dap::Breakpoint NetworkBreakpoints::add(int client_id, const dap::NetworkBreakpoint& breakpoint,
                                        const std::vector<Wanted>& before) {
  dap::Breakpoint answer;
  Wanted wanted;
  wanted.client_id = client_id;
  wanted.text = breakpoint;
  for (const Wanted& old : before) {
    bool taken = std::any_of(wanted_.begin(), wanted_.end(),
                             [&](const Wanted& now) { return now.id == old.id; });
    if (old.client_id == client_id && !taken && same(old.text, breakpoint)) wanted.id = old.id;
  }
  if (wanted.id == 0) wanted.id = breakpoints().new_id();
  answer.id = wanted.id;
  base::Status checked = check(breakpoint);
  if (!checked) {
    answer.message = checked.error().text();
    answer.reason = "failed";
    return answer;
  }
  answer.verified = true;
  wanted.kind = *kind_named(breakpoint.kind);
  wanted_.push_back(std::move(wanted));
  return answer;
}

std::vector<dap::Breakpoint> NetworkBreakpoints::set(
    int client_id, const std::vector<dap::NetworkBreakpoint>& wanted) {
  base::Lock lock(mutex_);
  std::vector<Wanted> before = wanted_;
  std::erase_if(wanted_, [&](const Wanted& one) { return one.client_id == client_id; });
  std::vector<dap::Breakpoint> answers;
  for (const dap::NetworkBreakpoint& one : wanted) answers.push_back(add(client_id, one, before));
  count_kinds();
  return answers;
}

void NetworkBreakpoints::forget(int client_id) {
  base::Lock lock(mutex_);
  std::erase_if(wanted_, [&](const Wanted& one) { return one.client_id == client_id; });
  count_kinds();
}

// Under the mutex.
void NetworkBreakpoints::count_kinds() {
  unsigned kinds = 0;
  for (const Wanted& one : wanted_) kinds |= bit(one.kind);
  ++version_;
  kinds_.store(kinds);
}

void NetworkBreakpoints::refresh() {
  if (compiled_version_ == version_.load()) return;
  base::Lock lock(mutex_);
  compiled_version_ = version_.load();
  std::vector<std::unique_ptr<Compiled>> next;
  for (const Wanted& wanted : wanted_) {
    auto old = std::find_if(compiled_.begin(), compiled_.end(),
                            [&](const auto& one) { return one && one->wanted.id == wanted.id; });
    if (old != compiled_.end()) {
      next.push_back(std::move(*old));
      continue;
    }
    auto one = std::make_unique<Compiled>();
    one->wanted = wanted;
    if (auto filter = filter_of(wanted.text)) one->filter = std::move(*filter);
    if (wanted.text.condition)
      if (auto made = Condition::compile(*wanted.text.condition)) one->condition = std::move(*made);
    if (wanted.text.hitCondition)
      if (auto made = HitCondition::parse(*wanted.text.hitCondition)) one->hit = *made;
    if (wanted.text.logMessage)
      if (auto made = LogMessage::compile(*wanted.text.logMessage))
        one->log_message = std::move(*made);
    next.push_back(std::move(one));
  }
  compiled_ = std::move(next);
}

void NetworkBreakpoints::try_one(Compiled& one, lua_State* co, lua_Debug* ar, Hit& hit) {
  std::string error, problem;
  Outcome outcome = one.condition ? one.condition->test(co, ar, &error) : Outcome::kTrue;
  if (outcome == Outcome::kFalse) return;
  if (outcome == Outcome::kError)
    problem = "the condition '" + *one.wanted.text.condition + "' failed: " + error;
  ++one.hits;
  if (problem.empty() && one.hit && !one.hit->holds(one.hits)) return;
  if (problem.empty() && one.log_message) return print(one.log_message->format(co, ar));
  tell_hits(one.wanted.id, one.hits);
  hit.ids.push_back(one.wanted.id);
  if (!problem.empty()) hit.problem = problem;
}

std::optional<NetworkBreakpoints::Hit> NetworkBreakpoints::test(const NetworkHappening& happening,
                                                                lua_State* co, lua_Debug* ar) {
  refresh();
  Hit hit;
  const Target target{happening.thread->script, happening.host, happening.name, happening.port,
                      happening.protocol};
  for (auto& one : compiled_)
    if ((happening.kinds & bit(one->wanted.kind)) && one->filter.matches(target))
      try_one(*one, co, ar, hit);
  if (hit.ids.empty()) return std::nullopt;
  return hit;
}

}  // namespace agent
