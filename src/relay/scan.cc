#include "relay/scan.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace relay {
namespace {

constexpr std::chrono::milliseconds kKillPatience{3000};
constexpr std::chrono::milliseconds kTerminalPatience{30000};
constexpr size_t kLineMax = 64 << 10;
constexpr size_t kLastWords = 2000;
// What launch's overlay writes to nmap's stderr; the scan then goes on without an agent.
constexpr const char* kAgentFailed = "nsedbg: the agent could not be loaded";

pid_t peer_of(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

}  // namespace

Scan::Scan(client::Loop& loop, std::unique_ptr<client::Target> target, Callbacks callbacks)
    : loop_(loop), target_(std::move(target)), callbacks_(std::move(callbacks)) {
  err_.category = "stderr";
}

Scan::~Scan() {
  if (alive_) target_->leave();
}

base::Result<client::Target::Process> Scan::start(const client::Target::Options& options) {
  base::Result<client::Target::Process> process = target_->start(options);
  if (!process) return process;
  alive_ = child_ = true;
  pid_ = process->pid;
  last_words_.clear();
  watch(out_, process->out);
  watch(err_, process->err);
  exit_watch_ = loop_.watch(process->exit_event, [this] { check_exit(); });
  if (!exit_watch_) {  // no pidfd_open: Linux before 5.3, valgrind
    exit_watch_ = loop_.on_signal(SIGCHLD, [this] { check_exit(); });
    deadline_ = loop_.after(std::chrono::milliseconds(0), [this] { check_exit(); });
  }
  ready_watch_ = loop_.watch(target_->ready_fd(), [this] { try_agent(); });
  return process;
}

base::Result<client::Target::Command> Scan::prepare(const client::Target::Options& options) {
  return target_->prepare(options);
}

void Scan::started_in_terminal(pid_t pid) {
  alive_ = true;
  child_ = false;
  if (pid > 0) {
    target_->started(pid);
    watch_exit(pid);
  }
  ready_watch_ = loop_.watch(target_->ready_fd(), [this] { try_agent(); });
  deadline_ = loop_.after(kTerminalPatience, [this] {
    callbacks_.no_agent("nmap does not start in the terminal; see there what it says");
  });
  try_agent();
}

base::Result<base::Fd> Scan::find(const std::string& socket, pid_t pid) {
  return find([=, this] {
    return socket.empty() ? target_->connect_to(pid) : target_->connect_to(socket);
  });
}

void Scan::await_agent(pid_t nmap) {
  alive_ = true;
  child_ = false;
  watch_exit(nmap);
  ready_watch_ = loop_.watch(target_->ready_fd(), [this] { try_agent(); });
}

base::Result<base::Fd> Scan::find(Connect elsewhere) {
  found_ = std::move(elsewhere);
  return found_();
}

base::Result<base::Fd> Scan::connect_again() { return found_ ? found_() : target_->connect(); }

void Scan::adopt(int agent_socket) {
  alive_ = true;
  pid_t pid = peer_of(agent_socket);
  if (pid > 0 && !child_) watch_exit(pid);
}

// Where we may not look (it is root's) it is most likely as it mostly is.
bool Scan::sees_our_files() const {
  if (pid_ == 0) return false;
  struct stat ours, its;
  std::string root = "/proc/" + std::to_string(pid_) + "/root/.";
  if (::stat("/", &ours) != 0 || ::stat(root.c_str(), &its) != 0) return true;
  return ours.st_dev == its.st_dev && ours.st_ino == its.st_ino;
}

// Not our child: the kernel tells that it ended, but not how.
void Scan::watch_exit(pid_t pid) {
  pid_ = pid;
  exit_watch_.reset();
  pidfd_ = base::Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd_.valid()) return;  // the agent's socket will close
  exit_watch_ = loop_.watch(pidfd_.get(), [this] { finish(std::nullopt); });
}

void Scan::try_agent() {
  base::Result<base::Fd> socket = target_->connect();
  if (socket && !socket->valid()) return;  // not yet
  ready_watch_.reset();
  deadline_.reset();
  if (!socket) return callbacks_.no_agent(socket.error().text());
  adopt(socket->get());
  callbacks_.agent(std::move(*socket));
}

// --- output --------------------------------------------------------------------------------

void Scan::watch(Stream& stream, int fd) {
  stream.fd = fd;
  stream.partial.clear();
  stream.watch = loop_.watch(fd, [this, &stream] { read_some(stream); });
}

// False when there is nothing more to read now.
bool Scan::read_some(Stream& stream) {
  if (stream.fd < 0) return false;
  char buffer[16384];
  ssize_t n = ::read(stream.fd, buffer, sizeof buffer);
  if (n > 0) {
    stream.partial.append(buffer, static_cast<size_t>(n));
    size_t end = stream.partial.rfind('\n');
    if (end == std::string::npos && stream.partial.size() < kLineMax) return true;
    std::string text = stream.partial.substr(0, end == std::string::npos ? end : end + 1);
    stream.partial.erase(0, text.size());
    take(stream, std::move(text));
    return true;
  }
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  stream.watch.reset();  // the end; a pseudo-terminal says EIO
  stream.fd = -1;
  if (!stream.partial.empty()) take(stream, std::exchange(stream.partial, ""));
  return false;
}

void Scan::take(Stream& stream, std::string text) {
  last_words_ += text;
  if (last_words_.size() > kLastWords) last_words_.erase(0, last_words_.size() - kLastWords);
  bool failed = text.find(kAgentFailed) != std::string::npos;
  callbacks_.output(stream.category, text);
  if (failed) callbacks_.no_agent(text);
}

void Scan::drain() {
  while (read_some(out_)) {
  }
  while (read_some(err_)) {
  }
}

// --- the end -------------------------------------------------------------------------------

void Scan::check_exit() {
  if (!alive_ || !child_) return;
  if (std::optional<int> status = target_->poll_exit()) finish(status);
}

void Scan::agent_gone(std::optional<int> status) {
  if (alive_ && !child_ && !exit_watch_) finish(status);
}

void Scan::finish(std::optional<int> status) {
  if (!alive_) return;
  if (child_) drain();
  alive_ = false;
  exit_watch_.reset();
  ready_watch_.reset();
  deadline_.reset();
  force_.reset();
  pidfd_.reset();
  out_.watch.reset();
  err_.watch.reset();
  out_.fd = err_.fd = -1;
  pid_ = 0;
  target_->finished();
  callbacks_.ended(status);
}

void Scan::interrupt() {
  if (pid_ > 0) ::kill(child_ ? -pid_ : pid_, SIGINT);
}

void Scan::end_soon() {
  force_ = loop_.after(kKillPatience, [this] {
    bool killed = pid_ > 0 && ::kill(child_ ? -pid_ : pid_, SIGKILL) == 0;
    if (child_ && killed) return;   // its end will be seen
    if (!killed) target_->leave();  // root's, or never seen: it may go on
    finish(std::nullopt);
  });
}

void Scan::leave() {
  target_->leave();
  exit_watch_.reset();
  ready_watch_.reset();
  out_.watch.reset();
  err_.watch.reset();
  alive_ = false;
}

}  // namespace relay
