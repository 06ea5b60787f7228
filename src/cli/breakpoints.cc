#include "cli/breakpoints.h"

#include <algorithm>

#include "base/text.h"
#include "client/debuggee.h"

namespace cli {
namespace {

void take_answer(UserBreakpoint& breakpoint, const dap::Breakpoint& from_agent) {
  UserBreakpoint::Answer& answer = breakpoint.answer;
  if (from_agent.id) answer.id = *from_agent.id;
  answer.verified = from_agent.verified;
  answer.failed = from_agent.reason == "failed";
  answer.message = from_agent.message.value_or("");
  if (from_agent.line) answer.line = *from_agent.line;
  if (from_agent.source)
    answer.file = from_agent.source->path.value_or(from_agent.source->name.value_or(answer.file));
  if (from_agent.nseHits) answer.hits = std::max(answer.hits, *from_agent.nseHits);
  if (from_agent.nseHostHits) answer.by_host = *from_agent.nseHostHits;
}

// DAP's hitCondition in the agent's words: "> 3".
dap::opt<std::string> hit_condition(const UserBreakpoint& breakpoint) {
  if (breakpoint.ignore_until == 0) return std::nullopt;
  return "> " + std::to_string(breakpoint.ignore_until);
}

dap::opt<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

// What breakpoints in lines and in functions have in common.
template <class T>
T wanted_as(const UserBreakpoint& breakpoint) {
  T one;
  one.condition = unless_empty(breakpoint.condition);
  one.hitCondition = hit_condition(breakpoint);
  one.nseHost = unless_empty(breakpoint.filter.host);
  one.nsePort = unless_empty(breakpoint.filter.port);
  one.nseScript = unless_empty(breakpoint.filter.script);
  return one;
}

dap::opt<std::string> mode_of(const UserBreakpoint& breakpoint) {
  if (!breakpoint.filter.first_per_host) return std::nullopt;
  return "host";
}

void take_answers(const std::vector<UserBreakpoint*>& asked,
                  const std::vector<dap::Breakpoint>& answers) {
  for (size_t i = 0; i < asked.size() && i < answers.size(); ++i)
    take_answer(*asked[i], answers[i]);
}

}  // namespace

std::string network_text(const dap::NetworkBreakpoint& network) {
  std::string text = network.kind;
  if (network.script) text += " " + *network.script;
  if (!network.host && !network.port) return text;
  std::string host = network.host.value_or("");
  text += " " + (host.find(':') == std::string::npos ? host : "[" + host + "]");
  return network.port ? text + ":" + std::to_string(*network.port) : text;
}

std::string UserBreakpoint::place() const {
  if (network) return network_text(*network);
  if (is_watch()) return watch;
  if (location.is_function()) {
    if (!answer.verified || answer.file.empty()) return location.text();
    return location.text() + " (" + std::string(base::basename(answer.file)) + ":" +
           std::to_string(answer.line) + ")";
  }
  const std::string& file = answer.file.empty() ? location.file : answer.file;
  int line = answer.line ? answer.line : location.line;
  return std::string(base::basename(file)) + ":" + std::to_string(line);
}

UserBreakpoint& Breakpoints::add(const BreakSpec& spec, bool temporary, bool internal) {
  UserBreakpoint breakpoint;
  breakpoint.number = internal ? 0 : ++last_number_;
  breakpoint.location = spec.location;
  breakpoint.network = spec.network;
  breakpoint.condition = spec.condition;
  breakpoint.log = spec.log;
  breakpoint.filter = spec.filter;
  breakpoint.ignore_until = spec.ignore;
  breakpoint.temporary = temporary;
  return list_.emplace_back(std::move(breakpoint));
}

base::Result<UserBreakpoint*> Breakpoints::add_watch(const std::string& expression,
                                                     const std::string& condition, int frame_id) {
  dap::DataBreakpointInfo::Arguments arguments;
  arguments.name = expression;
  arguments.frameId = frame_id;
  auto info = debuggee_.request<dap::DataBreakpointInfo>(arguments);
  if (!info) return info.take_error();
  if (info->dataId.text == "null")
    return base::fail(info->description,
                      "'watch' takes a local, or a field such as t.name or t[1]");
  UserBreakpoint breakpoint;
  breakpoint.number = ++last_number_;
  breakpoint.watch = expression;
  breakpoint.data_id = info->dataId.text.substr(1, info->dataId.text.size() - 2);
  breakpoint.condition = condition;
  UserBreakpoint& added = list_.emplace_back(std::move(breakpoint));
  base::Status sent = send_watches();
  if (sent && added.answer.failed) sent = base::fail(added.answer.message);
  if (sent) return &added;
  list_.pop_back();
  --last_number_;
  (void)send_watches();
  return sent.take_error();
}

UserBreakpoint* Breakpoints::find(int number) {
  for (UserBreakpoint& breakpoint : list_)
    if (breakpoint.number == number && number != 0) return &breakpoint;
  return nullptr;
}

UserBreakpoint* Breakpoints::find_by_id(int agent_id) {
  for (UserBreakpoint& breakpoint : list_)
    if (breakpoint.answer.id == agent_id && agent_id != 0) return &breakpoint;
  return nullptr;
}

std::vector<int> Breakpoints::numbers() const {
  std::vector<int> numbers;
  for (const UserBreakpoint& breakpoint : list_)
    if (breakpoint.number != 0) numbers.push_back(breakpoint.number);
  return numbers;
}

base::Status Breakpoints::send(const UserBreakpoint& changed) {
  if (!debuggee_.alive() || debuggee_.state() == client::Debuggee::State::kDetached)
    return base::ok();
  if (changed.network) return send_network();
  if (changed.is_watch()) return send_watches();
  return changed.location.is_function() ? send_functions() : send_file(changed.location.file);
}

base::Status Breakpoints::send_all() {
  std::set<std::string> files;
  bool functions = false, network = false;
  for (const UserBreakpoint& breakpoint : list_) {
    if (breakpoint.is_watch()) continue;
    if (breakpoint.network)
      network = true;
    else if (breakpoint.location.is_function())
      functions = true;
    else
      files.insert(breakpoint.location.file);
  }
  for (const std::string& file : files)
    if (base::Status sent = send_file(file); !sent) return sent;
  if (functions)
    if (base::Status sent = send_functions(); !sent) return sent;
  return network ? send_network() : base::ok();
}

base::Status Breakpoints::send_file(const std::string& file) {
  dap::SetBreakpoints::Arguments arguments;
  if (file.find('/') == std::string::npos) arguments.source.name = file;
  arguments.source.path = file;
  std::vector<UserBreakpoint*> asked;
  std::vector<dap::SourceBreakpoint>& wanted = arguments.breakpoints.emplace();
  for (UserBreakpoint& breakpoint : list_) {
    if (!breakpoint.enabled || breakpoint.network || breakpoint.location.file != file) continue;
    auto one = wanted_as<dap::SourceBreakpoint>(breakpoint);
    one.line = breakpoint.location.line;
    one.logMessage = unless_empty(breakpoint.log);
    one.mode = mode_of(breakpoint);
    wanted.push_back(std::move(one));
    asked.push_back(&breakpoint);
  }
  if (wanted.empty() && !sent_files_.count(file)) return base::ok();
  sent_files_.insert(file);
  base::Result<dap::BreakpointsResponse> answer = debuggee_.request<dap::SetBreakpoints>(arguments);
  if (!answer) return answer.take_error();
  take_answers(asked, answer->breakpoints);
  return base::ok();
}

base::Status Breakpoints::send_functions() {
  dap::SetFunctionBreakpoints::Arguments arguments;
  std::vector<UserBreakpoint*> asked;
  for (UserBreakpoint& breakpoint : list_) {
    if (!breakpoint.enabled || !breakpoint.location.is_function()) continue;
    auto one = wanted_as<dap::FunctionBreakpoint>(breakpoint);
    one.name = breakpoint.location.function;
    one.nseLogMessage = unless_empty(breakpoint.log);
    one.nseMode = mode_of(breakpoint);
    arguments.breakpoints.push_back(std::move(one));
    asked.push_back(&breakpoint);
  }
  base::Result<dap::BreakpointsResponse> answer =
      debuggee_.request<dap::SetFunctionBreakpoints>(arguments);
  if (!answer) return answer.take_error();
  take_answers(asked, answer->breakpoints);
  return base::ok();
}

base::Status Breakpoints::send_network() {
  dap::SetNetworkBreakpoints::Arguments arguments;
  std::vector<UserBreakpoint*> asked;
  for (UserBreakpoint& breakpoint : list_) {
    if (!breakpoint.enabled || !breakpoint.network) continue;
    dap::NetworkBreakpoint one = *breakpoint.network;
    one.condition = unless_empty(breakpoint.condition);
    one.hitCondition = hit_condition(breakpoint);
    one.logMessage = unless_empty(breakpoint.log);
    arguments.breakpoints.push_back(std::move(one));
    asked.push_back(&breakpoint);
  }
  base::Result<dap::BreakpointsResponse> answer =
      debuggee_.request<dap::SetNetworkBreakpoints>(arguments);
  if (!answer) return answer.take_error();
  take_answers(asked, answer->breakpoints);
  return base::ok();
}

base::Status Breakpoints::send_watches() {
  dap::SetDataBreakpoints::Arguments arguments;
  std::vector<UserBreakpoint*> asked;
  for (UserBreakpoint& breakpoint : list_) {
    if (!breakpoint.enabled || !breakpoint.is_watch()) continue;
    dap::DataBreakpoint one;
    one.dataId = breakpoint.data_id;
    one.condition = unless_empty(breakpoint.condition);
    one.hitCondition = hit_condition(breakpoint);
    arguments.breakpoints.push_back(std::move(one));
    asked.push_back(&breakpoint);
  }
  auto answer = debuggee_.request<dap::SetDataBreakpoints>(arguments);
  if (!answer) return answer.take_error();
  take_answers(asked, answer->breakpoints);
  return base::ok();
}

base::Status Breakpoints::remove_if(bool (*condemned)(const UserBreakpoint&, int), int argument) {
  base::Status result = base::ok();
  for (size_t i = list_.size(); i-- > 0;) {
    if (!condemned(list_[i], argument)) continue;
    UserBreakpoint gone = std::move(list_[i]);
    list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(i));
    if (base::Status sent = send(gone); !sent) result = sent;
  }
  return result;
}

