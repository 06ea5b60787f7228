#include "doctor/trial.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "client/session.h"
#include "launch/launch.h"
#include "launch/paths.h"

namespace doctor {
namespace {

using base::fail;
using base::Result;
using base::Status;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{30};
constexpr const char* kProof = "nsedbg doctor was here";
constexpr const char* kScript =
    "description = \"nsedbg doctor\"\n"
    "categories = {\"safe\"}\n"
    "prerule = function () return true end\n"
    "action = function () return \"nsedbg doctor was here\" end\n";
// What launch's overlay writes to nmap's stderr.
constexpr std::string_view kAgentFailed = "nsedbg: the agent could not be loaded: ";

class Trial : private client::EventHandler {
 public:
  explicit Trial(launch::Armed armed) : armed_(std::move(armed)) {}
  ~Trial() override {
    if (process_ && !process_->poll_exit()) {
      kill(-process_->pid(), SIGKILL);
      (void)process_->wait();
    }
    unlink(script_path().c_str());
  }

  Status run() {
    Status started = start();
    if (!started) return started;
    client::Loop::WatchPtr deadline = loop_.after(kPatience, [this] { give_up(); });
    Status answered = ask();
    if (!answered && !timed_out_ && !ended()) return answered;
    session_.reset();  // the scan goes on as if nobody had come
    while (!timed_out_ && !(ended() && !out_ && !err_) && loop_.run_one()) {
    }
    return judge(answered);
  }

 private:
  std::string script_path() const { return armed_.dir.path() + "/doctor.nse"; }

  Status start() {
    base::Fd file(open(script_path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    std::string_view text = kScript;
    if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      return fail(launch::with_errno("cannot write " + script_path(), errno));
    armed_.child.argv.insert(armed_.child.argv.end(), {"--script", script_path()});
    Result<launch::Process> process =
        launch::Process::start({std::move(armed_.child), false, false});
    if (!process) return process.take_error();
    process_.emplace(std::move(*process));
    out_ = loop_.watch(process_->out().get(), [this] { read(process_->out(), out_); });
    err_ = loop_.watch(process_->err().get(), [this] { read(process_->err(), err_); });
    exit_ = loop_.watch(process_->exit_event().get(), [this] { exit_.reset(); });
    return base::ok();
  }

  void read(const base::Fd& from, client::Loop::WatchPtr& watch) {
    char bytes[4096];
    ssize_t n = ::read(from.get(), bytes, sizeof bytes);
    if (n > 0)
      output_.append(bytes, static_cast<size_t>(n));
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
      watch.reset();
  }

  // Waits for the agent, and for its answer to `initialize`.
  Status ask() {
    base::Fd socket;
    Status failure = base::ok();
    auto attempt = [&] {
      Result<base::Fd> connected = armed_.rendezvous.connect();
      if (connected)
        socket = std::move(*connected);
      else
        failure = connected.take_error();
    };
    client::Loop::WatchPtr ready = loop_.watch(armed_.rendezvous.fd().get(), attempt);
    attempt();
    while (failure && !socket.valid() && !timed_out_ && !ended() && loop_.run_one()) {
    }
    if (!failure || !socket.valid()) return failure ? fail("") : failure.take_error();
    client::EventHandler& events = *this;
    session_ = std::make_unique<client::Session>(loop_, std::move(socket), events);
    dap::Initialize::Arguments hello;
    hello.clientID = hello.adapterID = "nsedbg";
    Result<dap::Capabilities> answer = session_->request<dap::Initialize>(hello);
    if (!answer) return answer.take_error();
    return base::ok();
  }

  bool ended() { return process_->poll_exit().has_value(); }

  void give_up() {
    timed_out_ = true;
    if (session_) session_->close();
  }

  Status judge(const Status& answered) {
    if (timed_out_)
      return fail("nmap has not run an empty script within " + std::to_string(kPatience.count()) +
                      " seconds",
                  "does it without nsedbg? nmap --script-help banner");
    size_t at = output_.find(kAgentFailed);
    if (at != std::string::npos) {
      std::string why = output_.substr(at + kAgentFailed.size());
      why = why.substr(0, why.find("; the scan goes on"));
      return fail("nmap cannot load the agent: " + why,
                  "build nsedbg again on this machine: make install", 3);
    }
    if (!answered || *process_->poll_exit() != 0 || output_.find(kProof) == std::string::npos)
      return fail("nmap ended with status " + std::to_string(*process_->poll_exit()) +
                      (answered ? "" : " and never loaded the agent") + ": " + last_words(),
                  "does nmap run scripts without nsedbg? nmap --script-help banner");
    return base::ok();
  }

  std::string last_words() const {
    std::string last;
    for (const std::string& line : base::split(output_, '\n'))
      if (!base::trim(line).empty()) last = std::string(base::trim(line));
    return last.empty() ? "it said nothing" : last;
  }

  client::Loop loop_;
  launch::Armed armed_;
  std::optional<launch::Process> process_;
  client::Loop::WatchPtr out_, err_, exit_;
  std::unique_ptr<client::Session> session_;
  std::string output_;  // both streams
  bool timed_out_ = false;
};

}  // namespace

Result<double> try_agent(const std::string& nmap) {
  auto begin = Clock::now();
  launch::Options options;
  options.command = {nmap, "-n", "-sn", "-Pn"};
  options.environment = {{"NMAP_ARGS", ""}};  // there might be targets in it
  Result<launch::Armed> armed = launch::arm(options);
  if (!armed) return armed.take_error();
  Status worked = Trial(std::move(*armed)).run();
  if (!worked) return worked.take_error();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace doctor
