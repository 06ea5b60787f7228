#include "dap/adapter.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace conversation {

namespace fs = std::filesystem;
using support::Failure;

// --- attributes --------------------------------------------------------------------------------

Attributes& Attributes::text(const std::string& name, const std::string& value) {
  rapidjson::StringBuffer buffer;
  dap::Writer writer(buffer);
  dap::write(writer, std::string_view(value));
  return json(name, buffer.GetString());
}

Attributes& Attributes::json(const std::string& name, const std::string& value) {
  members_ += (members_.empty() ? "\"" : ",\"") + name + "\":" + value;
  return *this;
}

// --- the process -------------------------------------------------------------------------------

Adapter::Adapter(const support::NmapUnderTest& nmap, std::vector<std::string> arguments,
                 bool recorded)
    : nmap_(nmap) {
  hello.adapterID = "nse";
  hello.clientID = "test";
  hello.linesStartAt1 = hello.columnsStartAt1 = true;
  int ends[2], errors[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0 ||
      pipe2(errors, O_CLOEXEC) != 0)
    throw Failure("cannot make a socket pair");
  arguments.insert(arguments.begin(), {TEST_NSEDBG, "dap"});
  std::vector<char*> argv;
  for (std::string& word : arguments) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    for (const auto& [name, value] : sandbox_.environment()) setenv(name.c_str(), value.c_str(), 1);
    dup2(ends[1], 0);
    dup2(ends[1], 1);
    dup2(errors[1], 2);
    execv(argv[0], argv.data());
    _exit(127);
  }
  ::close(ends[1]);
  ::close(errors[1]);
  exit_event_ = base::Fd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  error_pipe_ = base::Fd(errors[0]);
  poller_.watch(errors[0], [this] {
    char bytes[4096];
    ssize_t n = read(error_pipe_.get(), bytes, sizeof bytes);
    if (n > 0) return void(errors_.append(bytes, static_cast<size_t>(n)));
    poller_.forget(error_pipe_.get());
  });
  base::Fd ours(ends[0]);
  if (arguments.size() == 2) connect(std::move(ours), recorded);
}

Adapter::~Adapter() {
  client_.reset();
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (pid_t nmap : nmaps()) kill(nmap, SIGKILL);
  if (in_terminal_ > 0) waitpid(in_terminal_, nullptr, 0);
}

pid_t Adapter::run_as_terminal(const dap::RunInTerminal::Arguments& arguments) {
  rapidjson::Document environment;
  environment.Parse(arguments.env ? arguments.env->text.c_str() : "{}");
  std::vector<char*> argv;
  for (const std::string& word : arguments.args) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  in_terminal_ = fork();
  if (in_terminal_ != 0) return in_terminal_;
  for (const auto& [name, value] : sandbox_.environment()) setenv(name.c_str(), value.c_str(), 1);
  for (const auto& entry : environment.GetObject())
    setenv(entry.name.GetString(), entry.value.GetString(), 1);
  dup2(open(sandbox_.path("terminal").c_str(), O_WRONLY | O_CREAT, 0600), 1);
  if (chdir(arguments.cwd.c_str()) == 0) execv(argv[0], argv.data());
  _exit(127);
}

void Adapter::connect(base::Fd socket, bool recorded) {
  client_ = std::make_unique<Connection>(poller_, std::move(socket), Recorder(recorded));
  client_->set_context([this] { return "nsedbg dap wrote:\n" + errors_; });
  initialized_ = false;
}

int Adapter::exit_status() {
  std::optional<int> status;
  poller_.watch(exit_event_.get(), [&] {
    int raw = 0;
    if (waitpid(pid_, &raw, WNOHANG) != pid_) return;
    status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
    pid_ = -1;
    poller_.forget(exit_event_.get());
  });
  if (!poller_.wait([&] { return status.has_value(); }))
    throw Failure("nsedbg dap does not end; it wrote:\n" + errors_);
  return *status;
}

std::string Adapter::errors() const { return errors_; }

void Adapter::await_error(const std::string& text) {
  if (!poller_.wait([&] { return errors_.find(text) != std::string::npos; }))
    throw Failure("nsedbg dap does not write '" + text + "', but:\n" + errors_);
}

