#include "cli/front.h"

#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <memory>

#include "base/text.h"
#include "cli/breakpoint_view.h"
#include "cli/completion.h"
#include "cli/error_reports.h"
#include "cli/execution.h"
#include "cli/generate.h"
#include "cli/interpreter.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/reader.h"
#include "cli/signals.h"
#include "client/dial.h"
#include "client/token.h"

namespace cli {
namespace {

// All parts of a session and the wires between them.
class Front {
 public:
  Front(const Options& options, client::Target& target)
      : options_(options),
        console_(options.json, false),
        interpreter_([this](const std::string& prompt) { return ask(prompt); }),
        debuggee_(loop_, target, hooks(), log_path()),
        breakpoints_(debuggee_),
        stack_(debuggee_),
        sources_(debuggee_),
        dbg_{loop_,  console_, settings_,    debuggee_,   breakpoints_,
             stack_, sources_, interpreter_, options.nmap} {
    dbg_.batch = options.batch;
    dbg_.interactive = !options.batch && !options.json && ::isatty(STDIN_FILENO);
    settings_.color = options.color;
    apply(settings_, console_);
    interpreter_.attach(dbg_);
    dbg_.reporting = options.on_error == "report";
    if (dbg_.reporting) console_.print_to_stderr();
    set_on_error();
  }

  int run() {
    remember_terminal();
    if (!options_.no_init)
      if (std::string init = init_file(); !init.empty()) report(interpreter_.run_file(init));
    if (dbg_.interactive) open_editor();
    Signals signals(dbg_, editor_.get());
    if (options_.connect.empty() || join()) run_startup();
    if (!options_.batch && dbg_.leave == Leave::kNo) converse();
    leave();
    return exit_status();
  }

 private:
  static std::string log_path() {
    const char* path = std::getenv("NSEDBG_DAP_LOG");
    return path ? path : "";
  }

  // Errors while a script is loaded end nmap with a hint of one line: they are reported as well.
  void set_on_error() {
    for (Catchpoint& one : dbg_.catches) {
      std::string_view name = one.kind->name;
      if (name == "error") one.on = options_.on_error != "ignore" && !options_.to_the_end;
      if (name == "load") one.on = dbg_.reporting;
    }
  }

  client::Debuggee::Hooks hooks() {
    client::Debuggee::Hooks hooks;
    hooks.pass_stop = [this] { return dbg_.reporting && error_reports_.take_stop(); };
    hooks.nmap_output = [this](int fd, std::string_view bytes) { console_.nmap(fd, bytes); };
    hooks.nmap_output_end = [this] { console_.flush_nmap(); };
    hooks.output = [this](const dap::OutputEvent& event) { show_output(event); };
    hooks.breakpoint = [this](const dap::BreakpointEvent& event) {
      UserBreakpoint* changed = nullptr;
      if (breakpoints_.update(event.breakpoint, changed)) show_breakpoint_change(dbg_, *changed);
    };
    hooks.also_stopped = [this](const dap::StoppedEvent& event) { show_also_stopped(dbg_, event); };
    hooks.notice = [this](const std::string& text) { console_.error(text); };
    hooks.ended = [this] {
      scan_ended(dbg_);
      if (dbg_.reporting) error_reports_.sum_up();
    };
    return hooks;
  }

  // Log breakpoints, and what else the agent has to say.
  void show_output(const dap::OutputEvent& event) {
    std::string category = event.category.value_or("console");
    if (category == "telemetry") return;
    JsonObject object;
    object.put("event", "output").put("category", category).put("text", event.output);
    console_.object(object);
    console_.print(event.output);
  }

  void open_editor() {
    guard_terminal();
    editor_ = std::make_unique<LineEditor>(
        loop_, history_file(), settings_.history,
        [this](const std::string& text) { return complete_line(dbg_, text); });
    console_.set_hooks({[this] { editor_->hide(); }, [this] { editor_->show(); }});
  }

  std::optional<std::string> ask(const std::string& prompt) {
    if (options_.batch) return std::nullopt;
    if (!editor_) return pipe_.next();
    std::string line;
    bool is_command = prompt[0] == '(' || prompt[0] == '>';
    std::string shown = prompt;
    // libedit drops an escape at the very end: the space has to come after it.
    if (console_.color() && base::ends_with(prompt, " "))
      shown = "\1\033[1m\1" + prompt.substr(0, prompt.size() - 1) + "\1\033[0m\1 ";
    switch (editor_->read(shown, is_command, line)) {
      case LineEditor::Outcome::kLine: return line;
      case LineEditor::Outcome::kEnd: return std::nullopt;
      case LineEditor::Outcome::kInterrupted: dbg_.interrupted = true; return "";
    }
    return std::nullopt;
  }

