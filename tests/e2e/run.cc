#include "e2e/run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <regex>

namespace e2e {
namespace {

namespace fs = std::filesystem;

constexpr int kPatience = 60'000;  // ms without a sign of life; only a failing test waits

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

[[noreturn]] void execute(const Words& argv) {
  std::vector<char*> pointers;
  for (const std::string& word : argv) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  _exit(127);
}

}  // namespace

Process::Process(const support::Sandbox& sandbox, const std::string& directory, const Words& argv,
                 const Words& more) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return;
  pid_ = fork();
  if (pid_ == 0) {
    for (const auto& [name, value] : sandbox.environment()) setenv(name.c_str(), value.c_str(), 1);
    for (const std::string& entry : more) putenv(const_cast<char*>(entry.c_str()));
    if (chdir(directory.c_str()) != 0) _exit(126);
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(out[1], 2);
    execute(argv);
  }
  ::close(in[0]);
  ::close(out[1]);
  input_ = base::Fd(in[1]);
  from_ = base::Fd(out[0]);
}

Process::~Process() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::type(const std::string& line) {
  std::string text = line + "\n";
  if (write(input_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    ADD_FAILURE() << "cannot type '" << line << "'";
}

bool Process::read_more() {
  pollfd wait{from_.get(), POLLIN, 0};
  if (poll(&wait, 1, kPatience) <= 0) return false;
  char buffer[4096];
  ssize_t n = read(from_.get(), buffer, sizeof buffer);
  if (n <= 0) return false;
  output_.append(buffer, static_cast<size_t>(n));
  return true;
}

bool Process::prints(const std::string& text) {
  while (!contains(output_, text))
    if (!read_more()) return false;
  return true;
}

int Process::finish() {
  input_.reset();
  while (read_more()) {
  }
  int fd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  pollfd wait{fd, POLLIN, 0};
  bool ended = fd >= 0 && poll(&wait, 1, kPatience) == 1;
  ::close(fd);
  if (!ended) return -1;
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Finished EndToEnd::run(const Words& argv, const std::string& directory, const Words& more) {
  Process process(sandbox_, directory.empty() ? sandbox_.path() : directory, argv, more);
  int status = process.finish();
  return {status, process.output()};
}

Words EndToEnd::plain(const Words& arguments) const {
  return with({nmap().path, "-n", "-Pn"}, arguments);
}

Words EndToEnd::debugged(const Words& options, const Words& arguments) const {
  return with(with(with({TEST_NSEDBG, "run", "--batch"}, options), {"--"}), plain(arguments));
}

std::vector<pid_t> EndToEnd::processes(const std::string& name) const {
  return all_processes(sandbox_.path("run"), name);
}

bool EndToEnd::await_end(const std::vector<pid_t>& pids) const {
  for (pid_t pid : pids) {
    int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (fd < 0) continue;  // it is over
    pollfd wait{fd, POLLIN, 0};
    bool ended = poll(&wait, 1, kPatience) == 1;
    ::close(fd);
    if (!ended) return false;
  }
  return true;
}

std::vector<pid_t> all_processes(const std::string& mark, const std::string& name) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    pid_t pid = atoi(entry.path().filename().c_str());
    if (pid <= 0 || pid == getpid()) continue;
    if (!contains(support::read_file(entry.path() / "environ"), mark)) continue;
    if (name.empty() || support::read_file(entry.path() / "comm") == name + "\n")
      found.push_back(pid);
  }
  return found;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string normalised(const std::string& report) {
  static const std::pair<std::regex, const char*> rules[] = {
      {std::regex(R"(\d{4}-\d\d-\d\d \d\d:\d\d \w+)"), "DATE"},
      {std::regex(R"(\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4})"), "DATE"},
      {std::regex(R"([0-9.]+s latency)"), "LATENCY"},
      {std::regex(R"(in [0-9.]+ seconds)"), "in TIME"},
      {std::regex(R"re( (start|time|elapsed|starttime|endtime|srtt|rttvar|to)="[^"]*")re"), " $1"},
  };
  std::string text = report;
  for (const auto& [pattern, stand_in] : rules) text = std::regex_replace(text, pattern, stand_in);
  return text;
}

}  // namespace e2e
