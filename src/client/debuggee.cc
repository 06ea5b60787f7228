#include "client/debuggee.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace client {
namespace {

constexpr std::chrono::milliseconds kKillPatience{3000};
constexpr int kEngine = 1;
constexpr std::chrono::milliseconds kExitGrace{300};
// What launch's overlay writes to nmap's stderr; the scan then goes on without an agent.
constexpr std::string_view kAgentFailed = "nsedbg: the agent could not be loaded";

}  // namespace

Debuggee::Debuggee(Loop& loop, Target& target, Hooks hooks, std::string log_path)
    : loop_(loop), target_(target), hooks_(std::move(hooks)), log_path_(std::move(log_path)) {}

Debuggee::~Debuggee() {
  if (state_ != State::kNone) abandon();
}

// --- starting ------------------------------------------------------------------------------

base::Status Debuggee::start(const std::vector<std::string>& nmap,
                             const dap::AttachArguments& how) {
  release();
  Target::Options options;
  options.nmap = nmap;
  options.terminal = ::isatty(STDOUT_FILENO);
  base::Result<Target::Process> process = target_.start(options);
  if (!process) return process.take_error();
  for (const std::string& warning : process->warnings) hooks_.notice(warning);
  begin();
  pid_ = process->pid;
  watch_process(*process);
  base::Status connected = connect();
  if (!connected) return start_failed(connected.take_error());
  if (state_ == State::kNone) return base::ok();  // ended(): the caller explains
  base::Status shaken = handshake(how);
  if (!shaken && alive()) return start_failed(shaken.take_error());
  return base::ok();
}

void Debuggee::begin() {
  ended_.reset();
  agent_seen_ = agent_failed_ = initialized_ = terminated_ = pause_wanted_ = false;
  joined_ = attached_ = waiting_ = false;
  standing_.clear();
  sources_.clear();
  threads_.clear();
  state_ = State::kStarting;
}

void Debuggee::watch_process(const Target::Process& process) {
  out_.fd = process.out;
  out_.watch = loop_.watch(process.out, [this] { read_output(out_); });
  err_.fd = process.err;
  err_.as = 2;
  err_.watch = loop_.watch(process.err, [this] { read_output(err_); });
  exit_watch_ = loop_.watch(process.exit_event, [this] { check_exit(); });
  if (exit_watch_) return;
  // No pidfd_open: Linux before 5.3, valgrind.
  exit_watch_ = loop_.on_signal(SIGCHLD, [this] { check_exit(); });
  check_exit();
}

// Waits until the agent listens, or nmap has ended without one.
base::Status Debuggee::connect() {
  base::Fd socket;
  base::Error error;
  bool failed = false;
  auto attempt = [&] {
    base::Result<base::Fd> result = target_.connect();
    if (result)
      socket = std::move(*result);
    else
      failed = true, error = result.take_error();
  };
  attempt();
  Loop::WatchPtr ready = loop_.watch(target_.ready_fd(), attempt);
  while (!failed && !socket.valid() && state_ == State::kStarting && loop_.run_one()) {
  }
  if (failed && alive()) return error;
  if (!socket.valid()) return base::ok();
  return open_session(std::move(socket));
}

base::Status Debuggee::open_session(base::Fd agent) {
  MessageLog log;
  if (!log_path_.empty()) {
    base::Result<MessageLog> opened = MessageLog::open(log_path_);
    if (!opened) return opened.take_error();
    log = std::move(*opened);
  }
  EventHandler& handler = *this;
  session_ = std::make_unique<Session>(loop_, std::move(agent), handler, std::move(log));
  agent_seen_ = true;
  return base::ok();
}

base::Status Debuggee::handshake(const dap::AttachArguments& how) {
  dap::Initialize::Arguments hello;
  hello.clientID = "nsedbg";
  hello.clientName = "nsedbg";
  hello.adapterID = "nsedbg";
  hello.linesStartAt1 = hello.columnsStartAt1 = true;
  hello.pathFormat = "path";
  hello.supportsVariableType = hello.supportsVariablePaging = true;
  hello.supportsMemoryReferences = true;  // hexdump
  base::Result<dap::Capabilities> capabilities = request<dap::Initialize>(hello);
  if (!capabilities) return capabilities.take_error();
  capabilities_ = *capabilities;
  base::Result<dap::Empty> attached = request<dap::Attach>(how);
  if (!attached) return attached.take_error();
  while (!initialized_ && state_ == State::kStarting && session_ && loop_.run_one()) {
  }
  return base::ok();
}

