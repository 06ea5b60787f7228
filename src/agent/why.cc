#include "agent/why.h"

#include <algorithm>

#include "agent/attach.h"
#include "agent/outcomes.h"
#include "agent/selection.h"
#include "base/text.h"

namespace agent {
namespace {

constexpr size_t kMostOutcomes = 200;

const char* wire_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRule: return "rule";
    case Verdict::kRefused: return "refused";
    case Verdict::kAction: return "action";
    case Verdict::kNothing: return "nothing";
    case Verdict::kOutput: return "output";
    case Verdict::kExited: return "exited";
    case Verdict::kFailed: return "failed";
    case Verdict::kDropped: return "dropped";
    case Verdict::kTerminated: return "terminated";
  }
  return "";
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::string seconds(int64_t ms) {
  std::string tenths = std::to_string(ms % 1000 / 100);
  return std::to_string(ms / 1000) + "." + tenths + " s";
}

std::string at_place(const ReturnPlace& place) {
  return place.line ? " at " + place.file->name + ":" + std::to_string(place.line) : "";
}

std::string with_values(const ReturnPlace& place) {
  std::string out;
  for (const std::string& line : base::split(place.values, '\n'))
    if (!line.empty()) out += "\n    " + line;
  return out;
}

std::string returned(const ScriptRun& one, const std::string& what) {
  std::string out = what + at_place(one.place);
  if (!one.place.line) return out + " (the line is not known: too many functions returned before)";
  if (one.place.values.empty()) return out;
  return out + ", where it had" + with_values(one.place);
}

std::string fate(const ScriptRun& one) {
  switch (one.verdict) {
    case Verdict::kRule: return "its " + one.rule + " is being asked right now";
    case Verdict::kRefused: return "its " + returned(one, one.rule + " said no");
    case Verdict::kAction: return "its action has begun and is not over: 'info threads' tells more";
    case Verdict::kNothing: return "its action ran and " + returned(one, "returned nothing");
    case Verdict::kOutput: return "its action ran and returned " + one.detail + at_place(one.place);
    case Verdict::kExited: return "nmap.new_try ended it: " + one.detail;
    case Verdict::kFailed: return "it died of an error: " + one.detail;
    case Verdict::kDropped: return "nmap gave it up: " + one.detail;
    case Verdict::kTerminated: return "a debugger's user ended it";
  }
  return "";
}

std::string line_of(const ScriptRun& one) {
  std::string out = one.script;
  if (std::string target = one.target(); !target.empty()) out += " " + target;
  out += ": " + fate(one);
  if (one.over() && one.verdict != Verdict::kRefused)
    out += "\n    after " + seconds(one.ended_ms - one.begun_ms);
  return out;
}

dap::ScriptOutcome to_dap(const ScriptRun& one) {
  dap::ScriptOutcome out;
  out.script = one.script;
  out.rule = one.rule;
  out.outcome = wire_name(one.verdict);
  if (!one.host.empty()) out.host = one.host;
  if (one.port) out.port = one.port, out.protocol = one.protocol;
  if (one.place.line) out.source = one.place.file->to_dap(), out.line = one.place.line;
  if (!one.place.values.empty()) out.values = one.place.values;
  if (!one.detail.empty()) out.detail = one.detail;
  if (one.over()) out.milliseconds = static_cast<int>(one.ended_ms - one.begun_ms);
  return out;
}

std::string target_of(const dap::Why::Arguments& arguments) {
  std::string out = arguments.host.value_or("");
  if (arguments.port) out += (out.empty() ? "port " : ":") + std::to_string(*arguments.port);
  return out;
}

// "--script x, --script default (-sC is short for it)"
std::string expressions(const std::string& script, const std::vector<std::string>& categories) {
  std::string out = "--script " + script;
  for (const std::string& category : categories) {
    out += ", --script " + category;
    if (category == "default") out += " (or -sC)";
    if (category == "version") out += " (or -sV)";
  }
  return out;
}

std::string why_not_chosen(const std::string& script) {
  std::vector<std::string> categories;
  if (selection().categories(script, categories))
    return "nmap was not told to run " + script +
           ".\n  These select it: " + expressions(script, categories);
  std::vector<std::string> all = selection().all_names();
  for (const std::string& name : selection().names()) all.push_back(name);
  std::string hint = base::did_you_mean(script, all);
  return "nmap was not told to run " + script + ", and its script database has no such script" +
         (hint.empty()
              ? ".\n  A script of your own is selected by its path: --script ./" + script + ".nse"
              : "; " + hint);
}

bool has_rule(const ChosenScript& script, const char* rule) {
  return std::find(script.rules.begin(), script.rules.end(), rule) != script.rules.end();
}

// A rule of the kind that was asked for is missing; empty if none is.
std::string why_no_rule(const ChosenScript& script, const dap::Why::Arguments& arguments) {
  std::string rules = joined(script.rules, " and a ");
  if (arguments.port && !has_rule(script, "portrule"))
    return script.name + " has a " + rules +
           " and no portrule: it is never run against a port.\n  " + "Ask: why " + script.name +
           (arguments.host ? " " + *arguments.host : "");
  bool for_hosts = has_rule(script, "hostrule") || has_rule(script, "portrule");
  if (arguments.host && !for_hosts)
    return script.name + " has a " + rules +
           " only: it runs once in a scan, not against hosts.\n  Ask: why " + script.name;
  return {};
}

// Scripts of an earlier runlevel that are not over: nmap starts a level when the one before is
// done.
std::string before(const ChosenScript& script) {
  std::string out;
  int listed = 0;
  for (const std::string& name : selection().names()) {
    const ChosenScript* other = selection().chosen(name);
    if (!other || other->runlevel >= script.runlevel) continue;
    for (const ScriptRun& one : outcomes().of(name, "", 0)) {
      if (one.over() || ++listed > 5) continue;
      out += "\n    " + name + (one.target().empty() ? "" : " " + one.target());
      break;
    }
  }
  if (listed > 5) out += "\n    and others";
  return out;
}

std::string why_not_tried(const ChosenScript& script, const dap::Why::Arguments& arguments) {
  std::string target = target_of(arguments);
  std::string head = script.name + " was selected and has not been tried" +
                     (target.empty() ? "" : " at " + target);
  std::vector<std::string> waits_for;
  for (const std::string& name : script.dependencies)
    if (selection().chosen(name)) waits_for.push_back(name);
  std::string earlier = before(script);
  if (!earlier.empty()) {
    std::string level = std::to_string(script.runlevel);
    return head + ": it waits for its runlevel, " + level +
           (waits_for.empty() ? "" : " (it depends on " + joined(waits_for, ", ") + ")") +
           ".\n  Not over in earlier ones:" + earlier;
  }
  if (arguments.port && arguments.host && outcomes().tried(*arguments.host, 0) &&
      !outcomes().tried(*arguments.host, *arguments.port))
    return head +
           ", nor has any other script.\n  nmap asks portrules only for ports that it found "
           "open or open|filtered; see the port table, and -p";
  if (arguments.host && !outcomes().tried(*arguments.host, 0))
    return head +
           ", nor has any other script at that host.\n  Either nmap has not come to it yet, "
           "or the host is down (-Pn skips the test), or it is none of the targets";
  return head + " (yet).\n  Scripts run when nmap has scanned the ports of a group of hosts";
}

// It may have been before we came.
std::string not_seen(const ChosenScript& script, const dap::Why::Arguments& arguments) {
  std::string no_rule = why_no_rule(script, arguments);
  if (!no_rule.empty()) return no_rule;
  std::string target = target_of(arguments);
  return script.name + " was selected, and has not been tried" +
         (target.empty() ? "" : " at " + target) +
         " since nsedbg attached.\n  Whether it was before is not known";
}

std::string summary(const std::vector<ScriptRun>& all) {
  struct Count {
    Verdict verdict;
    const char* words;
  };
  constexpr Count kCounts[] = {{Verdict::kRefused, "rule said no"},
                               {Verdict::kNothing, "returned nothing"},
                               {Verdict::kOutput, "gave output"},
                               {Verdict::kExited, "ended by nmap.new_try"},
                               {Verdict::kFailed, "failed"},
                               {Verdict::kDropped, "given up by nmap"},
                               {Verdict::kTerminated, "ended by a user"},
                               {Verdict::kAction, "under way"},
                               {Verdict::kRule, "being asked"}};
  std::string out;
  for (const Count& count : kCounts) {
    auto n = std::count_if(all.begin(), all.end(),
                           [&](const ScriptRun& one) { return one.verdict == count.verdict; });
    if (n) out += (out.empty() ? "" : ", ") + std::to_string(n) + " " + count.words;
  }
  return std::to_string(all.size()) + " instances: " + out;
}

// What says more comes first: refusals are many and alike.
void sort_by_weight(std::vector<ScriptRun>& all) {
  std::vector<ScriptRun> sorted;  // std::stable_sort brings exceptions into the agent
  for (bool refused : {false, true})
    for (ScriptRun& one : all)
      if ((one.verdict == Verdict::kRefused) == refused) sorted.push_back(std::move(one));
  all = std::move(sorted);
}

}  // namespace

