#include "cli/location.h"

#include <cctype>
#include <climits>
#include <cstdlib>
#include <vector>

#include "base/text.h"

namespace cli {
namespace {

using base::fail;

bool word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

bool positive(std::string_view text, int& out) {
  long long value = 0;
  if (!base::parse_int(text, value) || value <= 0 || value > INT_MAX) return false;
  out = static_cast<int>(value);
  return true;
}

std::string expand_home(std::string_view path) {
  const char* home = std::getenv("HOME");
  if (home && (path == "~" || base::starts_with(path, "~/")))
    return home + std::string(path.substr(1));
  return std::string(path);
}

bool is_source_name(std::string_view text) {
  return base::ends_with(text, ".nse") || base::ends_with(text, ".lua");
}

// `a`, `a.b`, `http-methods`: what may stand before and after the colon of a function's name.
bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (char c : text)
    if (!word_char(c) && c != '-' && c != '.') return false;
  return word_char(text[0]) && !std::isdigit(static_cast<unsigned char>(text[0])) &&
         text.back() != '.';
}

base::Error bad_location(std::string_view text) {
  return fail("'" + std::string(text) + "' is no place in a script",
              "a place is FILE:LINE, LINE, FUNCTION, http.generic_request, http-methods:action "
              "or :action (of the current script)");
}

base::Result<Location> function_location(std::string_view text, const Here& here) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    if (is_source_name(text))
      return fail("which line of " + std::string(text) + "?",
                  "write " + std::string(text) + ":LINE, or SCRIPT:action");
    if (!is_name(text)) return bad_location(text);
    return Location{{}, 0, std::string(text)};
  }
  std::string owner(base::basename(text.substr(0, colon)));
  std::string_view name = text.substr(colon + 1);
  if (owner.empty()) owner = here.script;
  if (owner.empty())
    return fail("which script's '" + std::string(name) + "'?",
                "nothing is stopped in a script: write SCRIPT:" + std::string(name));
  bool library = base::ends_with(owner, ".lua");
  if (is_source_name(owner)) owner.resize(owner.size() - 4);
  if (!is_name(owner) || !is_name(name)) return bad_location(text);
  return Location{{}, 0, owner + (library ? "." : ":") + std::string(name)};
}

// --- clauses -------------------------------------------------------------------------------

enum class Clause { kNone, kIf, kLog, kIgnore, kOn, kFirstPerHost };

constexpr std::string_view kFirstPerHost = "first-per-host";
const std::vector<std::string> kFilters = {"host", "port", "script"};

std::string_view after_word(std::string_view text, std::string_view word) {
  return base::trim(text.substr(word.size()));
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return base::starts_with(text, word) &&
         (text.size() == word.size() || !word_char(text[word.size()]));
}

// The word behind `on`.
std::string filter_word(std::string_view text) {
  std::string_view rest = after_word(text, "on");
  size_t end = 0;
  while (end < rest.size() && word_char(rest[end])) ++end;
  return std::string(rest.substr(0, end));
}

bool is_filter(std::string_view text) {
  std::string word = filter_word(text);
  return !word.empty() && !base::nearest(word, kFilters).empty();  // a misspelt one, too
}

// `log`, `on` and `ignore` may be variables of a condition too: only `log "`, `on host` and
// `ignore 3` count.
Clause clause_at(std::string_view text) {
  if (begins_with_word(text, "if")) return Clause::kIf;
  if (begins_with_word(text, "on") && is_filter(text)) return Clause::kOn;
  if (begins_with_word(text, kFirstPerHost)) return Clause::kFirstPerHost;
  if (begins_with_word(text, "log")) {
    std::string_view rest = after_word(text, "log");
    if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) return Clause::kLog;
  }
  if (begins_with_word(text, "ignore")) {
    std::string_view rest = after_word(text, "ignore");
    size_t digits = rest.find_first_not_of("0123456789");
    std::string_view tail = digits == std::string_view::npos ? "" : base::trim(rest.substr(digits));
    if (digits != 0 && !rest.empty() && (tail.empty() || clause_at(tail) != Clause::kNone))
      return Clause::kIgnore;
  }
  return Clause::kNone;
}

// Where the next clause begins, outside of quotes and only at the start of a word.
size_t next_clause(std::string_view text, size_t from) {
  char quote = 0;
  for (size_t i = from; i < text.size(); ++i) {
    char c = text[i];
    if (quote) {
      if (c == '\\')
        ++i;
      else if (c == quote)
        quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if ((i == 0 || text[i - 1] == ' ') && i >= from &&
               clause_at(text.substr(i)) != Clause::kNone) {
      return i;
    }
  }
  return text.size();
}

// The text between the quotes; \" and \\ stand for themselves.
base::Result<std::string> unquote(std::string_view text) {
  if (text.size() < 2 || text.back() != text[0])
    return fail("the log text has no closing quote: " + std::string(text));
  std::string out;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size() && (text[i + 1] == text[0] || text[i + 1] == '\\'))
      ++i;
    out += text[i];
  }
  return out;
}