// Processes with this test's sandbox in their environment.
std::vector<pid_t> Adapter::nmaps() const {
  std::vector<pid_t> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (support::read_file(entry.path() / "comm") != "nmap\n") continue;
    if (support::read_file(entry.path() / "environ").find(sandbox_.path()) != std::string::npos)
      found.push_back(std::stoi(name));
  }
  return found;
}

bool Adapter::nmap_is_gone() {
  for (pid_t pid : nmaps()) {
    base::Fd end(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!end.valid()) continue;
    bool gone = false;
    poller_.watch(end.get(), [&] { gone = true; });
    bool in_time = poller_.wait([&] { return gone; });
    poller_.forget(end.get());
    if (!in_time) return false;
  }
  return true;
}

// --- the conversation --------------------------------------------------------------------------

dap::AdapterCapabilities Adapter::initialize() {
  struct Hello : dap::Initialize {
    using Response = dap::AdapterCapabilities;
  };
  initialized_ = true;
  return client().request<Hello>(hello);
}

Attributes Adapter::scan_of(const std::string& script) const {
  Attributes attributes;
  attributes.text("script", script)
      .text("target", support::address())
      .text("nmapPath", nmap_.path)
      .json("nmapArgs", "[\"-n\",\"-Pn\"]");
  return attributes;
}

void Adapter::launch(const Attributes& attributes) {
  if (!initialized_) initialize();
  client().await_answer(client().post_json("launch", attributes.object()));
  client().event<dap::InitializedEvent>();
}

std::string Adapter::launch_error(const Attributes& attributes) {
  if (!initialized_) initialize();
  return client().error_of(client().post_json("launch", attributes.object()));
}

void Adapter::attach(const Attributes& attributes) {
  if (!initialized_) initialize();
  client().await_answer(client().post_json("attach", attributes.object()));
  client().event<dap::InitializedEvent>();
}

dap::Breakpoint Adapter::set_breakpoint(const std::string& path, int line) {
  dap::SetBreakpoints::Arguments arguments;
  arguments.source.path = path;
  arguments.breakpoints.emplace().emplace_back().line = line;
  return client().request<dap::SetBreakpoints>(arguments).breakpoints.at(0);
}

Stop Adapter::wait_stopped() {
  Stop stop;
  static_cast<dap::StoppedEvent&>(stop) = client().event<dap::StoppedEvent>();
  stop.thread = stop.threadId.value_or(0);
  return stop;
}

Stop Adapter::next(const Stop& stop) {
  dap::Next::Arguments arguments;
  arguments.threadId = stop.thread;
  client().request<dap::Next>(arguments);
  return wait_stopped();
}

void Adapter::resume(const Stop& stop) { client().request<dap::Continue>({stop.thread, {}}); }

dap::StackFrame Adapter::top(const Stop& stop) {
  dap::StackTrace::Arguments arguments;
  arguments.threadId = stop.thread;
  return client().request<dap::StackTrace>(arguments).stackFrames.at(0);
}

std::string Adapter::print(const Stop& stop, const std::string& expression) {
  dap::Evaluate::Arguments arguments;
  arguments.expression = expression;
  arguments.frameId = top(stop).id;
  arguments.context = "repl";
  return client().request<dap::Evaluate>(arguments).result;
}

int Adapter::finish() {
  int status = client().event<dap::ExitedEvent>().exitCode;
  client().event<dap::TerminatedEvent>();
  const std::vector<std::string>& history = client().history();
  EXPECT_EQ(std::count(history.begin(), history.end(), "exited"), 1);
  EXPECT_EQ(std::count(history.begin(), history.end(), "terminated"), 1);
  return status;
}

std::string Adapter::output(const std::string& category) {
  while (auto event = client().seen<dap::OutputEvent>()) {
    if (event->category == "stdout") stdout_text_ += event->output;
    if (event->category == "stderr") stderr_text_ += event->output;
  }
  return category == "stdout" ? stdout_text_ : stderr_text_;
}

}  // namespace conversation
