#include "cli/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace testing_cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kPatience{90};  // sanitizers on a busy machine are slow

[[noreturn]] void execute(const std::vector<std::string>& argv, const Environment& environment) {
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> pointers;
  for (const std::string& word : argv) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  ::execvp(pointers[0], pointers.data());
  ::_exit(127);
}

int milliseconds_until(Clock::time_point deadline) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

int exit_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Escape sequences (CSI … letter) and carriage returns removed.
std::string plain(const std::string& raw) {
  std::string out;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\r') continue;
    if (raw[i] != '\033') {
      out += raw[i];
      continue;
    }
    size_t end = i + 1;
    if (end < raw.size() && raw[end] == '[')
      for (++end; end < raw.size() && (raw[end] < '@' || raw[end] > '~'); ++end) {
      }
    i = end;
  }
  return out;
}

}  // namespace

Terminal::Terminal(const std::vector<std::string>& argv, const Environment& environment) {
  winsize size{40, 100, 0, 0};
  int master = -1;
  pid_ = ::forkpty(&master, nullptr, nullptr, &size);
  if (pid_ == 0) {
    ::setenv("TERM", "xterm", 1);
    execute(argv, environment);
  }
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  fd_ = base::Fd(master);
}

Terminal::~Terminal() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Terminal::type(const std::string& keys) {
  size_t done = 0;
  while (done < keys.size()) {
    ssize_t n = ::write(fd_.get(), keys.data() + done, keys.size() - done);
    if (n <= 0 && errno != EINTR) return;
    if (n > 0) done += static_cast<size_t>(n);
  }
}

bool Terminal::read_more(Clock::time_point deadline) {
  pollfd wait{fd_.get(), POLLIN, 0};
  if (::poll(&wait, 1, milliseconds_until(deadline)) <= 0) return false;
  char buffer[4096];
  ssize_t n = ::read(fd_.get(), buffer, sizeof buffer);
  if (n <= 0) return false;
  raw_.append(buffer, static_cast<size_t>(n));
  return true;
}

bool Terminal::sees(const std::string& text) {
  Clock::time_point deadline = Clock::now() + kPatience;
  for (;;) {
    std::string now = screen();
    size_t found = now.find(text, seen_);
    if (found != std::string::npos) {
      seen_ = found + text.size();
      return true;
    }
    if (gave_up_ || !read_more(deadline)) {
      gave_up_ = true;
      return false;
    }
  }
}

int Terminal::status() {
  Clock::time_point deadline = Clock::now() + kPatience;
  while (!gave_up_ && read_more(deadline)) {
  }
  if (gave_up_ || pid_ <= 0 || Clock::now() >= deadline) return -1;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return exit_status(status);
}

bool Terminal::echoes() const {
  termios state{};
  return ::tcgetattr(fd_.get(), &state) == 0 &&
         (state.c_lflag & (ECHO | ICANON)) == (ECHO | ICANON);
}

void Terminal::send_signal(int number) const { ::kill(pid_, number); }

std::string Terminal::screen() const { return plain(raw_); }

// --- without a terminal ----------------------------------------------------------------------

Finished run_program(const std::vector<std::string>& argv, const Environment& environment,
                     const std::string& input) {
  int in[2], out[2], err[2];
  for (int* pipe : {in, out, err})
    if (::pipe2(pipe, O_CLOEXEC) != 0) return {};
  pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    execute(argv, environment);
  }
  base::Fd ends[] = {base::Fd(in[0]), base::Fd(out[1]), base::Fd(err[1])};
  for (base::Fd& end : ends) end.reset();
  base::Fd to(in[1]), from_out(out[0]), from_err(err[0]);
  if (!input.empty() && ::write(to.get(), input.data(), input.size()) < 0) return {};
  to.reset();
  Finished finished;
  Clock::time_point deadline = Clock::now() + kPatience;
  pollfd waits[] = {{from_out.get(), POLLIN, 0}, {from_err.get(), POLLIN, 0}};
  std::string* texts[] = {&finished.out, &finished.err};
  while ((waits[0].fd >= 0 || waits[1].fd >= 0) &&
         ::poll(waits, 2, milliseconds_until(deadline)) > 0) {
    for (int i : {0, 1}) {
      if (waits[i].fd < 0 || waits[i].revents == 0) continue;
      char buffer[4096];
      ssize_t n = ::read(waits[i].fd, buffer, sizeof buffer);
      if (n > 0)
        texts[i]->append(buffer, static_cast<size_t>(n));
      else
        waits[i].fd = -1;
    }
  }
  if (waits[0].fd >= 0 || waits[1].fd >= 0) ::kill(pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  finished.status = exit_status(status);
  return finished;
}

}  // namespace testing_cli
