// What each command of MobDebug does.
#include <cctype>

#include "base/sha256.h"
#include "base/text.h"
#include "dap/serialize.h"
#include "mobdebug/bridge.h"

namespace mobdebug {
namespace {

constexpr const char* kBad = "400 Bad Request";

// "^(.-)%s+(%d+)%s*$": a file may have blanks.
bool split_place(std::string_view rest, std::string& file, int& line) {
  size_t blank = rest.find_last_of(" \t");
  if (blank == std::string_view::npos) return false;
  long long number = 0;
  if (!base::parse_int(rest.substr(blank + 1), number) || number < 0 || number > 1000000000)
    return false;
  file = base::trim(rest.substr(0, blank));
  line = static_cast<int>(number);
  return !file.empty();
}

// "safe whitespace": a line feed within a command's line.
std::string unfolded(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c != '\f') {
      out += c;
      continue;
    }
    if (!out.empty() && out.back() == '\r') out.pop_back();
    out += '\n';
  }
  return out;
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return base::starts_with(text, word) &&
         (text.size() == word.size() ||
          !(std::isalnum(static_cast<unsigned char>(text[word.size()])) ||
            text[word.size()] == '_'));
}

}  // namespace

void Bridge::reply_error(const std::string& where, const std::string& text) {
  ide_->send("401 Error in " + where + " " + std::to_string(text.size()) + "\n" + text);
}

// Asked at the first command: until the IDE has accepted the connection its end is nobody's.
bool Bridge::trusts() {
  if (!trusted_) trusted_ = ide_->is_trusted().value_or(true);
  return trusted_;
}

void Bridge::handle(const Command& command) {
  std::string_view verb = command.verb();
  if (!trusts()) {
    notice(
        "another user of this machine listens there and would command nmap: refused\n"
        "  run nsedbg as the user who runs the IDE");
    leaving_ = Leaving::kEnd;  // nothing has run yet
  } else if (verb == "SETB" || verb == "DELB") {
    handle_breakpoint(command, verb == "SETB");
  } else if (verb == "DELALLB") {
    breakpoints_.remove_all();
    if (owed_ == Owed::kNothing) reply("200 OK");
  } else if (verb == "SETW") {
    handle_watch(command);
  } else if (verb == "DELW") {
    handle_unwatch(command);
  } else if (verb == "LOAD") {
    handle_load(command);
  } else if (verb == "EXEC") {
    handle_exec(command);
  } else if (verb == "STACK") {
    handle_stack(command);
  } else if (verb == "OUTPUT") {
    handle_output(command);
  } else if (verb == "BASEDIR") {
    handle_base(command);
  } else if (verb == "RUN" || verb == "STEP" || verb == "OVER" || verb == "OUT") {
    handle_run(command);
  } else if (verb == "EXIT") {
    reply("200 OK");
    leaving_ = Leaving::kEnd;
  } else if (verb == "DONE") {
    leaving_ = Leaving::kDetach;
  } else if (verb != "SUSPEND") {  // which has done its part: the scan stands
    reply(kBad);
  }
}

// While the scan runs nobody reads an answer.
void Bridge::handle_breakpoint(const Command& command, bool set) {
  std::string file;
  int line = 0;
  bool silent = owed_ != Owed::kNothing;
  if (!split_place(command.rest(), file, line)) {
    if (!silent) reply(kBad);
    return;
  }
  if (!set && file == "*" && line == 0) {
    breakpoints_.remove_all();
  } else {
    std::string path = files_.absolute(file == "-" ? place_file_ : file);
    set ? breakpoints_.set(path, line) : breakpoints_.remove(path, line);
  }
  if (!silent) reply("200 OK");
}

void Bridge::handle_watch(const Command& command) {
  std::string expression(command.rest());
  if (expression.empty()) return reply(kBad);
  base::Result<int> number = breakpoints_.watch(expression);
  if (number) return reply("200 OK " + std::to_string(*number));
  reply_error("Expression", with_chunk_name(number.error().message, "return(" + expression + ")"));
}

void Bridge::handle_unwatch(const Command& command) {
  long long number = 0;
  bool known = base::parse_int(command.rest(), number) && number < 1000000 &&
               breakpoints_.unwatch(static_cast<int>(number));
  reply(known ? "200 OK" : kBad);
}

