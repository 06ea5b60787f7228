// An nmap that somebody else has started: one on this machine that is entered or joined by its
// process id, and one behind a connection, wherever it runs.
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "client/debuggee.h"

namespace client {

base::Status Debuggee::join(pid_t nmap, const dap::AttachArguments& how) {
  release();
  base::Result<base::Fd> socket = target_.connect_to(nmap);
  if (!socket) return socket.take_error();
  begin();
  pid_ = nmap;
  joined_ = true;
  pidfd_ = base::Fd(static_cast<int>(::syscall(SYS_pidfd_open, nmap, 0)));
  exit_watch_ = loop_.watch(pidfd_.get(), [this] { check_exit(); });
  base::Status done = base::ok();
  if (socket->valid()) {
    done = open_session(std::move(*socket));
  } else {
    for (const std::string& note : target_.notes()) hooks_.notice(note + "; Ctrl-C gives up");
    done = connect();
  }
  if (done && session_ && session_->open()) done = handshake(how);
  if (done && session_ && session_->open() && alive()) {
    base::Result<dap::LoadedSources::Response> loaded = request<dap::LoadedSources>({});
    if (loaded) sources_ = std::move(loaded->sources);
    return done;
  }
  bool gone = ended_.has_value();
  (void)detach();
  if (!done) return done;
  return gone ? base::fail("nmap has ended") : base::fail("given up; nmap goes on by itself");
}

// How, only the agent could tell.
void Debuggee::joined_has_ended() {
  pollfd ended{pidfd_.get(), POLLIN, 0};
  if (::poll(&ended, 1, 0) <= 0) return;
  if (!ended_) ended_ = Ended{0, 0, agent_seen_, false};
  finish();
}

base::Status Debuggee::attach(base::Fd agent, const dap::AttachArguments& how) {
  pid_ = 0;
  attached_ = true;
  waiting_ = terminated_ = false;
  exit_code_.reset();
  state_ = State::kStarting;
  base::Status opened = open_session(std::move(agent));
  if (opened) opened = handshake(how);
  // Whether the scan stands comes right behind `initialized`, and so before this answer.
  if (opened) (void)threads();
  base::Result<dap::LoadedSources::Response> loaded = request<dap::LoadedSources>({});
  if (loaded) sources_ = std::move(loaded->sources);
  if (!opened)
    state_ = State::kNone;
  else if (state_ == State::kStarting && !waiting_)
    state_ = State::kRunning;
  return opened;
}

void Debuggee::leave() {
  if (session_) session_->close();
  state_ = State::kNone;
}

// Of an nmap that is not our child the connection is all we have.
void Debuggee::attached_is_gone(const std::string& why) {
  State before = std::exchange(state_, State::kNone);
  if (before == State::kHeld || before == State::kDetached) return;
  if (!terminated_ && !exit_code_)
    return hooks_.notice("the connection to the debugger's agent is lost" +
                         (why.empty() ? std::string() : " (" + why + ")") +
                         "\n  the scan goes on without the debugger");
  ended_ = Ended{exit_code_.value_or(0), 0, true, false};
  hooks_.ended();
}

}  // namespace client
