#include "cli/command_session.h"

#include "base/text.h"
#include "cli/debugger.h"
#include "cli/evaluate.h"
#include "cli/interpreter.h"

namespace cli {
namespace {

constexpr int kWidth = 100;  // an editor's console wraps by itself

// The other front end has started nmap, and looks after it.
class NoTarget : public client::Target {
 public:
  base::Result<Process> start(const Options&) override { return refuse(); }
  base::Result<Command> prepare(const Options&) override { return refuse(); }
  void started(pid_t) override {}
  std::optional<int> poll_exit() override { return std::nullopt; }
  void signal(int) override {}
  int ready_fd() const override { return -1; }
  base::Result<base::Fd> connect() override { return refuse(); }
  base::Result<base::Fd> connect_to(const std::string&) override { return refuse(); }
  base::Result<base::Fd> connect_to(pid_t) override { return refuse(); }
  base::Result<pid_t> find(const std::string&) override { return refuse(); }
  void finished() override {}
  void leave() override {}

 private:
  static base::Error refuse() { return base::fail("nmap is started by the editor"); }
};

// Commands that would take the scan, or the terminal, out of the other front end's hands.
bool is_the_editors(const Command& command) {
  for (const char* name : {"run", "start", "kill", "detach", "quit", "shell"})
    if (command.name() == name) return true;
  return false;
}

}  // namespace

struct CommandSession::Parts {
  explicit Parts(client::Loop& loop)
      : debuggee(loop, target, hooks(), ""), dbg{loop,  console, settings,    debuggee, breakpoints,
                                                 stack, sources, interpreter, {}} {
    settings.color = "never";
    console.allow_color(false);
    settings.width = kWidth;
    apply(settings, console);
    console.set_sink([this](int, std::string_view text) { shown += text; });
    interpreter.attach(dbg);
  }

  // The other front end shows nmap's output, log messages and what becomes of breakpoints.
  client::Debuggee::Hooks hooks() {
    client::Debuggee::Hooks hooks;
    hooks.nmap_output = [](int, std::string_view) {};
    hooks.nmap_output_end = [] {};
    hooks.output = [](const dap::OutputEvent&) {};
    hooks.breakpoint = [this](const dap::BreakpointEvent& event) {
      UserBreakpoint* changed = nullptr;
      (void)breakpoints.update(event.breakpoint, changed);
    };
    hooks.notice = [this](const std::string& text) { console.error(text); };
    hooks.ended = [] {};
    return hooks;
  }

  NoTarget target;
  std::string shown;
  Console console{false, false};
  Settings settings;
  Interpreter interpreter{[](const std::string&) { return std::nullopt; }};
  client::Debuggee debuggee;
  Breakpoints breakpoints{debuggee};
  Stack stack{debuggee};
  Sources sources{debuggee};
  Debugger dbg;
  bool busy = false;
};

CommandSession::CommandSession(client::Loop& loop) : parts_(std::make_unique<Parts>(loop)) {}
CommandSession::~CommandSession() = default;

base::Status CommandSession::attach(base::Fd agent) {
  return parts_->debuggee.attach(std::move(agent));
}

bool CommandSession::attached() const { return parts_->debuggee.alive(); }

void CommandSession::select(int frame_id) {
  Stack& stack = parts_->stack;
  if (!parts_->debuggee.stopped()) return;
  stack.select_thread(parts_->debuggee.current_thread());
  for (int level = 0; frame_id != 0; ++level) {
    base::Result<dap::StackFrame> frame = stack.frame(level);
    if (!frame) break;
    if (frame->id == frame_id) return (void)stack.select_frame(level);
  }
}

bool CommandSession::may_be_command(const std::string& line) const {
  return find_command(split_command(line).word).command != nullptr;
}

void CommandSession::close() { parts_->debuggee.leave(); }

void CommandSession::set_colors(bool on) {
  parts_->console.allow_color(on);
  parts_->settings.color = on ? "always" : "never";
  apply(parts_->settings, parts_->console);
}

bool CommandSession::is_command(const std::string& line, int frame_id) {
  if (!may_be_command(line)) return false;
  CommandLine split = split_command(line);
  if (parts_->busy || !parts_->debuggee.stopped()) return true;
  select(frame_id);
  // `next` and `print` are Lua's too, but a function that is not called is no expression anybody
  // types.
  for (const dap::CompletionItem& item : completions(parts_->dbg, std::string(split.word)))
    if (item.label == split.word && item.type != "function") return false;
  return true;
}

base::Result<std::string> CommandSession::run(const std::string& line, int frame_id) {
  if (parts_->busy)
    return base::fail("another command still waits for the scan to stop", "pause it first");
  Lookup found = find_command(split_command(line).word);
  if (found.command && is_the_editors(*found.command))
    return base::fail("'" + line + "' is the editor's to do here", "use its own buttons");
  parts_->busy = true;
  parts_->shown.clear();
  select(frame_id);
  bool fine = parts_->interpreter.execute(line);
  parts_->busy = false;
  std::string text = std::move(parts_->shown);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (!fine) return base::fail(client::without_colors(text));  // editors mark errors themselves
  return text;
}

}  // namespace cli