  void report(const base::Status& status) {
    if (!status) console_.error(status.error().text());
  }

  // False: there is nothing to be done.
  bool join() {
    base::Result<base::Fd> agent = open_connection();
    CommandResult joined =
        agent ? join_scan(dbg_, std::move(*agent)) : CommandResult(agent.take_error());
    if (joined) return console_.print(joined->text), true;
    console_.error(joined.error().text());
    dbg_.exit_status = joined.error().exit_code;
    dbg_.leave = Leave::kDetach;
    return false;
  }

  base::Result<base::Fd> open_connection() const {
    base::Result<client::Address> address = client::parse_address(options_.connect);
    if (!address) return address.take_error();
    base::Result<std::string> token = client::find_token(options_.token_file);
    if (!token) return token.take_error();
    return client::dial(*address, *token);
  }

  void run_startup() {
    for (const std::string& place : options_.breaks) interpreter_.execute("break " + place);
    bool given = !options_.breaks.empty() || !options_.startup.empty();
    if (!options_.attach.empty()) {
      if (interpreter_.execute("attach " + options_.attach)) return run_commands();
      dbg_.leave = Leave::kDetach;
      if (dbg_.exit_status == 0) dbg_.exit_status = 1;
      return;
    }
    bool runs = debuggee_.attached() && !debuggee_.waiting();
    if (!options_.breaks.empty() || (dbg_.reporting && !given))
      interpreter_.execute(runs ? "continue" : "run");
    run_commands();
  }

  void run_commands() {
    std::vector<std::string> lines;
    for (const Options::Startup& startup : options_.startup)
      lines.push_back((startup.is_file ? "source " : "") + startup.text);
    (void)interpreter_.run_lines(std::move(lines), "");  // one list: `commands` reads from it
  }

  void converse() {
    while (dbg_.leave == Leave::kNo) {
      interpreter_.converse();
      if (dbg_.leave == Leave::kNo) dbg_.leave = ask_how_to_leave(dbg_);
    }
  }

  // What becomes of a scan that is not over: see `help quit`.
  void leave() {
    debuggee_.release();
    if (!debuggee_.alive()) return;
    if (dbg_.leave == Leave::kEndScan) {
      debuggee_.kill();
      dbg_.exit_status = 0;
      return;
    }
    report(debuggee_.detach());  // what we had attached to is over for us then
    debuggee_.wait_for_end();
  }

  int exit_status() const {
    if (options_.batch && dbg_.interrupted) return 130;
    if (dbg_.exit_status != 0) return dbg_.exit_status;
    if (error_reports_.any()) return kScriptsFailed;
    return options_.batch && interpreter_.failures() > 0 ? 1 : 0;
  }

  const Options& options_;
  client::Loop loop_;
  Console console_;
  Settings settings_;
  Interpreter interpreter_;
  client::Debuggee debuggee_;
  Breakpoints breakpoints_;
  Stack stack_;
  Sources sources_;
  PipeReader pipe_{loop_};
  Debugger dbg_;
  ErrorReports error_reports_{dbg_};
  std::unique_ptr<LineEditor> editor_;
};

void print(int fd, std::string_view text) {
  while (!text.empty()) {
    ssize_t n = ::write(fd, text.data(), text.size());
    if (n <= 0) return;
    text.remove_prefix(static_cast<size_t>(n));
  }
}

}  // namespace

int run(const std::vector<std::string>& arguments, const client::MakeTarget& make_target) {
  if (!std::setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
  Options options;
  Exit exit;
  if (!parse_options(arguments, options, exit)) {
    print(exit.status == 0 ? STDOUT_FILENO : STDERR_FILENO, exit.text);
    return exit.status;
  }
  if (!options.generate.empty()) {
    base::Result<std::string> text = generate(options.generate);
    print(text ? STDOUT_FILENO : STDERR_FILENO, text ? *text : text.error().text() + "\n");
    return text ? 0 : 2;
  }
  std::unique_ptr<client::Target> target = make_target(options.place);
  return Front(options, *target).run();
}

}  // namespace cli