base::Result<dap::Why::Response> why_script(const dap::Why::Arguments& arguments) {
  std::string script = arguments.script.value_or("");
  if (base::ends_with(script, ".nse")) script.resize(script.size() - 4);
  script = base::basename(script);
  dap::Why::Response response;
  std::vector<ScriptRun> all =
      outcomes().of(script, arguments.host.value_or(""), arguments.port.value_or(0));
  if (all.empty()) {
    const ChosenScript* chosen = selection().chosen(script);
    if (chosen && attached_late()) {
      response.answer = not_seen(*chosen, arguments);
      return response;
    }
    if (!chosen && !selection().known())
      return base::fail("nmap has not chosen its scripts yet", "ask when the scripts run");
    if (!chosen) {
      response.answer = why_not_chosen(script);
    } else {
      response.answer = why_no_rule(*chosen, arguments);
      if (response.answer.empty()) response.answer = why_not_tried(*chosen, arguments);
      if (int forgotten = outcomes().forgotten(); forgotten && chosen)
        response.answer +=
            "\n  (" + std::to_string(forgotten) + " refusals were not kept: the scan is too large)";
    }
    return response;
  }
  sort_by_weight(all);
  if (all.size() > 1) response.answer = script + ": " + summary(all) + "\n";
  size_t shown = std::min(all.size(), kMostOutcomes);
  response.outcomes.emplace();
  for (size_t i = 0; i < shown; ++i) {
    response.outcomes->push_back(to_dap(all[i]));
    if (i < 10) response.answer += line_of(all[i]) + "\n";
  }
  if (all.size() > 10)
    response.answer += "… " + std::to_string(all.size() - 10) + " more; name a target: why " +
                       script + " HOST[:PORT]\n";
  response.answer.pop_back();
  if (attached_late()) response.answer += "\n  What was before nsedbg attached is not known";
  return response;
}

}  // namespace agent
