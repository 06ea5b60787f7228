// The scan that is debugged: nmap's process, the session with the agent in it, and what state both
// are in. Its waits turn the loop, so nmap's output, signals and events are served meanwhile.
//
// Stopped is a scan in which something stands: all of it, or in non-stop mode one thread or
// several.
//
//   none ─start()→ starting ─go()→ running ⇄ stopped
//     ↑                               │ detach(), or the connection is lost
//     ├──── nmap ended ──────── detached
//     └── release() ── held (the scan is over, nmap waits for us to leave)
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/session.h"
#include "client/target.h"

namespace client {

// How nmap ended.
struct Ended {
  int status = 0;  // its exit status, or 128 + signal
  int signal = 0;
  bool agent_seen = false;    // false: nmap never started its script engine
  bool agent_failed = false;  // or it did, but could not load the agent
  bool lost = false;          // what we know is the end of the connection to it
};

class Debuggee : private EventHandler {
 public:
  enum class State { kNone, kStarting, kRunning, kStopped, kDetached, kHeld };

  struct Hooks {
    std::function<void(int fd, std::string_view bytes)> nmap_output;
    std::function<void()> nmap_output_end;
    std::function<void(const dap::OutputEvent&)> output;
    std::function<void(const dap::BreakpointEvent&)> breakpoint;
    std::function<void(const std::string&)> notice;  // something the user should know
    // Non-stop: another thread stopped while one stands already.
    std::function<void(const dap::StoppedEvent&)> also_stopped;
    std::function<void()> ended;      // see ended()
    std::function<bool()> pass_stop;  // true: dealt with, the scan goes on
  };

  Debuggee(Loop& loop, Target& target, Hooks hooks, std::string log_path);
  ~Debuggee() override;

  // Up to the point where breakpoints can be set.
  base::Status start(const std::vector<std::string>& nmap, const dap::AttachArguments& how);
  base::Status go();  // breakpoints are set: let the scan run
  // Instead of start(): somebody else has started nmap, and `agent` is a connection to its agent.
  base::Status attach(base::Fd agent, const dap::AttachArguments& how = {});
  // After that: nothing has run yet, and go() is due; nmap is not our child.
  bool waiting() const { return attached_ && waiting_; }
  bool attached() const { return attached_; }
  void leave();  // after attach(): who waits for a stop waits no longer
  // Instead of start(): an nmap that runs already, and goes on without us when we go. As start().
  base::Status join(pid_t nmap, const dap::AttachArguments& how);
  bool joined() const { return joined_; }
  base::Result<pid_t> find(const std::string& part) { return target_.find(part); }
  base::Result<pid_t> process(pid_t number) { return target_.process(number); }

  State state() const { return state_; }
  base::Error no_scan() const;  // where one is needed and none is: what to do
  bool alive() const { return state_ != State::kNone && state_ != State::kHeld; }
  bool stopped() const { return state_ == State::kStopped; }
  pid_t pid() const { return pid_; }
  const std::optional<Ended>& ended() const { return ended_; }
  const dap::Capabilities& capabilities() const { return capabilities_; }
  // The stop that state() == kStopped is about: of several, the one that was chosen last.
  const dap::StoppedEvent& stop() const { return stop_; }
  int current_thread() const { return stop_.threadId.value_or(1); }
  bool stands(int thread) const;
  std::vector<int> standing() const;
  void choose(int thread);  // one that stands
  bool take_news();         // whether stop() has not been shown: true once
  const std::vector<dap::Source>& loaded_sources() const { return sources_; }

  template <class R>
  base::Result<typename R::Response> request(const typename R::Arguments& arguments) {
    base::Status reachable = check_connected();
    if (!reachable) return reachable.take_error();
    return session_->request<R>(arguments);
  }
  // A request that lets the scan run on: continue, next, stepIn, stepOut.
  template <class R>
  base::Status resume(const typename R::Arguments& arguments) {
    std::vector<Standing> before = standing_;
    if constexpr (requires { arguments.threadId; }) going_on(arguments.threadId);
    if constexpr (requires { arguments.nseTargetLevel; }) awaited_ = arguments.threadId;
    state_ = State::kRunning;
    base::Result<typename R::Response> answer = request<R>(arguments);
    if (answer || !alive()) return base::ok();
    if (session_ && state_ == State::kRunning) {
      state_ = State::kStopped;
      standing_ = before;
      awaited_ = 0;
    }
    return answer.take_error();
  }
  // After resume(): until something stands; after a step: until its thread does or ends, or
  // everything stands. Or until the scan's end, or the loss of the connection.
  void wait_for_stop();
  void wait_for_end();
  void drain();  // shows what nmap has written so far

  base::Result<dap::Thread> thread(int id);
  base::Result<std::vector<dap::Thread>> threads();

  void pause();           // a stop will follow
  bool cancel();          // gives up the evaluation that runs now
  void interrupt_nmap();  // SIGINT to nmap's process group, as its own Ctrl-C would be
  base::Status detach();  // the scan goes on by itself
  void release();         // kHeld: lets nmap exit, and waits for it
  void kill();            // ends nmap, by force if it must be
  void abandon();         // nsedbg dies: cut the connection, wait for nothing
  void resized() { target_.resized(); }

 private:
  void on(const dap::StoppedEvent& event) override;
  void on(const dap::ContinuedEvent& event) override;
  void on(const dap::OutputEvent& event) override;
  void on(const dap::BreakpointEvent& event) override;
  void on(const dap::ThreadEvent& event) override;
  void on(const dap::LoadedSourceEvent& event) override;
  void on(const dap::InitializedEvent& event) override;
  void on(const dap::TerminatedEvent& event) override;
  void on(const dap::EndedEvent& event) override;
  void on(const dap::ProcessEvent& event) override;
  void on(const dap::ExitedEvent& event) override;
  void on_closed(const std::string& why) override;

  struct Standing {
    dap::StoppedEvent event;
    bool news = true;
  };
  void going_on(int thread);
  void settle_on_standing();
  base::Status check_connected() const;
  base::Status connect();
  void begin();
  base::Status disconnect();
  void joined_has_ended();
  void signal_nmap(int number);
  base::Status open_session(base::Fd agent);
  base::Status handshake(const dap::AttachArguments& how);
  base::Error start_failed(base::Error error);
  void attached_is_gone(const std::string& why);
  struct Stream {
    int fd = -1;
    Loop::WatchPtr watch;
    int as = 1;  // 1 stdout, 2 stderr
  };
  void watch_process(const Target::Process& process);
  bool read_output(Stream& stream);
  void check_exit();
  void finish();

  Loop& loop_;
  Target& target_;
  Hooks hooks_;
  std::string log_path_;

  State state_ = State::kNone;
  pid_t pid_ = 0;  // 0: not ours (attach)
  bool attached_ = false;
  bool waiting_ = false;
  std::optional<int> exit_code_;
  Stream out_, err_;
  Loop::WatchPtr exit_watch_, grace_;
  std::unique_ptr<Session> session_;
  std::optional<Ended> ended_;
  bool agent_seen_ = false;
  bool agent_failed_ = false;
  bool initialized_ = false;
  bool terminated_ = false;  // the agent said that nmap is about to exit
  bool pause_wanted_ = false;
  dap::Capabilities capabilities_;
  dap::StoppedEvent stop_;
  std::vector<Standing> standing_;  // one for all, or one for each thread; the oldest first
  int awaited_ = 0;                 // whose step is waited for
  std::vector<dap::Source> sources_;
  std::vector<dap::Thread> threads_;
  bool joined_ = false;  // not started by us
  base::Fd pidfd_;       // of such a one
};

}  // namespace client
