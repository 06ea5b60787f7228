#include "launch/script_check.h"

#include <strings.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace launch {
namespace {

using base::fail;
using base::Result;
using base::Status;

constexpr size_t kDatabaseLimit = 4 << 20;
constexpr const char* kKeywords[] = {"all", "true", "false", "and", "or", "not"};

std::string without_nse(std::string_view name) {
  if (base::ends_with(name, ".nse")) name.remove_suffix(4);
  return std::string(name);
}

// Every "quoted" word of a line.
std::vector<std::string> quoted_words(std::string_view line) {
  std::vector<std::string> words;
  for (size_t open = line.find('"'); open != line.npos; open = line.find('"', open)) {
    size_t close = line.find('"', open + 1);
    if (close == line.npos) break;
    words.emplace_back(line.substr(open + 1, close - open - 1));
    open = close + 1;
  }
  return words;
}

// A name and nothing more: no path, wildcard or expression that nmap might understand.
bool is_plain(std::string_view rule) {
  return !rule.empty() && std::all_of(rule.begin(), rule.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

bool same_word(const std::string& a, const std::string& b) {
  return strcasecmp(a.c_str(), b.c_str()) == 0;
}

bool contains_word(const std::vector<std::string>& words, const std::string& word) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& w) { return same_word(w, word); });
}

bool is_keyword(const std::string& rule) {
  return std::any_of(std::begin(kKeywords), std::end(kKeywords),
                     [&](const char* keyword) { return same_word(keyword, rule); });
}

// nmap's fetchscript: scripts/NAME in the data directories, then the current one.
bool exists_as_file(const DataSearch& search, const std::string& rule) {
  for (const std::string& name : {rule, rule + ".nse"}) {
    if (search.find("scripts/" + name).kind != FileKind::kNone) return true;
    if (search.kind_of(name) != FileKind::kNone) return true;
  }
  return false;
}

base::Error no_such_script(const std::string& rule, const ScriptDatabase& known) {
  std::vector<std::string> candidates = known.names;
  candidates.insert(candidates.end(), known.categories.begin(), known.categories.end());
  std::string meant = base::did_you_mean(without_nse(rule), candidates);
  return fail(
      "no script named '" + rule + "'" + (meant.empty() ? "" : "; " + meant),
      "ls the scripts/ directory of nmap, or give a path: --script ./" + without_nse(rule) + ".nse",
      2);
}

}  // namespace

ScriptDatabase read_script_database(const std::string& text) {
  ScriptDatabase database;
  for (const std::string& line : base::split(text, '\n')) {
    if (!base::starts_with(line, "Entry")) continue;
    std::vector<std::string> words = quoted_words(line);
    if (words.empty()) continue;
    database.names.push_back(without_nse(base::basename(words[0])));
    for (size_t i = 1; i < words.size(); ++i) {
      if (!contains_word(database.categories, words[i])) database.categories.push_back(words[i]);
    }
  }
  return database;
}

Status check_scripts(const NmapArgs& args, const DataSearch& search) {
  if (args.scripts.empty() || args.updates_database || !search.complete()) return base::ok();
  DataSearch::Found found = search.find("scripts/script.db");
  if (found.kind != FileKind::kFile) return base::ok();
  Result<std::string> text = read_file(search.absolute_path(found.path), kDatabaseLimit);
  if (!text) return base::ok();
  ScriptDatabase known = read_script_database(*text);
  if (known.names.empty()) return base::ok();

  for (const std::string& written : args.scripts) {
    std::string rule(base::trim(written));
    if (base::starts_with(rule, "+")) rule.erase(0, 1);
    if (!is_plain(rule) || is_keyword(rule) || contains_word(known.categories, rule)) continue;
    if (contains_word(known.names, without_nse(rule)) || exists_as_file(search, rule)) continue;
    return no_such_script(rule, known);
  }
  return base::ok();
}

}  // namespace launch
