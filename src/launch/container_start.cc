#include "launch/container_start.h"

#include <signal.h>
#include <unistd.h>

#include "base/text.h"
#include "launch/container_processes.h"
#include "launch/image_files.h"
#include "launch/overlay_plan.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Result;
using base::Status;

constexpr const char* kSeLinux = "/sys/fs/selinux/enforce";
// What `run` and `exec` of both engines answer with themselves: docker-run(1), "Exit Status".
constexpr int kEngineFailed = 125, kNotExecutable = 126, kNotFound = 127;

std::string id_file(const RunDirectory& dir) { return dir.path() + "/cid"; }

// A user's name or number, in the container's own words. Group and host know nothing of it.
Result<uid_t> user_in(const ForeignRoot& root, const Place& place, std::string user) {
  user = user.substr(0, user.find(':'));
  long long number = 0;
  if (user.empty() || user == "root" || base::parse_int(user, number))
    return static_cast<uid_t>(number);
  for (const std::string& line : base::split(root.read("/etc/passwd", 1 << 20), '\n')) {
    std::vector<std::string> fields = base::split(line, ':');
    if (fields.size() > 2 && fields[0] == user && base::parse_int(fields[2], number))
      return static_cast<uid_t>(number);
  }
  return fail("there is no user '" + user + "' in " + place.described(),
              "give a number: --engine-option --user=1000");
}

// One run, step by step.
class Starter {
 public:
  Starter(const Options& options, const ContainerOptions& where, Place place,
          Environment environment)
      : options_(options),
        words_(where.words),
        place_(std::move(place)),
        environment_(std::move(environment)) {}

  Result<ContainerStarted> start() {
    for (Status (Starter::*step)() : {&Starter::read_command, &Starter::judge, &Starter::arm}) {
      Status done = (this->*step)();
      if (!done) return done.take_error();
    }
    bool passes_stdin = args_.reads_stdin && options_.may_read_stdin && !isatty(STDIN_FILENO);
    Result<Process> process =
        Process::start({place_.engine.command(command_line(passes_stdin)), false, passes_stdin});
    if (!process) return process.take_error();
    if (run_dir_) (void)run_dir_->record_nmap(process->pid());
    return ContainerStarted{std::move(place_), std::move(run_dir_), std::move(*dir_),
                            std::move(*process), std::move(warnings_)};
  }

 private:
  Status read_command() {
    Result<Command> command = parse_command(options_.command);
    if (!command) return command.take_error();
    command_ = *command;
    if (command_.elevation != Elevation::kNone)
      return fail("in a container nmap is started without " + command_.words[0],
                  "give the user to the engine: --engine-option --user=root", 2);
    args_ = parse_nmap_args(command_.nmap_arguments());
    config_ = configured(place_, words_);
    if (!args_.loads_nse)
      warnings_.push_back(
          "these arguments run no script: nmap starts its script engine only for --script, -sC, "
          "-sV and -A");
    return base::ok();
  }

  // --- is it an nmap, and one that we have an agent for? ---------------------------------------

  Status judge() {
    Result<Output> said = place_.engine.run(in_container({}, {"--version"}));
    if (!said) return said.take_error();
    Status ran = check_ran(*said);
    if (!ran) return ran;
    Result<Nmap> nmap = judge_version_text(place_.name + ":" + command_.nmap_word(), said->text);
    if (!nmap) return nmap.take_error();
    nmap_ = *nmap;
    nmap_.path = command_.nmap_word();
    nmap_.data_dir = "/usr/share/nmap";
    Result<std::string> machine = machine_of(place_);
    if (!machine) return machine.take_error();
    Result<std::string> agent = find_foreign_agent(
        agent_directories(Environment::current(), own_program()), nmap_, *machine);
    if (!agent) return agent.take_error();
    agent_ = *agent;
    return base::ok();
  }

  Status check_ran(const Output& said) const {
    std::string text(base::trim(said.text));
    std::string what = "'" + command_.nmap_word() + "' in " + place_.described();
    if (said.timed_out) return fail(what + " gives no answer to --version\n  " + text);
    if (text.find("Nmap version ") != std::string::npos) return base::ok();
    if (text.find("xec format error") != std::string::npos)
      return fail(what + " is made for another machine than this one",
                  place_.engine.name() + " pull --platform names the one for this machine", 3);
    if (said.status == kNotFound || text.find("executable file") != std::string::npos ||
        text.find("no such file or directory") != std::string::npos)
      return fail("there is no '" + command_.nmap_word() + "' in " + place_.described(),
                  "give its path there: -- /opt/nmap/bin/nmap ARGS; or another image");
    if (said.status == kEngineFailed || said.status == kNotExecutable)
      return fail(place_.engine.name() + " cannot start " + what + ": " + text);
    return base::ok();  // judge_version_text() has the words
  }

  // --- the way in ------------------------------------------------------------------------------

  Status arm() {
    Looks looks;
    Status made = place_.is_image() ? make_for_image(looks) : make_in_container(looks);
    if (!made) return made;
    plan_ = plan_overlay(plan_input(looks));
    if (plan_.changes_arguments)
      warnings_.push_back("the report will show nmap's arguments with --datadir " +
                          dir_->overlay_path() + " in them: nsedbg's way in there");
    Status put = dir_->put_agent(agent_);
    if (put) put = dir_->put_overlay(overlay_config(), looks, plan_.shadowed);
    if (put && !place_.is_image()) put = dir_->hand_over(owner_);
    return put;
  }