base::Status Breakpoints::remove(int number) {
  return remove_if([](const UserBreakpoint& b, int n) { return b.number == n; }, number);
}

base::Status Breakpoints::remove_internal() { return remove(0); }

bool Breakpoints::update(const dap::Breakpoint& from_agent, UserBreakpoint*& which) {
  which = from_agent.id ? find_by_id(*from_agent.id) : nullptr;
  if (!which) return false;
  UserBreakpoint::Answer before = which->answer;
  take_answer(*which, from_agent);
  if (which->number == 0) return false;
  const UserBreakpoint::Answer& now = which->answer;
  return before.verified != now.verified || before.line != now.line ||
         before.message != now.message;
}

std::vector<std::string> Breakpoints::take_ended_watches() {
  std::vector<std::string> texts;
  for (size_t i = 0; i < list_.size(); ++i) {
    const UserBreakpoint& breakpoint = list_[i];
    if (!breakpoint.is_watch() || !breakpoint.answer.failed) continue;
    texts.push_back("Watchpoint " + std::to_string(breakpoint.number) + " (" + breakpoint.watch +
                    ") is deleted: " + breakpoint.answer.message);
    list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(i--));
  }
  return texts;
}

void Breakpoints::forget_answers() {
  sent_files_.clear();
  std::erase_if(list_, [](const UserBreakpoint& breakpoint) { return breakpoint.is_watch(); });
  for (UserBreakpoint& breakpoint : list_) breakpoint.answer = {};
}

}  // namespace cli
