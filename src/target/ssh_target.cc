#include "target/ssh_target.h"

#include <signal.h>
#include <unistd.h>

namespace target {
namespace {

base::Error only_start() { return base::fail("that is not possible by ssh"); }

}  // namespace

base::Result<client::Target::Process> SshTarget::start(const Options& options) {
  launch::Options out;
  out.command = options.nmap;
  out.environment = options.environment;
  out.patient = options.patient;
  ready_ = false;
  base::Result<launch::SshStarted> started =
      launch::start_by_ssh(out, place_.ssh, place_.ssh_options);
  if (!started) return started.take_error();
  run_.emplace(std::move(*started));
  return Process{run_->process.pid(), run_->process.out().get(), run_->process.err().get(),
                 run_->process.exit_event().get(), run_->warnings};
}

std::optional<int> SshTarget::poll_exit() {
  std::optional<int> status = run_ ? run_->process.poll_exit() : std::nullopt;
  lost_ = status == launch::kSshFailed;
  return status;
}

// By force means here, too: the connection may hang.
void SshTarget::signal(int number) {
  if (!run_) return;
  launch::signal_by_ssh(*run_, number);
  if (number == SIGKILL) ::kill(-run_->process.pid(), SIGKILL);
}

base::Result<client::Target::Command> SshTarget::prepare(const Options&) { return only_start(); }

int SshTarget::ready_fd() const { return run_ ? run_->watcher.out().get() : -1; }

base::Result<base::Fd> SshTarget::connect() {
  char bytes[64];
  ready_ = ready_ || ::read(run_->watcher.out().get(), bytes, sizeof bytes) > 0;
  if (!ready_) return base::Fd();
  return launch::connect_unix(run_->socket());
}

base::Result<base::Fd> SshTarget::connect_to(const std::string&) { return only_start(); }
base::Result<base::Fd> SshTarget::connect_to(pid_t) { return only_start(); }

void SshTarget::finished() {
  if (!run_) return;
  if (!run_->watcher.poll_exit()) ::kill(-run_->watcher.pid(), SIGTERM);
  (void)run_->watcher.wait();
  run_->ssh.close();
  run_->dir.remove();
}

void SshTarget::leave() {
  if (run_) run_->dir.leave();
}

}  // namespace target
