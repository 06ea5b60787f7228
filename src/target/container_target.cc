#include "target/container_target.h"

#include <signal.h>

#include "launch/container_processes.h"

namespace target {
namespace {

base::Error not_here(const std::string& what, const std::string& instead) {
  return base::fail(what + " is not possible in a container", instead);
}

}  // namespace

ContainerTarget::ContainerTarget(const client::Place& place, bool may_read_stdin)
    : where_{place.container, place.engine, place.engine_options},
      may_read_stdin_(may_read_stdin) {}

base::Result<client::Target::Process> ContainerTarget::start(const Options& options) {
  launch::Options out;
  out.command = options.nmap;
  out.environment = options.environment;
  out.patient = options.patient;
  out.may_read_stdin = may_read_stdin_;
  run_.reset();
  base::Result<launch::ContainerStarted> started = launch::start_in_container(out, where_);
  if (!started) return started.take_error();
  run_.emplace(std::move(*started));
  return Process{run_->process.pid(), run_->process.out().get(), run_->process.err().get(),
                 run_->process.exit_event().get(), run_->warnings};
}

std::optional<int> ContainerTarget::poll_exit() {
  return run_ ? run_->process.poll_exit() : std::nullopt;
}

// By force means the engine's client, too: its daemon may hang.
void ContainerTarget::signal(int number) {
  if (!run_) return;
  launch::signal_in_container(*run_, number);
  if (number == SIGKILL) ::kill(-run_->process.pid(), SIGKILL);
}

base::Result<client::Target::Command> ContainerTarget::prepare(const Options&) {
  return not_here("a terminal of the editor's", "let nsedbg start nmap");
}

int ContainerTarget::ready_fd() const {
  if (attachment_) return attachment_->attachment.fd();
  return run_ ? run_->dir.fd() : -1;
}

// What has come in needs its file no longer.
base::Result<base::Fd> ContainerTarget::connect() {
  launch::ContainerDirectory& dir = attachment_ ? *attachment_->dir : run_->dir;
  base::Result<base::Fd> connected =
      attachment_ ? attachment_->attachment.connect() : dir.connect();
  if (connected && connected->valid()) dir.remove_agent();
  return connected;
}

base::Result<base::Fd> ContainerTarget::connect_to(const std::string&) {
  return not_here("a connection by a socket's path", "give the PID of nmap in the container");
}

base::Result<base::Fd> ContainerTarget::connect_to(pid_t nmap) {
  base::Result<base::Fd> agent = launch::join_agent(nmap);
  if (!agent || agent->valid()) return agent;
  base::Result<launch::ContainerAttachment> begun = launch::attach_in_container(nmap);
  if (!begun) return begun.take_error();
  attachment_.emplace(std::move(*begun));
  return connect();
}

base::Result<launch::Place> ContainerTarget::place() const {
  launch::Environment environment = launch::Environment::current();
  environment.unset_ours();
  base::Result<launch::Place> place = launch::find_place(where_.name, where_.engine, environment);
  if (place && place->is_image())
    return base::fail("'" + where_.name + "' is an image, not a container that runs",
                      "see " + place->engine.name() + " ps");
  return place;
}

base::Result<pid_t> ContainerTarget::process(pid_t inside) {
  base::Result<launch::Place> where = place();
  if (!where) return where.take_error();
  return launch::find_in_container(*where, inside);
}

base::Result<pid_t> ContainerTarget::find(const std::string& part) {
  base::Result<launch::Place> where = place();
  if (!where) return where.take_error();
  return launch::find_in_container(*where, part);
}

std::vector<std::string> ContainerTarget::notes() const {
  return attachment_ ? attachment_->attachment.notes() : std::vector<std::string>{};
}

void ContainerTarget::finished() {
  attachment_.reset();
  if (!run_) return;
  run_->dir.remove();
  if (run_->run_dir) run_->run_dir->remove();
}

// The agent that has been let in by force goes when we do, one that nmap was started with stays.
void ContainerTarget::leave() {
  attachment_.reset();
  if (!run_) return;
  run_->dir.leave();
  if (run_->run_dir) run_->run_dir->leave();
}

}  // namespace target
