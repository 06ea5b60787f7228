// Reads command lines from wherever they come (-ex, files, breakpoint commands, the user), finds
// the command, runs it and prints what it replies. An unknown word is Lua and is evaluated.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"

namespace cli {

class Interpreter {
 public:
  // Asks the user for a line; nothing at the end of input.
  using Ask = std::function<std::optional<std::string>(const std::string& prompt)>;
  explicit Interpreter(Ask ask) : ask_(std::move(ask)) {}
  void attach(Debugger& dbg) { dbg_ = &dbg; }

  // Runs the user's lines until the end of input or until the program is to be left.
  void converse();
  // Runs `lines`; `origin` names them in errors, and then an error ends them. Status: that error.
  base::Status run_lines(std::vector<std::string> lines, const std::string& origin);
  base::Status run_file(const std::string& path);
  // One line. False if it failed; the message has been shown.
  bool execute(const std::string& line);

  // A command within a command: what it replies is not shown.
  CommandResult result_of(const std::string& line);

  // More of the current command: from the same lines, or from the user.
  std::optional<std::string> more(const std::string& prompt);
  // A question to the user, whoever wrote the command.
  std::optional<std::string> ask(const std::string& question) { return ask_(question); }

  // After the command that runs now: the commands of a breakpoint that was hit.
  void afterwards(std::vector<std::string> lines);
  int failures() const { return failures_; }
  void count_failure() { ++failures_; }  // of something that is no command

 private:
  struct Lines {
    std::deque<std::string> rest;
    std::string origin;
    int number = 0;
  };

  CommandResult dispatch(const std::string& line);
  CommandResult evaluate_unknown(const std::string& line, const CommandLine& split);
  void show(const std::string& line, const CommandResult& result);
  void run_afterwards();
  bool leaving() const;

  Ask ask_;
  Debugger* dbg_ = nullptr;
  std::vector<Lines> pending_;
  std::vector<std::string> afterwards_;
  std::string repeat_;
  const Command* last_command_ = nullptr;
  base::Error last_error_;
  int failures_ = 0;
};

}  // namespace cli