  Status make_for_image(Looks& looks) {
    Result<RunDirectory> run_dir = RunDirectory::create(environment_);
    if (!run_dir) return run_dir.take_error();
    run_dir_ = std::make_unique<RunDirectory>(std::move(*run_dir));
    Result<ContainerDirectory> dir = ContainerDirectory::create_for_mount(run_dir_->path());
    if (!dir) return dir.take_error();
    dir_.emplace(std::move(*dir));
    looks = looks_of(std::make_shared<ImageFiles>(place_));
    return base::ok();
  }

  Status make_in_container(Looks& looks) {
    Result<ForeignRoot> root = ForeignRoot::open(place_.pid);
    if (!root) return root.take_error();
    Result<uid_t> user = user_in(*root, place_, config_.user);
    if (!user) return user.take_error();
    std::optional<Ids> owner = ids_outside(place_.pid, *user, 0);
    std::optional<Ids> maker = ids_outside(place_.pid, 0, 0);
    if (!owner || !maker)
      return fail("user " + std::to_string(*user) + " of " + place_.described() +
                  " is nobody on this machine (its user namespace)");
    owner_ = owner->user;
    Result<ContainerDirectory> dir = ContainerDirectory::create_in(*root, *maker);
    if (!dir) return dir.take_error();
    dir_.emplace(std::move(*dir));
    looks = root->looks();
    return base::ok();
  }

  PlanInput plan_input(const Looks& looks) const {
    PlanInput input;
    input.command = command_;
    input.args = args_;
    input.nmap = nmap_;
    input.nmapdir = config_.nmapdir;
    for (const auto& [name, value] : options_.environment)
      if (name == "NMAPDIR") input.nmapdir = value;
    input.cwd = config_.cwd;
    input.overlay = dir_->overlay_path();
    input.looks = looks;
    return input;
  }

  OverlayConfig overlay_config() const {
    OverlayConfig config;
    (nmap_.lua == "5.3" ? config.agent_lua53 : config.agent_lua54) = dir_->agent_path();
    config.socket = dir_->socket_dir() + "/agent.sock";
    config.run_dir = dir_->path();
    config.nmapdir = plan_.restored;
    config.nmapdir_untouched = plan_.nmapdir_untouched;
    config.ask_nmap = plan_.ask_nmap;
    config.real_places = plan_.real_places;
    // Of a container that does not exist yet nobody can tell: there the socket is open.
    config.allow_uid = place_.is_image() ? geteuid() : user_inside(place_.pid, geteuid());
    config.open_socket = place_.is_image();
    if (options_.patient) config.patience = 0;
    return config;
  }

  // --- the command line ------------------------------------------------------------------------

  // `engine run|exec`, the user's words, ours, and nmap with `arguments`.
  std::vector<std::string> in_container(std::vector<std::string> ours,
                                        const std::vector<std::string>& arguments) const {
    std::vector<std::string> line = {place_.is_image() ? "run" : "exec"};
    if (place_.is_image()) line.emplace_back("--rm");
    line.insert(line.end(), words_.begin(), words_.end());
    line.insert(line.end(), ours.begin(), ours.end());
    if (place_.is_image()) line.insert(line.end(), {"--entrypoint", command_.nmap_word()});
    line.push_back(place_.name);
    if (!place_.is_image()) line.push_back(command_.nmap_word());
    line.insert(line.end(), arguments.begin(), arguments.end());
    return line;
  }

  std::vector<std::string> command_line(bool passes_stdin) const {
    std::vector<std::string> ours;
    if (passes_stdin) ours.emplace_back("-i");
    if (run_dir_) {
      std::string label = look_at(kSeLinux) == FileKind::kNone ? "" : ":Z";
      ours.insert(ours.end(), {"--cidfile", id_file(*run_dir_), "-v",
                               run_dir_->path() + "/box:" + dir_->path() + label});
    }
    for (const auto& [name, value] : options_.environment)
      ours.insert(ours.end(), {"-e", name + "=" + value});
    if (plan_.set_nmapdir) ours.insert(ours.end(), {"-e", "NMAPDIR=" + *plan_.set_nmapdir});
    return in_container(std::move(ours), {plan_.words.begin() + 1, plan_.words.end()});
  }

  const Options& options_;
  const std::vector<std::string>& words_;
  Place place_;
  Environment environment_;
  Command command_;
  NmapArgs args_;
  ContainerConfig config_;
  Nmap nmap_;
  std::string agent_;
  uid_t owner_ = 0;
  std::unique_ptr<RunDirectory> run_dir_;
  std::optional<ContainerDirectory> dir_;
  OverlayPlan plan_;
  std::vector<std::string> warnings_;
};

}  // namespace

Result<ContainerStarted> start_in_container(const Options& options, const ContainerOptions& where) {
  Environment environment = Environment::current();
  environment.unset_ours();
  Result<Place> place = find_place(where.name, where.engine, environment);
  if (!place) return place.take_error();
  return Starter(options, where, std::move(*place), std::move(environment)).start();
}

// In a container of its own nmap is the first process: the kernel spares it every other signal that
// it does not handle (pid_namespaces(7)), as SIGINT with --noninteractive (nmap_tty.cc).
void signal_in_container(const ContainerStarted& run, int number) {
  if (run.run_dir) {
    auto id = read_file(id_file(*run.run_dir), 256);
    if (id) (void)run.place.engine.run({"kill", "--signal=KILL", std::string(base::trim(*id))});
    return;
  }
  for (pid_t pid : marked_processes(run.place, run.dir.path())) ::kill(pid, number);
}

}  // namespace launch
