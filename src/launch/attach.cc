#include "launch/attach.h"

#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "launch/agent_files.h"
#include "launch/as_user.h"
#include "launch/injection.h"
#include "launch/nmap_args.h"
#include "launch/paths.h"
#include "launch/rendezvous.h"
#include "launch/running_nmap.h"

namespace launch {

using base::fail;
using base::Fd;
using base::Result;
using base::Status;

namespace {

constexpr long kLookEvery = 50'000'000;  // nanoseconds, while nmap has not come by

// Readable every now and then. The socket's coming alone would not tell that the agent never will.
class Waiting {
 public:
  Waiting() : timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
    itimerspec every{{0, kLookEvery}, {0, kLookEvery}};
    timerfd_settime(timer_.get(), 0, &every, nullptr);
  }
  int fd() const { return timer_.get(); }
  void drain() {
    uint64_t expired;
    [[maybe_unused]] ssize_t n = read(timer_.get(), &expired, sizeof expired);
  }

 private:
  Fd timer_;
};

bool is_same_file(const std::string& path, pid_t nmap) {
  struct stat here, there;
  std::string inside = "/proc/" + std::to_string(nmap) + "/root" + path;
  return stat(path.c_str(), &here) == 0 && stat(inside.c_str(), &there) == 0 &&
         here.st_ino == there.st_ino && here.st_size == there.st_size;
}

Result<std::string> agent_for(const std::string& lua, pid_t nmap) {
  Nmap needed;
  needed.lua = lua;
  needed.path = "/proc/" + std::to_string(nmap) + "/exe";
  auto files = find_agent_files(agent_directories(Environment::current(), own_program()), needed);
  if (!files) return files.take_error();
  std::string path = lua == "5.3" ? files->lua53 : files->lua54;
  path = real_path(path).value_or(path);
  if (is_same_file(path, nmap)) return path;
  return fail("process " + std::to_string(nmap) + " does not see the agent " + path,
              "it is in a container or a chroot with files of its own", 3);
}

// The agent listens there as nmap's user. Root's environment says nothing of that user's places.
Result<RunDirectory> make_run_directory(uid_t user, pid_t nmap) {
  if (user != geteuid())
    return fail("process " + std::to_string(nmap) + " runs as another user than nsedbg",
                "run nsedbg as root, or as that user: sudo -u '#" + std::to_string(user) +
                    "' nsedbg attach " + std::to_string(nmap));
  Environment environment = Environment::current();
  if (user != getuid()) environment.unset("XDG_RUNTIME_DIR");
  Result<RunDirectory> dir = RunDirectory::create(environment);
  if (!dir) return dir;
  Status recorded = dir->record_nmap(nmap);
  if (!recorded) return recorded.take_error();
  return dir;
}

std::vector<std::string> notes_about(const RunningNmap& nmap) {
  std::vector<std::string> words = nmap.words;
  if (!words.empty()) words.erase(words.begin());
  if (parse_nmap_args(words, "").loads_nse)
    return {"waiting for nmap's script engine; while nmap scans ports it does not run"};
  return {
      "the arguments of this nmap run no script: its script engine starts only for --script, -sC, "
      "-sV and -A"};
}

}  // namespace

struct Attachment::Parts {
  uid_t user = geteuid();  // whose the directory is, if we made it
  gid_t group = getegid();
  std::optional<RunDirectory> dir;  // ours, if we made one
  std::function<Result<Fd>()> connect;
  Waiting waiting;
  std::optional<Injection> injection;
  std::vector<std::string> notes;
  bool came = false;
};

Attachment::Attachment(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Attachment::Attachment(Attachment&&) noexcept = default;
Attachment& Attachment::operator=(Attachment&&) noexcept = default;

// The directory is the agent's, once it has come.
Attachment::~Attachment() {
  if (!parts_) return;
  if (parts_->injection) parts_->came |= parts_->injection->withdraw() == StubState::kEntered;
  if (!parts_->dir) return;
  AsUser user(parts_->user, parts_->group);
  if (parts_->came)
    parts_->dir->leave();
  else
    parts_->dir->remove();
}

int Attachment::fd() const { return parts_->waiting.fd(); }
const std::vector<std::string>& Attachment::notes() const { return parts_->notes; }

Result<Attachment> Attachment::begin(pid_t nmap, const AttachOptions& options) {
  Result<RunningNmap> running = look_at_nmap(nmap);
  if (!running) return running.take_error();
  Result<Injection> injection = Injection::prepare(nmap);
  if (!injection) return injection.take_error();
  std::string agent = options.agent;
  if (agent.empty()) {
    Result<std::string> found = agent_for(injection->lua(), nmap);
    if (!found) return found.take_error();
    agent = *found;
  }
  auto parts = std::make_unique<Parts>();
  parts->notes = notes_about(*running);
  std::string there = options.socket_dir;
  parts->connect = options.connect;
  if (there.empty()) {
    struct stat process;
    if (stat(("/proc/" + std::to_string(nmap)).c_str(), &process) != 0)
      return fail("there is no process " + std::to_string(nmap));
    parts->user = process.st_uid;
    parts->group = process.st_gid;
    AsUser user(parts->user, parts->group);
    Result<RunDirectory> dir = make_run_directory(parts->user, nmap);
    if (!dir) return dir.take_error();
    there = dir->path();
    parts->connect = [path = dir->socket_path()] { return connect_unix(path); };
    parts->dir.emplace(std::move(*dir));
  }
  std::string config = "socket=" + there + "/agent.sock\nrun_dir=" + there +
                       "\nallow_uid=" + std::to_string(options.allow_user.value_or(geteuid())) +
                       "\n";
  if (options.log) config += "log=" + absolute(*options.log, current_directory()) + "\n";
  parts->injection.emplace(std::move(*injection));
  Status begun = parts->injection->arm(agent, config);
  if (!begun) return begun.take_error();
  return Attachment(std::move(parts));
}

// The agent listens before it has seen to everything.
Result<Fd> Attachment::connect() {
  parts_->waiting.drain();
  parts_->injection->look_for_state();
  Status fine = parts_->injection->problem();
  if (!fine) return fine.take_error();
  if (parts_->injection->state() != StubState::kEntered) return Fd();
  parts_->injection->withdraw();
  parts_->came = true;
  AsUser user(parts_->user, parts_->group);
  return parts_->connect();
}

}  // namespace launch
