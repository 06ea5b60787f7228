#include "launch/ssh.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "launch/nmap.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;
using base::Status;

constexpr auto kDeadline = std::chrono::minutes(5);
// Long enough between two commands of ours; not for ever, should nsedbg be killed.
constexpr const char* kPersist = "ControlPersist=20";

std::string contents(const Fd& file) {
  char bytes[4096];
  ssize_t n = pread(file.get(), bytes, sizeof bytes, 0);
  return {bytes, static_cast<size_t>(n > 0 ? n : 0)};
}

Result<Output> checked(Result<Output> output, const std::string& destination) {
  if (!output) return output;
  std::string said(base::trim(output->text));
  if (output->timed_out) return fail("ssh " + destination + ": no answer\n  " + said);
  if (output->status == kSshFailed)
    return fail("ssh cannot reach " + destination + ": " + said,
                "try it alone: ssh " + destination + " true");
  return output;
}

}  // namespace

std::string sh_quote(const std::string& word) {
  std::string out = "'";
  for (char c : word) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

Result<Fd> text_input(const std::string& text) {
  Fd file(memfd_create("nsedbg", MFD_CLOEXEC));
  if (!file.valid() ||
      write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      lseek(file.get(), 0, SEEK_SET) != 0)
    return fail(with_errno("cannot keep a text for ssh", errno));
  return file;
}

Result<Ssh> Ssh::find(std::string destination, std::vector<std::string> options,
                      std::string control, const Environment& environment) {
  if (destination.empty() || destination[0] == '-')
    return fail("--ssh takes a host, as ssh does", "for example: --ssh user@host", 2);
  Result<std::string> program =
      find_program("ssh", environment.get("PATH").value_or("/usr/bin:/bin"), current_directory());
  if (!program) return fail("'ssh' was not found in $PATH", "apt-get install openssh-client");
  Ssh ssh;
  ssh.program_ = *program;
  ssh.destination_ = std::move(destination);
  ssh.options_ = std::move(options);
  ssh.control_ = std::move(control);
  ssh.environment_ = environment.entries();
  return ssh;
}

ChildSpec Ssh::spec(std::vector<std::string> words) const {
  ChildSpec spec;
  spec.path = program_;
  spec.argv = {"ssh", "-o", "ControlPath=" + control_};
  spec.argv.insert(spec.argv.end(), options_.begin(), options_.end());
  spec.argv.insert(spec.argv.end(), words.begin(), words.end());
  spec.environment = environment_;
  return spec;
}

ChildSpec Ssh::command(const std::string& remote) const {
  return spec({"-o", "ControlMaster=auto", "-o", kPersist, "-T", "-a", "-x", "-o",
               "ClearAllForwardings=yes", "--", destination_, remote});
}

Result<Output> Ssh::run(const std::string& remote, Fd input, Session session) const {
  ChildSpec child = command(remote);
  child.stdio[0] = input.get();
  child.session = session;
  // Not a pipe: the shared connection is a process that stays, and holds this stderr open
  // (OpenSSH 9.2, clientloop.c, ControlPersist); the end of the pipe would come with its end.
  Result<Fd> errors = text_input("");
  if (!errors) return errors.take_error();
  child.stdio[2] = errors->get();
  Result<Output> output = run_captured(std::move(child), kDeadline);
  if (output) output->text += contents(*errors);
  return checked(std::move(output), destination_);
}

Status Ssh::forward(const std::string& local, const std::string& remote) const {
  ChildSpec child = spec({"-O", "forward", "-L", local + ":" + remote, "--", destination_});
  Result<Output> done = checked(run_captured(std::move(child), kDeadline), destination_);
  if (!done) return done.take_error();
  if (done->status == 0) return base::ok();
  return fail("ssh cannot forward a socket: " + std::string(base::trim(done->text)));
}

void Ssh::close() const {
  (void)run_captured(spec({"-O", "exit", "--", destination_}), std::chrono::seconds(5));
}

}  // namespace launch
