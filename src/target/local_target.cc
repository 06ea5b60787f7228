#include "target/local_target.h"

#include <signal.h>
#include <sys/stat.h>

#include "launch/running_nmap.h"

namespace target {
namespace {

bool is_directory(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

launch::Options LocalTarget::launch_options(const Options& options) const {
  launch::Options out;
  out.command = options.nmap;
  out.cwd = options.cwd;
  out.environment = options.environment;
  out.tty_output = options.terminal;
  out.may_read_stdin = may_read_stdin_;
  out.patient = options.patient;
  return out;
}

base::Result<client::Target::Process> LocalTarget::start(const Options& options) {
  base::Result<launch::Started> started = launch::start(launch_options(options));
  if (!started) return started.take_error();
  process_.emplace(std::move(started->process));
  dir_.emplace(std::move(started->dir));
  rendezvous_.emplace(std::move(started->rendezvous));
  return Process{process_->pid(), process_->out().get(), process_->err().get(),
                 process_->exit_event().get(), started->warnings};
}

std::optional<int> LocalTarget::poll_exit() {
  return process_ ? process_->poll_exit() : std::nullopt;
}

void LocalTarget::signal(int number) {
  if (process_) ::kill(-process_->pid(), number);
}

base::Result<client::Target::Command> LocalTarget::prepare(const Options& options) {
  base::Result<launch::Armed> armed = launch::arm(launch_options(options));
  if (!armed) return armed.take_error();
  process_.reset();
  dir_.emplace(std::move(armed->dir));
  rendezvous_.emplace(std::move(armed->rendezvous));
  Command command{armed->child.argv, armed->child.cwd, armed->environment, armed->warnings};
  command.words[0] = armed->child.path;  // their PATH may lead elsewhere
  return command;
}

// The directory is in use without the note, too: the agent answers.
void LocalTarget::started(pid_t nmap) {
  if (dir_) (void)dir_->record_nmap(nmap);
}

int LocalTarget::ready_fd() const {
  if (attachment_) return attachment_->fd();
  return rendezvous_ ? rendezvous_->fd().get() : -1;
}

base::Result<base::Fd> LocalTarget::connect() {
  return attachment_ ? attachment_->connect() : rendezvous_->connect();
}

base::Result<base::Fd> LocalTarget::connect_to(const std::string& socket) {
  std::string path = is_directory(socket) ? socket + "/agent.sock" : socket;
  base::Result<base::Fd> connected = launch::connect_unix(path);
  if (!connected || connected->valid()) return connected;
  return base::fail("no agent of nsedbg listens at " + path,
                    "the socket is agent.sock in the directory of a run, and is there while nmap "
                    "runs");
}

// An agent may be in it already: nsedbg has started it, or has attached before.
base::Result<base::Fd> LocalTarget::connect_to(pid_t nmap) {
  for (const launch::Run& run : launch::list_runs(launch::Environment::current())) {
    if (run.pids.size() < 2 || run.pids[1] != nmap) continue;
    base::Result<base::Fd> connected = launch::connect_unix(run.path + "/agent.sock");
    if (connected && connected->valid()) return connected;
  }
  base::Result<launch::Attachment> begun = launch::Attachment::begin(nmap);
  if (!begun) return begun.take_error();
  attachment_.emplace(std::move(*begun));
  return attachment_->connect();
}

std::vector<std::string> LocalTarget::notes() const {
  return attachment_ ? attachment_->notes() : std::vector<std::string>{};
}

base::Result<pid_t> LocalTarget::find(const std::string& part) {
  return launch::find_running_nmap(part);
}

void LocalTarget::resized() {
  if (process_) process_->copy_window_size();
}

void LocalTarget::finished() {
  if (dir_) dir_->remove();
  attachment_.reset();
}

void LocalTarget::leave() {
  if (dir_) dir_->leave();
  attachment_.reset();
}

}  // namespace target
