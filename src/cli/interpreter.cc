#include "cli/interpreter.h"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/text.h"
#include "cli/debugger.h"
#include "cli/evaluate.h"

namespace cli {
namespace {

constexpr const char* kPrompt = "(nsedbg) ";

bool is_single_word(std::string_view line) {
  if (line.empty() || std::isdigit(static_cast<unsigned char>(line[0]))) return false;
  for (char c : line)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-') return false;
  return true;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

base::Error unknown(const std::string& line, bool can_evaluate) {
  std::string word(split_command(line).word);
  std::string hint = base::did_you_mean(word, command_names());
  if (hint.empty()) hint = "'help' lists the commands";
  return base::fail(can_evaluate ? "no command and no variable '" + line + "'"
                                 : "unknown command '" + (word.empty() ? line : word) + "'",
                    hint);
}

}  // namespace

bool Interpreter::leaving() const { return dbg_->leave != Leave::kNo; }

void Interpreter::converse() {
  while (!leaving()) {
    dbg_->interrupted = false;
    std::optional<std::string> line = ask_(kPrompt);
    if (!line) return;
    std::string_view trimmed = base::trim(*line);
    if (trimmed.empty()) {
      if (!repeat_.empty() && !dbg_->interrupted) execute(repeat_);  // Ctrl-C is no empty line
      continue;
    }
    execute(std::string(trimmed));
  }
}

base::Status Interpreter::run_lines(std::vector<std::string> lines, const std::string& origin) {
  if (pending_.size() > 20) return base::fail("command files are nested too deeply");
  pending_.push_back({{lines.begin(), lines.end()}, origin, 0});
  size_t level = pending_.size();
  base::Status result = base::ok();
  while (!leaving() && !dbg_->interrupted && !pending_[level - 1].rest.empty()) {
    Lines& now = pending_[level - 1];
    std::string line = std::move(now.rest.front());
    now.rest.pop_front();
    int number = ++now.number;
    std::string_view trimmed = base::trim(line);
    if (trimmed.empty() || trimmed[0] == '#' || execute(std::string(trimmed)) || origin.empty())
      continue;
    result = base::fail("stopped reading " + origin + " at line " + std::to_string(number));
    break;
  }
  pending_.resize(level - 1);
  return result;
}

base::Status Interpreter::run_file(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    return base::fail("cannot read the command file " + path + ": " + std::strerror(errno));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  return run_lines(std::move(lines), path);
}

std::optional<std::string> Interpreter::more(const std::string& prompt) {
  if (pending_.empty()) return dbg_->batch ? std::nullopt : ask_(prompt);
  Lines& now = pending_.back();
  if (now.rest.empty()) return std::nullopt;
  std::string line = std::move(now.rest.front());
  now.rest.pop_front();
  ++now.number;
  return line;
}

void Interpreter::afterwards(std::vector<std::string> lines) {
  for (std::string& line : lines) afterwards_.push_back(std::move(line));
}

void Interpreter::run_afterwards() {
  while (!afterwards_.empty() && !leaving()) {
    std::vector<std::string> lines = std::move(afterwards_);
    afterwards_.clear();
    (void)run_lines(std::move(lines), "");
  }
  afterwards_.clear();
}

bool Interpreter::execute(const std::string& line) {
  last_command_ = nullptr;
  CommandResult result = dispatch(line);
  repeat_ = last_command_ && last_command_->repeats ? line : "";
  show(line, result);
  bool fine = result.ok();
  run_afterwards();
  return fine;
}

void Interpreter::show(const std::string& line, const CommandResult& result) {
  if (!result) ++failures_;
  if (!dbg_->console.json()) {
    if (result)
      dbg_->console.print(result->text);
    else
      dbg_->console.error(result.error().text());
    return;
  }
  JsonObject object;
  object.put("command", line).put("ok", result.ok());
  if (result) {
    object.add(result->json);
  } else {
    object.put("error", result.error().message);
    if (!result.error().hint.empty()) object.put("hint", result.error().hint);
  }
  dbg_->console.object(object);
}

CommandResult Interpreter::result_of(const std::string& line) {
  const Command* outer = last_command_;
  CommandResult result = dispatch(line);
  last_command_ = outer;
  return result;
}

CommandResult Interpreter::dispatch(const std::string& line) {
  CommandLine split = split_command(line);
  Lookup found = find_command(split.word);
  if (found.candidates.size() > 1)
    return base::fail("'" + std::string(split.word) +
                      "' is ambiguous: " + list_of(found.candidates));
  if (!found.command) return evaluate_unknown(line, split);
  last_command_ = found.command;
  std::string arguments(split.arguments);
  if (!split.format.empty()) arguments = "/" + std::string(split.format) + " " + arguments;
  return found.command->run(*dbg_, arguments);
}

CommandResult Interpreter::evaluate_unknown(const std::string& line, const CommandLine& split) {
  if (!dbg_->debuggee.stopped()) return unknown(line, false);
  if (is_single_word(line) && !is_visible_name(*dbg_, line)) {
    CommandResult value = evaluate(*dbg_, line, {});
    if (value && value->text != line + " = nil") return value;
    return unknown(line, true);
  }
  CommandResult value = evaluate(*dbg_, line, {});
  if (value) return value;
  // "prnt host.ip" is no Lua: most likely a command mistyped.
  base::Error error = value.take_error();
  if (error.hint.empty() && error.message.find("<eof> expected") != std::string::npos)
    error.hint = base::did_you_mean(split.word, command_names());
  return error;
}

}  // namespace cli