base::Status take_filter(std::string_view text, Filter& filter) {
  std::string word = filter_word(text);
  std::string_view value = base::trim(after_word(text, "on").substr(word.size()));
  std::string* target = word == "host"     ? &filter.host
                        : word == "port"   ? &filter.port
                        : word == "script" ? &filter.script
                                           : nullptr;
  if (!target)
    return fail("there is no filter 'on " + word + "'", base::did_you_mean(word, kFilters));
  if (value.empty() || value.find(' ') != std::string_view::npos)
    return fail("'on " + word + "' takes one word",
                "such as: on host 10.0.0.0/8, on port 80,8000-8100, on script http-*");
  *target = value;
  return base::ok();
}

base::Status take_clause(std::string_view text, BreakSpec& spec) {
  switch (clause_at(text)) {
    case Clause::kIf:
      spec.condition = after_word(text, "if");
      if (spec.condition.empty()) return fail("'if' needs a condition, such as: if #path > 3");
      return base::ok();
    case Clause::kLog: {
      base::Result<std::string> log = unquote(after_word(text, "log"));
      if (!log) return log.take_error();
      spec.log = *log;
      return base::ok();
    }
    case Clause::kOn: return take_filter(text, spec.filter);
    case Clause::kFirstPerHost:
      if (!after_word(text, kFirstPerHost).empty())
        return fail("what is '" + std::string(after_word(text, kFirstPerHost)) +
                    "' behind first-per-host?");
      spec.filter.first_per_host = true;
      return base::ok();
    case Clause::kIgnore:
      if (!positive(after_word(text, "ignore"), spec.ignore))
        return fail("'ignore' needs a number of hits to pass over");
      return base::ok();
    case Clause::kNone: break;
  }
  return fail("cannot read '" + std::string(text) + "'");
}

}  // namespace

std::string Filter::text() const {
  std::string out;
  if (!host.empty()) out += " on host " + host;
  if (!port.empty()) out += " on port " + port;
  if (!script.empty()) out += " on script " + script;
  if (first_per_host) out += " first-per-host";
  return out;
}

std::string Location::text() const {
  return is_function() ? function : file + ":" + std::to_string(line);
}

base::Result<Location> parse_location(std::string_view text, const Here& here) {
  text = base::trim(text);
  int line = 0;
  if (text.empty()) {
    if (here.file.empty()) return fail("break where?", "nothing is stopped: give a place");
    return Location{here.file, here.line, {}};
  }
  if (positive(text, line)) {
    if (here.file.empty())
      return fail("line " + std::string(text) + " of which file?",
                  "nothing is stopped in a script: write FILE:" + std::string(text));
    return Location{here.file, line, {}};
  }
  size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && colon > 0 && positive(text.substr(colon + 1), line))
    return Location{expand_home(text.substr(0, colon)), line, {}};
  return function_location(text, here);
}

base::Result<WatchSpec> parse_watch(std::string_view text) {
  text = base::trim(text);
  size_t at = next_clause(text, 0);
  while (at < text.size() && clause_at(text.substr(at)) != Clause::kIf)
    at = next_clause(text, at + 1);
  WatchSpec spec;
  spec.expression = base::trim(text.substr(0, at));
  if (spec.expression.empty())
    return fail("watch what?", "a local, or a field such as t.name or t[1]");
  if (at == text.size()) return spec;
  spec.condition = after_word(text.substr(at), "if");
  if (spec.condition.empty()) return fail("'if' needs a condition, such as: if n > 3");
  return spec;
}

base::Result<BreakSpec> take_clauses(std::string_view& text) {
  BreakSpec spec;
  std::string_view whole = base::trim(text);
  size_t at = next_clause(whole, 0);
  text = base::trim(whole.substr(0, at));
  while (at < whole.size()) {
    size_t end = next_clause(whole, at + 1);
    base::Status taken = take_clause(base::trim(whole.substr(at, end - at)), spec);
    if (!taken) return taken.take_error();
    at = end;
  }
  return spec;
}

base::Result<BreakSpec> parse_break(std::string_view text, const Here& here) {
  std::string_view place = text;
  base::Result<BreakSpec> spec = take_clauses(place);
  base::Result<Location> location = parse_location(place, here);
  if (!location) return location.take_error();
  if (spec) spec->location = std::move(*location);
  return spec;
}

}  // namespace cli
