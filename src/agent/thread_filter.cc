#include "agent/thread_filter.h"

#include <algorithm>

#include "agent/nse_thread.h"
#include "base/text.h"

namespace agent {
namespace {

const std::vector<std::string>& keys() {
  static auto* all = new std::vector<std::string>{"script", "host", "port",   "phase", "state",
                                                  "wait",   "id",   "parent", "error"};
  return *all;
}

bool any_fits(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return base::matches_glob(pattern, text); });
}

// "7" or "7-9".
bool is_range(std::string_view text, int* first, int* last) {
  size_t dash = text.find('-');
  long long from = 0, to = 0;
  if (!base::parse_int(text.substr(0, dash), from)) return false;
  to = from;
  if (dash != std::string_view::npos && !base::parse_int(text.substr(dash + 1), to)) return false;
  *first = static_cast<int>(std::clamp<long long>(from, 0, 1 << 30));
  *last = static_cast<int>(std::clamp<long long>(to, 0, 1 << 30));
  return true;
}

bool any_has(const std::vector<std::string>& ranges, int number) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const std::string& range) {
    int first = 0, last = 0;
    return is_range(range, &first, &last) && first <= number && number <= last;
  });
}

bool all_ranges(const std::vector<std::string>& patterns, std::string* wrong) {
  int first = 0, last = 0;
  for (const std::string& pattern : patterns) {
    if (is_range(pattern, &first, &last)) continue;
    *wrong = pattern;
    return false;
  }
  return true;
}

}  // namespace

base::Result<ThreadFilter> ThreadFilter::parse(const std::string& text) {
  ThreadFilter filter;
  for (const std::string& word : base::split(text, ' ')) {
    if (base::trim(word).empty()) continue;
    base::Result<Term> term = parse_term(std::string(base::trim(word)));
    if (!term) return term.take_error();
    filter.terms_.push_back(std::move(*term));
  }
  return filter;
}

base::Result<ThreadFilter::Term> ThreadFilter::parse_term(const std::string& word) {
  Term term;
  size_t equals = word.find('=');
  if (equals == std::string::npos) {
    term.excludes = word[0] == '!';
    term.key = word.substr(term.excludes ? 1 : 0);
    if (term.key.empty()) return base::fail("'!' needs a word behind it", "such as !error");
    return term;
  }
  term.excludes = equals > 0 && word[equals - 1] == '!';
  term.key = word.substr(0, equals - (term.excludes ? 1 : 0));
  std::string value = word.substr(equals + 1);
  if (std::find(keys().begin(), keys().end(), term.key) == keys().end())
    return base::fail("there is no filter '" + term.key + "'",
                      base::did_you_mean(term.key, keys()));
  term.patterns = base::split(value, ',');
  std::string wrong;
  if ((term.key == "id" || term.key == "parent") && !all_ranges(term.patterns, &wrong))
    return base::fail("'" + wrong + "' is no thread's number", "such as id=3,7-9");
  bool target = term.key == "host" || term.key == "port" || term.key == "script";
  if (!target) return term;
  auto parsed =
      TargetFilter::parse(term.key == "host" ? value : "", term.key == "port" ? value : "",
                          term.key == "script" ? value : "");
  if (!parsed) return parsed.take_error();
  term.target = std::move(*parsed);
  return term;
}

bool ThreadFilter::fits(const Term& term, const NseThread& thread, const dap::NseThread& shown) {
  const std::string& key = term.key;
  if (term.patterns.empty()) {  // a word alone
    if (key == "error") return shown.error.has_value();
    if (key == "worker") return thread.worker;
    return shown.name.find(key) != std::string::npos;
  }
  if (key == "id") return any_has(term.patterns, shown.id);
  if (key == "parent") return any_has(term.patterns, shown.parent.value_or(0));
  if (key == "phase")
    return any_fits(term.patterns, shown.phase) || any_fits(term.patterns, thread.type);
  if (key == "state") return any_fits(term.patterns, shown.state);
  if (key == "wait") return shown.wait && any_fits(term.patterns, shown.wait->call);
  if (key == "error") return shown.error && any_fits(term.patterns, *shown.error);
  return term.target.matches(&thread);
}

bool ThreadFilter::matches(const NseThread& thread, const dap::NseThread& shown) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const Term& term) { return fits(term, thread, shown) != term.excludes; });
}

}  // namespace agent
