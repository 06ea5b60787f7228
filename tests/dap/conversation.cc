#include "dap/conversation.h"

#include <signal.h>

#include <cerrno>
#include <chrono>

namespace conversation {

using support::Failure;

Session::Session(const support::NmapUnderTest& nmap, std::vector<std::string> arguments,
                 Options options)
    : options_(std::move(options)) {
  launch::Options start;
  start.command = {nmap.path};
  start.command.insert(start.command.end(), arguments.begin(), arguments.end());
  start.cwd = options_.cwd;
  start.environment = sandbox_.environment();
  for (const auto& one : options_.environment) start.environment.push_back(one);
  auto started = launch::start(start);
  if (!started) throw Failure(started.error().text());
  started_.emplace(std::move(*started));
  watch_output();
  if (!options_.connect) return;
  client_ = await_agent();
  attach(*client_);
}

Session::~Session() {
  if (!status_ && !process().poll_exit()) {
    kill(process().pid(), SIGKILL);
    (void)process().wait();
  }
}

void Session::watch_output() {
  poller_.watch(process().out().get(), [this] { drain(process().out().get(), out_, out_ended_); });
  poller_.watch(process().err().get(), [this] { drain(process().err().get(), err_, err_ended_); });
  poller_.watch(process().exit_event().get(), [this] {
    status_ = process().poll_exit();
    if (status_) poller_.forget(process().exit_event().get());
  });
}

void Session::drain(int fd, std::string& into, bool& at_end) {
  char bytes[65536];
  ssize_t n = read(fd, bytes, sizeof bytes);
  if (n > 0) into.append(bytes, static_cast<size_t>(n));
  if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))) return;
  at_end = true;
  poller_.forget(fd);
}

std::unique_ptr<Connection> Session::await_agent() {
  base::Fd socket;
  bool again = true;
  int watched = started_->rendezvous.fd().get();
  poller_.watch(watched, [&] { again = true; });
  bool came = poller_.wait([&] {
    if (!again) return ended();
    again = false;
    auto connected = started_->rendezvous.connect();
    if (!connected) throw Failure(connected.error().text());
    socket = std::move(*connected);
    return socket.valid() || ended();
  });
  poller_.forget(watched);
  if (!came || !socket.valid())
    throw Failure("the agent does not listen; nmap said:\n" + out_ + err_);
  return std::make_unique<Connection>(poller_, std::move(socket), Recorder());
}

std::unique_ptr<Connection> Session::connect(bool recorded) {
  auto socket = launch::connect_unix(started_->dir.socket_path());
  if (!socket) throw Failure(socket.error().text());
  return std::make_unique<Connection>(poller_, std::move(*socket), Recorder(recorded));
}

void Session::attach(Connection& connection) {
  connection.set_context(
      [this] { return (ended() ? "nmap has ended; it said:\n" : "nmap said:\n") + out_ + err_; });
  dap::Initialize::Arguments hello;
  hello.adapterID = "nsedbg";
  hello.clientID = "test";
  hello.linesStartAt1 = hello.columnsStartAt1 = true;
  hello.supportsInvalidatedEvent = true;
  connection.request<dap::Initialize>(hello);
  dap::AttachArguments attach;
  if (!options_.stop_on_entry.empty()) attach.stopOnEntry = options_.stop_on_entry;
  if (options_.just_my_script) attach.justMyScript = true;
  if (options_.hold_at_end) attach.nseHoldAtEnd = true;
  if (options_.non_stop) attach.nonStop = true;
  if (!options_.freeze_clock) attach.freezeClock = false;
  if (options_.output) attach.nseOutput = true;
  connection.request<dap::Attach>(attach);
  connection.event<dap::InitializedEvent>();
}

std::unique_ptr<Connection> Session::second_client() {
  auto connection = connect();
  attach(*connection);
  return connection;
}

// --- breakpoints -------------------------------------------------------------------------------

dap::Breakpoint Session::set_breakpoint(const std::string& file, int line) {
  dap::SourceBreakpoint breakpoint;
  breakpoint.line = line;
  return set_breakpoint(file, breakpoint);
}

dap::Breakpoint Session::set_breakpoint(const std::string& file,
                                        const dap::SourceBreakpoint& breakpoint) {
  return set_breakpoints(file, {breakpoint}).front();
}

std::vector<dap::Breakpoint> Session::set_breakpoints(
    const std::string& file, const std::vector<dap::SourceBreakpoint>& breakpoints) {
  dap::SetBreakpoints::Arguments arguments;
  arguments.source.path = file;
  arguments.breakpoints = breakpoints;
  auto answer = client().request<dap::SetBreakpoints>(arguments).breakpoints;
  if (answer.size() != breakpoints.size()) throw Failure("setBreakpoints answered another number");
  return answer;
}

std::vector<dap::Breakpoint> Session::set_functions(const std::vector<std::string>& names) {
  dap::SetFunctionBreakpoints::Arguments arguments;
  for (const std::string& name : names) arguments.breakpoints.emplace_back().name = name;
  auto answer = client().request<dap::SetFunctionBreakpoints>(arguments).breakpoints;
  if (answer.size() != names.size()) throw Failure("setFunctionBreakpoints: another number");
  return answer;
}