base::Status Debuggee::go() {
  if (state_ != State::kStarting) return base::ok();
  waiting_ = false;
  base::Status running = resume<dap::ConfigurationDone>({});
  if (running && pause_wanted_) pause();
  return running;
}

base::Error Debuggee::start_failed(base::Error error) {
  kill();
  return error;
}

base::Status Debuggee::check_connected() const {
  if (session_ && session_->open()) return base::ok();
  if (state_ == State::kDetached)
    return base::fail("the scan goes on without the debugger", "wait for its end, or 'kill' it");
  return no_scan();
}

base::Error Debuggee::no_scan() const {
  if (state_ == State::kHeld)
    return base::fail("the scan is over",
                      "'why SCRIPT' and 'why break N' say what happened; 'run' starts it again");
  return base::fail("no scan is running", "type 'run' to start nmap");
}

// --- waiting -------------------------------------------------------------------------------

void Debuggee::wait_for_stop() {
  settle_on_standing();
  do {
    while (state_ == State::kRunning && loop_.run_one()) {
    }
  } while (stopped() && hooks_.pass_stop && hooks_.pass_stop());
  awaited_ = 0;
}

void Debuggee::wait_for_end() {
  while (alive() && loop_.run_one()) {
  }
}

void Debuggee::drain() {
  while (read_output(out_)) {
  }
  while (read_output(err_)) {
  }
  hooks_.nmap_output_end();
}

// False when there is nothing more to read now.
bool Debuggee::read_output(Stream& stream) {
  if (stream.fd < 0) return false;
  char buffer[16384];
  ssize_t n = ::read(stream.fd, buffer, sizeof buffer);
  if (n > 0) {
    std::string_view bytes(buffer, static_cast<size_t>(n));
    agent_failed_ |= bytes.find(kAgentFailed) != std::string_view::npos;
    hooks_.nmap_output(stream.as, bytes);
    return true;
  }
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  stream.watch.reset();  // the end; a pseudo-terminal says EIO
  stream.fd = -1;
  return false;
}

void Debuggee::check_exit() {
  if (state_ == State::kNone) return;
  if (joined_) return joined_has_ended();
  std::optional<int> status = target_.poll_exit();
  if (!status) return;
  Ended ended;
  ended.status = *status;
  ended.signal = *status > 128 && *status <= 128 + SIGRTMAX ? *status - 128 : 0;
  ended.lost = target_.lost();
  ended_ = ended;
  finish();
}

// nmap is gone. What it wrote last is still in the pipes and in the socket.
void Debuggee::finish() {
  if (session_) session_->drain();
  drain();
  bool told = state_ == State::kHeld;
  ended_->agent_seen = agent_seen_;
  ended_->agent_failed = agent_failed_;
  exit_watch_.reset();
  grace_.reset();
  out_ = {};
  err_ = {};
  pid_ = 0;
  pidfd_.reset();
  state_ = State::kNone;
  if (session_) session_->close();
  target_.finished();
  if (!told) hooks_.ended();
}

// --- events --------------------------------------------------------------------------------

void Debuggee::on(const dap::OutputEvent& event) {
  drain();  // nmap's own output up to here comes first
  hooks_.output(event);
}

void Debuggee::on(const dap::BreakpointEvent& event) { hooks_.breakpoint(event); }

void Debuggee::on(const dap::InitializedEvent&) { initialized_ = true; }
void Debuggee::on(const dap::TerminatedEvent&) { terminated_ = true; }

void Debuggee::on(const dap::ProcessEvent& event) { waiting_ = event.startMethod == "launch"; }
void Debuggee::on(const dap::ExitedEvent& event) { exit_code_ = event.exitCode; }

void Debuggee::on(const dap::EndedEvent& event) {
  if (state_ == State::kDetached) return;
  drain();
  state_ = State::kHeld;
  ended_ = Ended{event.exitCode.value_or(0), 0, true, false};
  hooks_.ended();
}

