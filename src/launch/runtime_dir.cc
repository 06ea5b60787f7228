#include "launch/runtime_dir.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/fd.h"
#include "base/safe_directory.h"
#include "base/text.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;
using base::Status;

constexpr const char* kRunPrefix = "run-";
constexpr const char* kTmpPrefix = "nsedbg-";
constexpr time_t kGrace = 60;  // seconds for a directory that has no pid file yet
constexpr size_t kSocketPathLimit = sizeof(sockaddr_un::sun_path) - 1;
constexpr const char* kLongestSocketName = "/agent.sock.new";  // before it is renamed into place

// A directory of ours that nobody else can enter or swap for a link.
Status check_private(const std::string& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info;
  if (!fd.valid() || fstat(fd.get(), &info) != 0)
    return fail(with_errno("cannot use the directory " + path, errno),
                "it must be a real directory, not a link");
  if (info.st_uid != geteuid())
    return fail("the directory " + path + " belongs to somebody else",
                "remove it, or set XDG_RUNTIME_DIR to a directory of yours");
  if ((info.st_mode & 07777) != 0700 && fchmod(fd.get(), 0700) != 0)
    return fail(with_errno("cannot make " + path + " private", errno));
  return base::ok();
}

Status make_private_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return fail(with_errno("cannot make the directory " + path, errno));
  return check_private(path);
}

bool is_ours(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid();
}

// The directories below which nsedbg/ may stand, best first.
std::vector<std::string> bases(const Environment& environment) {
  std::vector<std::string> out;
  std::string xdg = environment.get("XDG_RUNTIME_DIR").value_or("");
  if (!xdg.empty() && xdg[0] == '/' && is_ours(xdg) && base::is_safe_directory(xdg))
    out.push_back(xdg + "/nsedbg");
  std::string user = "/run/user/" + std::to_string(geteuid());
  if (is_ours(user)) out.push_back(user + "/nsedbg");
  if (geteuid() == 0) out.push_back("/run/nsedbg");
  return out;
}

bool is_running(pid_t pid) { return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM); }

// Held by the launcher and by the agent. Process ids say nothing about a run in another PID
// namespace (a container that shares our /run), a lock on the same file does.
bool is_locked(const std::string& pid_path) {
  Fd fd(open(pid_path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  return fd.valid() && flock(fd.get(), LOCK_EX | LOCK_NB) != 0;
}

std::vector<pid_t> read_pids(const std::string& run) {
  std::vector<pid_t> pids;
  Result<std::string> text = read_file(run + "/pid", 256);
  if (!text) return pids;
  for (const std::string& line : base::split(*text, '\n')) {
    long long pid = 0;
    if (base::parse_int(line, pid)) pids.push_back(static_cast<pid_t>(pid));
  }
  return pids;
}

bool is_stale(const std::string& path) {
  struct stat info;
  if (lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid())
    return false;
  if (is_locked(path + "/pid")) return false;
  std::vector<pid_t> pids = read_pids(path);
  if (pids.empty()) return std::time(nullptr) - info.st_mtime > kGrace;
  for (pid_t pid : pids)
    if (is_running(pid)) return false;
  return true;
}

// Only what nsedbg puts there: nse_main.lua and links.
void remove_overlay(const std::string& path) {
  struct stat directory;
  if (lstat(path.c_str(), &directory) != 0 || !S_ISDIR(directory.st_mode)) return;
  for (const std::string& name : list_directory(path)) {
    std::string file = path + "/" + name;
    struct stat info;
    bool ours =
        name == "nse_main.lua" || (lstat(file.c_str(), &info) == 0 && S_ISLNK(info.st_mode));
    if (ours) unlink(file.c_str());
  }
  rmdir(path.c_str());
}

// What was mounted into a container (container_directory.h).
void remove_box(const std::string& path) {
  remove_overlay(path + "/overlay");
  for (const char* name : {"/agent.so", "/s/agent.sock", "/s/agent.sock.new"})
    unlink((path + name).c_str());
  rmdir((path + "/s").c_str());
  rmdir(path.c_str());
}

void remove_run(const std::string& path) {
  remove_overlay(path + "/overlay");
  remove_box(path + "/box");
  for (const char* name : {"agent.sock", "agent.sock.new", "ssh", "cid", "pid"})
    unlink((path + "/" + name).c_str());
  rmdir(path.c_str());
  std::string base = parent(path);
  if (base::basename(base) == "nsedbg") rmdir(base.c_str());  // only if it is empty
}

// mkdtemp below `base`; another nsedbg may remove the empty base in between, hence the second try.
Result<std::string> make_run_path(const std::string& base) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    Status made = make_private_directory(base);
    if (!made) return made.take_error();
    std::string path = base + "/" + kRunPrefix + "XXXXXX";
    if (mkdtemp(path.data())) return path;
    if (errno != ENOENT) break;
  }
  return fail(with_errno("cannot make a directory in " + base, errno));
}

}  // namespace