void Session::stop_on_uncaught_errors() {
  client().request<dap::SetExceptionBreakpoints>({{"uncaught"}, {}});
}

// --- going on and stopping ---------------------------------------------------------------------

void Session::run() { client().request<dap::ConfigurationDone>(); }

namespace {

Stop as_stop(dap::StoppedEvent event) {
  Stop stop;
  static_cast<dap::StoppedEvent&>(stop) = std::move(event);
  stop.thread = stop.threadId.value_or(0);
  return stop;
}

}  // namespace

Stop Session::wait_stopped() { return as_stop(client().event<dap::StoppedEvent>()); }

std::optional<Stop> Session::step_in_or_end(const Stop& stop) {
  dap::StepIn::Arguments arguments;
  arguments.threadId = stop.thread;
  client().request<dap::StepIn>(arguments);
  auto event = client().event_or_end<dap::StoppedEvent>();
  if (!event) return std::nullopt;
  return as_stop(std::move(*event));
}

template <class R>
Stop Session::step(const Stop& stop) {
  typename R::Arguments arguments;
  arguments.threadId = stop.thread;
  client().request<R>(arguments);
  return wait_stopped();
}

Stop Session::next(const Stop& stop) { return step<dap::Next>(stop); }
Stop Session::step_in(const Stop& stop) { return step<dap::StepIn>(stop); }
Stop Session::step_out(const Stop& stop) { return step<dap::StepOut>(stop); }
Stop Session::go_on(const Stop& stop) { return step<dap::Continue>(stop); }

void Session::resume(const Stop& stop) {
  dap::Continue::Arguments arguments;
  arguments.threadId = stop.thread;
  client().request<dap::Continue>(arguments);
}

Stop Session::pause() {
  client().request<dap::Pause>({1});
  return wait_stopped();
}

// --- looking -----------------------------------------------------------------------------------

std::vector<dap::StackFrame> Session::stack(int thread) {
  dap::StackTrace::Arguments arguments;
  arguments.threadId = thread;
  return client().request<dap::StackTrace>(arguments).stackFrames;
}

dap::StackFrame Session::top(const Stop& stop) {
  auto frames = stack(stop);
  if (frames.empty()) throw Failure("thread " + std::to_string(stop.thread) + " has no frames");
  return frames.front();
}

std::string Session::place(const Stop& stop) {
  dap::StackFrame frame = top(stop);
  std::string file = frame.source ? frame.source->name.value_or("?") : "?";
  return file + ":" + std::to_string(frame.line);
}

std::vector<dap::Thread> Session::threads() { return client().request<dap::Threads>().threads; }

dap::Thread Session::thread(int id) {
  for (const dap::Thread& one : threads())
    if (one.id == id) return one;
  throw Failure("there is no thread " + std::to_string(id));
}

void Session::wait_until_waiting(int id) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(40);
  while (thread(id).nseState != "waiting")
    if (std::chrono::steady_clock::now() > deadline)
      throw Failure("thread " + std::to_string(id) + " does not wait");
}

dap::Evaluate::Response Session::evaluate(int frame, const std::string& expression,
                                          const std::string& context) {
  dap::Evaluate::Arguments arguments;
  arguments.expression = expression;
  arguments.frameId = frame;
  arguments.context = context;
  return client().request<dap::Evaluate>(arguments);
}

std::string Session::print(const Stop& stop, const std::string& expression,
                           const std::string& context) {
  return evaluate(frame(stop), expression, context).result;
}

std::string Session::print_error(const Stop& stop, const std::string& expression,
                                 const std::string& context) {
  dap::Evaluate::Arguments arguments;
  arguments.expression = expression;
  arguments.frameId = frame(stop);
  arguments.context = context;
  return client().error<dap::Evaluate>(arguments);
}

std::vector<dap::Variable> Session::children(int reference) {
  dap::Variables::Arguments arguments;
  arguments.variablesReference = reference;
  return client().request<dap::Variables>(arguments).variables;
}

dap::Scope Session::scope(int frame, const std::string& name) {
  for (const dap::Scope& scope : client().request<dap::Scopes>({frame}).scopes)
    if (scope.name == name) return scope;
  throw Failure("the frame has no scope '" + name + "'");
}

std::map<std::string, std::string> Session::locals(int frame) {
  std::map<std::string, std::string> found;
  for (const dap::Variable& one : children(scope(frame, "Locals").variablesReference))
    found[one.name] = one.value;
  return found;
}

// --- the end -----------------------------------------------------------------------------------

bool Session::ended() {
  if (!status_) status_ = process().poll_exit();
  return status_.has_value();
}

Ended Session::finish() {
  bool done = poller_.wait([this] { return ended() && out_ended_ && err_ended_; });
  if (!done) throw Failure("nmap does not end; it said:\n" + out_ + err_);
  if (client_ && !client_->closed()) client_->await_closed();
  return {*status_, out_, err_};
}

}  // namespace conversation