// The file itself is nmap's to load: as with mobdebug's start(), LOAD says where the scan stands.
void Bridge::handle_load(const Command& command) {
  std::string_view rest = command.rest();
  size_t blank = rest.find_first_of(" \t");
  long long size = 0;
  if (blank == std::string_view::npos || !base::parse_int(rest.substr(0, blank), size) ||
      size != static_cast<long long>(command.body.size()))
    return reply(kBad);
  std::string name(base::trim(rest.substr(blank)));
  if (size > 0) {
    files_.note_text(name, command.body);
    loaded_path_ = files_.absolute(name);
    loaded_sum_ = base::sha256(command.body);
    told_difference_ = false;
  }
  if (begun_) return reply("201 Started " + place_file_ + " " + std::to_string(place_line_));
  owed_ = Owed::kLoad;
  begin(true, size > 0 ? loaded_path_ : "");
}

void Bridge::handle_run(const Command& command) {
  reply("200 OK");
  owed_ = Owed::kRun;
  if (!begun_) return begin(command.verb() != "RUN", "");
  if (base::Status resumed = resume(command.verb()); !resumed) {
    owed_ = Owed::kNothing;
    reply_error("Execution", resumed.error().text());
  }
}

// The frame that STACK's number `stack` is, or the one where the scan stands.
std::optional<int> Bridge::frame_for(const Parameters& parameters) {
  if (parameters.stack) {
    size_t index = static_cast<size_t>(*parameters.stack - 1);
    if (*parameters.stack >= 1 && index < stack_ids_.size()) return stack_ids_[index];
    if (*parameters.stack >= 1 && index < frames_.size() && stack_ids_.empty())
      return frames_[index].id;
    return std::nullopt;
  }
  for (const dap::StackFrame& frame : frames_)
    if (frame.source && frame.line > 0) return frame.id;
  return frames_.empty() ? std::optional<int>() : frames_.front().id;
}

void Bridge::handle_exec(const Command& command) {
  std::string chunk = unfolded(command.rest());
  if (chunk.empty()) return reply(kBad);
  if (!begun_)
    return reply_error("Expression", "nmap has not run a script yet: there is nothing to look at");
  Parameters parameters = read_parameters(command.line);
  dap::Serialize::Arguments arguments;
  arguments.frameId = frame_for(parameters);
  if (parameters.stack && !arguments.frameId)
    return reply_error("Expression",
                       "there is no stack frame " + std::to_string(*parameters.stack));
  if (!parameters.style.comment) parameters.style.comment = 1;
  arguments.style = parameters.style;
  // A statement stays one: its results, if it is a call, are not asked for.
  arguments.expression = begins_with_word(chunk, "return") ? chunk : "do end " + chunk;
  evaluating_ = true;
  base::Result<dap::Serialize::Response> answer = debuggee_.request<dap::Serialize>(arguments);
  evaluating_ = false;
  debuggee_.drain();
  ide_->send(output_.take());
  if (!answer) return reply_error("Expression", with_chunk_name(answer.error().message, chunk));
  std::string result = results_chunk(answer->values);
  ide_->send("200 OK " + std::to_string(result.size()) + "\n" + result);
}

void Bridge::handle_stack(const Command& command) {
  if (!begun_) return reply("200 OK " + stack_chunk({}, {}));
  dap::SerializeStack::Arguments arguments;
  arguments.threadId = debuggee_.current_thread();
  arguments.style = read_parameters(command.line).style;
  arguments.style->compact = true;
  arguments.style->indent.reset();  // the answer is one line
  base::Result<dap::SerializeStack::Response> stack =
      debuggee_.request<dap::SerializeStack>(arguments);
  if (!stack) return reply_error("Execution", stack.error().text());
  std::vector<std::string> files;
  stack_ids_.clear();
  for (const dap::SerialFrame& frame : stack->frames) {
    stack_ids_.push_back(frame.id);
    files.push_back(frame.source ? files_.name_of(*frame.source) : "=[C]");
  }
  reply("200 OK " + stack_chunk(*stack, files));
}

void Bridge::handle_output(const Command& command) {
  std::vector<std::string> words;
  for (std::string& word : base::split(command.rest(), ' '))
    if (!word.empty()) words.push_back(std::move(word));
  bool fine = words.size() == 2 && words[0] == "stdout" &&
              (words[1] == "d" || words[1] == "c" || words[1] == "r");
  if (!fine) return reply(kBad);
  output_.redirect(words[1][0]);
  reply("200 OK");
}

void Bridge::handle_base(const Command& command) {
  if (command.rest().empty()) return reply(kBad);
  files_.set_base(std::string(command.rest()));
  reply("200 OK");
}

}  // namespace mobdebug
