#include "launch/elevation.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <optional>

#include "base/fd.h"
#include "base/text.h"
#include "launch/nmap.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;

constexpr auto kProbeDeadline = std::chrono::seconds(10);

std::optional<uid_t> uid_of(const std::string& user) {
  long long number = 0;
  if (user[0] == '#' && base::parse_int(user.substr(1), number)) return static_cast<uid_t>(number);
  passwd entry;
  passwd* found = nullptr;
  std::vector<char> buffer(16384);
  getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found) return found->pw_uid;
  return std::nullopt;
}

class Prober {
 public:
  Prober(const Command& command, const Environment& environment, const std::string& cwd,
         std::string program)
      : command_(command), program_(std::move(program)) {
    spec_.path = program_;
    spec_.environment = environment.entries();
    spec_.cwd = cwd;
  }

  // Would this very command run now, without a question? `--version` touches nothing.
  bool runs(Session session, bool with_nmapdir) const {
    ChildSpec spec = spec_;
    spec.argv = command_.words;
    spec.argv.resize(command_.nmap + 1);
    if (with_nmapdir) {
      bool ended = command_.nmap > 1 && spec.argv[command_.nmap - 1] == "--";
      auto place = spec.argv.begin() + static_cast<ptrdiff_t>(command_.nmap - (ended ? 1 : 0));
      spec.argv.insert(place, "NMAPDIR=/nonexistent");
    }
    spec.argv.insert(spec.argv.begin() + 1, "-n");
    spec.argv.push_back("--version");
    spec.session = session;
    Result<Output> output = run_captured(std::move(spec), kProbeDeadline);
    return output && output->status == 0 && output->text.find("Nmap version ") != std::string::npos;
  }

  // Lets sudo or doas ask for the password on our terminal.
  bool authenticate() const {
    Fd nothing(open("/dev/null", O_WRONLY | O_CLOEXEC));
    ChildSpec spec = spec_;
    if (command_.elevation == Elevation::kSudo) {
      spec.argv = {command_.words[0], "-v"};
    } else {
      spec.argv.assign(command_.words.begin(),
                       command_.words.begin() + static_cast<ptrdiff_t>(command_.nmap) + 1);
      spec.argv.push_back("--version");
      spec.stdio[1] = nothing.get();
    }
    spec.session = Session::kOurs;
    Result<pid_t> pid = start_child(spec);
    if (!pid) return false;
    Result<int> status = wait_child(*pid);
    return status && *status == 0;
  }

 private:
  const Command& command_;
  std::string program_;
  ChildSpec spec_;
};

bool have_terminal() {
  Fd tty(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  return tty.valid();
}

std::optional<Session> usable_session(const Prober& prober) {
  for (Session session : {Session::kOwn, Session::kBackground}) {
    if (prober.runs(session, false)) return session;
  }
  return std::nullopt;
}

}  // namespace

Result<uid_t> target_uid(const Command& command) {
  if (command.elevation == Elevation::kNone) return geteuid();
  if (command.user.empty()) return uid_t{0};
  std::optional<uid_t> uid = uid_of(command.user);
  if (!uid)
    return fail("there is no user '" + command.user + "'",
                "look at the -u option of " + command.words[0], 2);
  if (*uid != 0 && *uid != geteuid())
    return fail("nsedbg cannot get into an nmap that runs as " + command.user +
                    ": that user may not enter nsedbg's private directory",
                "run nsedbg itself as that user: " + command.words[0] + " -u " + command.user +
                    " nsedbg nmap ARGS");
  return *uid;
}

Result<ElevationPlan> prepare_elevation(const Command& command, const Environment& environment,
                                        const std::string& cwd) {
  const std::string& word = command.words[0];
  Result<std::string> program =
      find_program(word, environment.get("PATH").value_or("/usr/bin:/bin"), cwd);
  if (!program) return fail(program.error().message, "install it, or run nsedbg itself as root");

  Prober prober(command, environment, cwd, *program);
  std::optional<Session> session = usable_session(prober);
  if (!session && have_terminal()) {
    if (!prober.authenticate())
      return fail("'" + word + "' did not let you in", "try it alone: " + word + " nmap --version");
    session = usable_session(prober);
  }
  if (!session)
    return fail("'" + word + "' would ask for a password while nmap runs apart from the terminal",
                "run nsedbg itself by it: " + word + " nsedbg nmap ARGS");
  bool sudo = command.elevation == Elevation::kSudo;
  return ElevationPlan{*program, *session,
                       command.nmapdir.has_value() || (sudo && prober.runs(*session, true))};
}

}  // namespace launch