void Debuggee::on(const dap::LoadedSourceEvent& event) {
  if (event.reason != "removed") sources_.push_back(event.source);
}

void Debuggee::on_closed(const std::string& why) {
  if (state_ == State::kNone) return;
  if (attached_) return attached_is_gone(why);
  if (state_ == State::kHeld || state_ == State::kDetached) return;
  state_ = State::kRunning;
  check_exit();
  if (!alive() || terminated_) return;  // the usual end: nmap exits
  // A process that dies closes its sockets before its exit can be seen.
  grace_ = loop_.after(kExitGrace, [this, why] {
    if (!alive()) return;
    state_ = State::kDetached;
    hooks_.notice("the connection to the debugger's agent in nmap is lost" +
                  (why.empty() ? std::string() : " (" + why + ")") +
                  "\n  the scan goes on without the debugger");
  });
}

// --- threads -------------------------------------------------------------------------------

base::Result<std::vector<dap::Thread>> Debuggee::threads() {
  base::Result<dap::Threads::Response> answer = request<dap::Threads>({});
  if (!answer) return answer.take_error();
  threads_ = answer->threads;
  return threads_;
}

base::Result<dap::Thread> Debuggee::thread(int id) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    for (const dap::Thread& known : threads_)
      if (known.id == id) return known;
    if (attempt > 0) break;
    base::Result<std::vector<dap::Thread>> all = threads();
    if (!all) return all.take_error();
  }
  return base::fail("there is no thread " + std::to_string(id), "'info threads' lists them");
}

// --- stopping it ---------------------------------------------------------------------------

void Debuggee::pause() {
  if (state_ == State::kStarting) pause_wanted_ = true;
  if (state_ == State::kStarting && joined_ && !session_) state_ = State::kNone;  // give up
  if (state_ != State::kRunning || !session_ || !session_->open()) return;
  pause_wanted_ = false;
  dap::Pause::Arguments arguments;
  arguments.threadId = kEngine;  // everything, in non-stop mode too
  awaited_ = 0;
  session_->post<dap::Pause>(arguments);
}

bool Debuggee::cancel() { return session_ && session_->cancel(); }

// What somebody else has started is not ours to lead: its process alone, or a request.
void Debuggee::signal_nmap(int number) {
  if (joined_ && pid_ > 0) ::kill(pid_, number);
  if (!joined_ && pid_ > 0) target_.signal(number);
}

void Debuggee::interrupt_nmap() {
  if (attached_ && session_ && session_->open()) session_->post<dap::Terminate>({});
  signal_nmap(SIGINT);
}

base::Status Debuggee::detach() {
  base::Status left = disconnect();
  if (!joined_) return left;
  exit_watch_.reset();
  pidfd_.reset();
  pid_ = 0;
  state_ = State::kNone;
  target_.leave();
  return left;
}

base::Status Debuggee::disconnect() {
  if (!session_ || !session_->open() || state_ == State::kDetached) return base::ok();
  if (waiting()) (void)go();
  dap::Disconnect::Arguments arguments;
  arguments.terminateDebuggee = false;
  state_ = State::kDetached;  // before asking: the end of the connection is expected now
  base::Result<dap::Empty> answer = session_->request<dap::Disconnect>(arguments);
  session_->close();
  if (attached_) state_ = State::kNone;
  if (!answer && alive()) return answer.take_error();
  return base::ok();
}

void Debuggee::release() {
  if (state_ != State::kHeld) return;
  if (session_) session_->close();
  if (attached_) state_ = State::kNone;
  Loop::WatchPtr force = loop_.after(kKillPatience, [this] { signal_nmap(SIGKILL); });
  while (state_ == State::kHeld && loop_.run_one()) {
  }
}

void Debuggee::kill() {
  release();
  if (!alive()) return;
  if (session_ && session_->open()) {
    dap::Disconnect::Arguments arguments;
    arguments.terminateDebuggee = true;
    state_ = State::kDetached;
    session_->post<dap::Disconnect>(arguments);
  } else {
    interrupt_nmap();
  }
  Loop::WatchPtr force = loop_.after(kKillPatience, [this] { signal_nmap(SIGKILL); });
  wait_for_end();
}

void Debuggee::abandon() {
  if (session_) session_->close();
  target_.leave();
}

}  // namespace client
