#include "cli/completion.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "cli/evaluate.h"

namespace cli {
namespace {

using Words = std::set<std::string>;

void add_matching(Words& words, std::string_view typed, std::string_view candidate) {
  if (base::starts_with(candidate, typed)) words.emplace(candidate);
}

void add_commands(Words& words, std::string_view typed) {
  for (const std::string& name : command_names()) add_matching(words, typed, name);
}

void add_files(Words& words, const std::string& typed) {
  size_t slash = typed.rfind('/');
  std::string folder = slash == std::string::npos ? "" : typed.substr(0, slash + 1);
  std::string opened = folder.empty() ? "." : folder;
  if (const char* home = std::getenv("HOME"); home && base::starts_with(opened, "~/"))
    opened = home + opened.substr(1);
  DIR* directory = ::opendir(opened.c_str());
  if (!directory) return;
  while (const dirent* entry = ::readdir(directory)) {
    std::string name = entry->d_name;
    if (name[0] == '.') continue;
    struct stat info {};
    bool is_folder = ::stat((opened + "/" + name).c_str(), &info) == 0 && S_ISDIR(info.st_mode);
    add_matching(words, typed, folder + name + (is_folder ? "/" : ""));
  }
  ::closedir(directory);
}

// Before nmap runs, the names that breakpoints are set in are those of the installed scripts.
void add_installed_scripts(Words& words, const std::string& typed) {
  for (const char* folder : {"/usr/share/nmap/scripts/", "/usr/local/share/nmap/scripts/"}) {
    DIR* directory = ::opendir(folder);
    if (!directory) continue;
    while (const dirent* entry = ::readdir(directory)) {
      std::string_view name = entry->d_name;
      if (!base::ends_with(name, ".nse")) continue;
      add_matching(words, typed, std::string(name) + ":");
      add_matching(words, typed, std::string(name.substr(0, name.size() - 4)) + ":action");
    }
    ::closedir(directory);
  }
}

void add_locations(Debugger& dbg, Words& words, const std::string& typed) {
  for (const dap::Source& source : dbg.debuggee.loaded_sources()) {
    std::string name = short_name(source);
    add_matching(words, typed, name + ":");
    if (!base::ends_with(name, ".nse")) continue;
    std::string script = name.substr(0, name.size() - 4);
    for (const char* function : {":action", ":portrule", ":hostrule", ":prerule", ":postrule"})
      if (typed.find(':') != std::string::npos || function == std::string_view(":action"))
        add_matching(words, typed, script + function);
  }
  if (dbg.debuggee.loaded_sources().empty() && typed.size() > 1)
    add_installed_scripts(words, typed);
  if (typed.find('/') != std::string::npos) add_files(words, typed);
}

// The agent knows the names in the frame; it says which part of the text they replace.
LineEditor::Completion expression(Debugger& dbg, const std::string& text, size_t from) {
  LineEditor::Completion completion;
  std::string typed = text.substr(from);
  size_t word = typed.find_last_of(" \t()[]{},+-*/%^#<>=~.:\"'");
  completion.start = from + (word == std::string::npos ? 0 : word + 1);
  Words words;
  std::string_view last = std::string_view(text).substr(completion.start);
  for (const dap::CompletionItem& item : completions(dbg, typed))
    if (!last.empty() || item.type != "keyword")
      add_matching(words, last, item.text.value_or(item.label));
  completion.words.assign(words.begin(), words.end());
  return completion;
}

void add_catch(Words& words, const std::string& typed) {
  for (const CatchKind& kind : catch_kinds()) {
    add_matching(words, typed, kind.name);
    if (!base::starts_with(typed, std::string(kind.name) + " ")) continue;
    for (const char* rest : {" on", " off", " if "})
      add_matching(words, typed, std::string(kind.name) + rest);
  }
}

void add_skips(Debugger& dbg, Words& words, const std::string& typed) {
  for (const char* word : {"nselib", "file", "function", "delete", "enable", "disable"})
    add_matching(words, typed, word);
  for (const dap::Source& source : dbg.debuggee.loaded_sources())
    add_matching(words, typed, short_name(source));
}

void add_arguments(Debugger& dbg, Completes what, Words& words, const std::string& typed) {
  switch (what) {
    case Completes::kCommand: return add_commands(words, typed);
    case Completes::kLocation: return add_locations(dbg, words, typed);
    case Completes::kFile: return add_files(words, typed);
    case Completes::kBreakpoint:
      for (int number : dbg.breakpoints.numbers())
        add_matching(words, typed, std::to_string(number));
      return;
    case Completes::kThread:
      if (base::Result<std::vector<dap::Thread>> threads = dbg.debuggee.threads(); threads)
        for (const dap::Thread& thread : *threads) add_matching(words, typed, thread.name);
      return;
    case Completes::kSetting:
      for (const Setting& setting : settings_table()) add_matching(words, typed, setting.name);
      return;
    case Completes::kInfo:
      for (const Command& info : info_commands()) add_matching(words, typed, info.name());
      return;
    case Completes::kCatch: return add_catch(words, typed);
    case Completes::kSkip: return add_skips(dbg, words, typed);
    default: return;
  }
}

void add_setting_values(Words& words, const std::string& setting, const std::string& typed) {
  const Setting* found = find_setting(setting);
  if (!found || std::string_view(found->values) == "NUMBER") return;
  for (const std::string& value : base::split(found->values, '|'))
    add_matching(words, typed, value);
}

}  // namespace

LineEditor::Completion complete_line(Debugger& dbg, const std::string& text) {
  LineEditor::Completion completion;
  size_t begin = std::min(text.find_first_not_of(' '), text.size());
  size_t space = text.find(' ', begin);
  Words words;
  if (space == std::string::npos) {
    std::string typed = text.substr(begin);
    bool name = typed.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
    if (name) add_commands(words, typed);
    completion = expression(dbg, text, begin);
    if (completion.start == begin)
      words.insert(completion.words.begin(), completion.words.end());
    else
      words = {completion.words.begin(), completion.words.end()};
    completion.words.assign(words.begin(), words.end());
    return completion;
  }
  Lookup found = find_command(split_command(text).word);
  if (!found.command || found.candidates.size() != 1) return expression(dbg, text, begin);
  size_t argument = text.find_first_not_of(' ', space);
  if (argument == std::string::npos) argument = text.size();
  Completes what = found.command->completes;
  if (what == Completes::kExpression) return expression(dbg, text, argument);
  size_t second = text.find(' ', argument);
  if (what == Completes::kSetting && second != std::string::npos) {
    argument = second + 1;
    add_setting_values(words, text.substr(space + 1, second - space - 1), text.substr(argument));
  } else if (size_t condition = text.find(" if ", argument);
             (what == Completes::kLocation || what == Completes::kCatch) &&
             condition != std::string::npos) {
    return expression(dbg, text, condition + 4);
  } else {
    add_arguments(dbg, what, words, text.substr(argument));
    if (what == Completes::kSetting && words.empty()) return expression(dbg, text, argument);
  }
  completion.start = argument;
  completion.words.assign(words.begin(), words.end());
  return completion;
}

}  // namespace cli
