#include "peers/tls_peer.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

extern char** environ;

namespace peers {
namespace {

constexpr std::chrono::seconds kDeadline{20};

// Runs openssl with these ends of pipes (-1: /dev/null); 0 if it cannot be started.
pid_t run_openssl(std::vector<std::string> arguments, int in, int out) {
  base::Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in < 0 ? null.get() : in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out < 0 ? null.get() : out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out < 0 ? null.get() : out, STDERR_FILENO);
  arguments.insert(arguments.begin(), "openssl");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  if (posix_spawnp(&pid, "openssl", &actions, nullptr, argv.data(), environ) != 0) pid = 0;
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

}  // namespace

TlsPeer::TlsPeer(const std::string& address, int port) {
  char name[] = "/tmp/nsedbg-tls-XXXXXX";
  if (mkdtemp(name)) directory_ = name;
  make_certificate();
  start(address, port);
  ok_ = await("ACCEPT");
}

TlsPeer::~TlsPeer() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

void TlsPeer::make_certificate() {
  pid_t pid =
      run_openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                   "-nodes", "-days", "1", "-subj", "/CN=peer.example", "-keyout",
                   directory_ + "/key", "-out", directory_ + "/certificate"},
                  -1, -1);
  if (pid > 0) waitpid(pid, nullptr, 0);
}

void TlsPeer::start(const std::string& address, int port) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0) return;
  base::Fd theirs(in[0]);
  in_.reset(in[1]);
  if (pipe2(out, O_CLOEXEC) != 0) return;
  out_.reset(out[0]);
  base::Fd said(out[1]);
  pid_ = run_openssl({"s_server", "-accept", address + ":" + std::to_string(port), "-key",
                      directory_ + "/key", "-cert", directory_ + "/certificate"},
                     theirs.get(), said.get());
}

bool TlsPeer::await(const std::string& text) {
  const auto until = std::chrono::steady_clock::now() + kDeadline;
  for (;;) {
    size_t at = seen_.find(text, used_);
    if (at != std::string::npos) {
      used_ = at + text.size();
      return true;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd readable{out_.get(), POLLIN, 0};
    const int ready = poll(&readable, 1, static_cast<int>(std::max<long>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    char bytes[4096];
    const ssize_t count = ready > 0 ? read(out_.get(), bytes, sizeof bytes) : 0;
    if (count <= 0) return false;
    seen_.append(bytes, static_cast<size_t>(count));
  }
}

void TlsPeer::send(const std::string& bytes) {
  [[maybe_unused]] ssize_t written = write(in_.get(), bytes.data(), bytes.size());
}

}  // namespace peers