void sweep_stale_runs(const std::string& base, const std::string& prefix) {
  for (const std::string& name : list_directory(base)) {
    std::string path = base + "/" + name;
    if (base::starts_with(name, prefix) && is_stale(path)) remove_run(path);
  }
}

std::vector<Run> list_runs(const Environment& environment) {
  std::vector<Run> runs;
  auto add = [&](const std::string& base, const char* prefix) {
    for (const std::string& name : list_directory(base)) {
      std::string path = base + "/" + name;
      if (base::starts_with(name, prefix) && is_ours(path)) runs.push_back({path, read_pids(path)});
    }
  };
  for (const std::string& base : bases(environment)) add(base, kRunPrefix);
  add("/tmp", kTmpPrefix);
  return runs;
}

RunDirectory::RunDirectory(RunDirectory&& other) noexcept
    : path_(std::exchange(other.path_, std::string())), pid_file_(std::move(other.pid_file_)) {}

RunDirectory& RunDirectory::operator=(RunDirectory&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, std::string());
    pid_file_ = std::move(other.pid_file_);
  }
  return *this;
}

void RunDirectory::remove() {
  if (!path_.empty()) remove_run(path_);
  path_.clear();
}

Result<RunDirectory> RunDirectory::create(const Environment& environment) {
  base::Error first;
  for (const std::string& base : bases(environment)) {
    Result<RunDirectory> made = create_below(base);
    if (made) return made;
    if (first.message.empty()) first = made.take_error();
  }
  if (!base::is_safe_directory("/tmp"))
    return fail("others can move what nsedbg would make in /tmp",
                "chmod 1777 /tmp, or set XDG_RUNTIME_DIR to a directory of yours, 0700");
  sweep_stale_runs("/tmp", kTmpPrefix);
  std::string path = std::string("/tmp/") + kTmpPrefix + "XXXXXX";
  if (mkdtemp(path.data())) {
    RunDirectory directory(path);
    Status prepared = directory.prepare();
    if (!prepared) return prepared.take_error();
    return directory;
  }
  if (!first.message.empty()) return first;
  return fail(with_errno("cannot make a private directory in /tmp", errno),
              "set XDG_RUNTIME_DIR to a directory of yours");
}

Result<RunDirectory> RunDirectory::create_below(const std::string& base) {
  sweep_stale_runs(base, kRunPrefix);
  Result<std::string> path = make_run_path(base);
  if (!path) return path.take_error();
  RunDirectory directory(*path);
  Status prepared = directory.prepare();
  if (!prepared) return prepared.take_error();
  return directory;
}

Status RunDirectory::prepare() {
  if (path_.size() + std::string_view(kLongestSocketName).size() > kSocketPathLimit)
    return fail("the path of the run directory, " + path_ + ", is too long for a socket (" +
                    std::to_string(kSocketPathLimit) + " bytes with the socket's name)",
                "set XDG_RUNTIME_DIR to a shorter path");
  Status checked = check_private(path_);
  if (!checked) return checked;
  if (mkdir(overlay_path().c_str(), 0700) != 0)
    return fail(with_errno("cannot make the directory " + overlay_path(), errno));
  return record_nmap(0);
}

Status RunDirectory::record_nmap(pid_t nmap) {
  std::string text = std::to_string(getpid()) + "\n";
  if (nmap > 0) text += std::to_string(nmap) + "\n";
  std::string path = path_ + "/pid";
  if (!pid_file_.valid()) {
    pid_file_.reset(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!pid_file_.valid() || flock(pid_file_.get(), LOCK_SH | LOCK_NB) != 0)
      return fail(with_errno("cannot make and lock " + path, errno));
  }
  if (pwrite(pid_file_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return fail(with_errno("cannot write " + path, errno));
  return base::ok();
}

}  // namespace launch
