#include "launch/launch.h"

#include <unistd.h>

#include "launch/data_files.h"
#include "launch/elevation.h"
#include "launch/overlay.h"
#include "launch/overlay_plan.h"
#include "launch/paths.h"
#include "launch/script_check.h"

namespace launch {
namespace {

using base::Result;
using base::Status;

// The NMAPDIR that nmap would see without us.
std::optional<std::string> user_nmapdir(const Prepared& prepared) {
  const Command& command = prepared.command;
  if (command.nmapdir) return command.nmapdir;
  bool kept = command.elevation == Elevation::kNone || command.keeps_environment;
  return kept ? prepared.environment.get("NMAPDIR") : std::nullopt;
}

SearchInput search_input(const Prepared& prepared) {
  SearchInput input{std::nullopt, user_nmapdir(prepared), prepared.target_uid, prepared.cwd};
  if (prepared.args.datadir) input.datadir = prepared.args.datadir->value;
  return input;
}

void warn(Prepared& prepared) {
  if (!prepared.args.loads_nse)
    prepared.warnings.push_back(
        "these arguments run no script: nmap starts its script engine only for --script, -sC, -sV "
        "and -A");
}

PlanInput plan_input(const Prepared& prepared, const RunDirectory& dir,
                     const ElevationPlan& elevation) {
  PlanInput input;
  input.command = prepared.command;
  input.args = prepared.args;
  input.nmap = prepared.nmap;
  input.nmapdir_reaches_nmap = !prepared.nmap.script_sets_dirs;
  if (prepared.command.elevation != Elevation::kNone)
    input.nmapdir_reaches_nmap &= elevation.passes_nmapdir;
  if (input.nmapdir_reaches_nmap) input.nmapdir = user_nmapdir(prepared);
  input.target_uid = prepared.target_uid;
  input.cwd = prepared.cwd;
  input.overlay = dir.overlay_path();
  return input;
}

OverlayConfig overlay_config(const Prepared& prepared, const RunDirectory& dir,
                             const OverlayPlan& plan, const Options& options) {
  OverlayConfig config;
  config.agent_lua53 = prepared.agents.lua53;
  config.agent_lua54 = prepared.agents.lua54;
  config.socket = dir.socket_path();
  config.run_dir = dir.path();
  config.nmapdir = plan.restored;
  config.nmapdir_untouched = plan.nmapdir_untouched;
  config.ask_nmap = plan.ask_nmap;
  config.real_places = plan.real_places;
  config.allow_uid = geteuid();
  if (options.patient) config.patience = 0;
  if (options.log) config.log = absolute(*options.log, current_directory());
  return config;
}

ChildSpec child_of(const Prepared& prepared, const ElevationPlan& elevation,
                   const OverlayPlan& plan) {
  Environment environment = prepared.environment;
  if (plan.set_nmapdir) environment.set("NMAPDIR", *plan.set_nmapdir);
  ChildSpec child;
  child.path = elevation.program.empty() ? prepared.nmap.path : elevation.program;
  child.argv = plan.words;
  child.environment = environment.entries();
  child.cwd = prepared.cwd;
  child.session = elevation.session;
  return child;
}

}  // namespace

Result<Prepared> prepare(const Options& options) {
  Prepared prepared;
  prepared.environment = Environment::current();
  prepared.environment.unset_ours();
  for (const auto& [name, value] : options.environment) prepared.environment.set(name, value);
  prepared.cwd = absolute(options.cwd.empty() ? "." : options.cwd, current_directory());
  if (options.cwd.empty()) prepared.cwd = current_directory();

  Result<Command> command = parse_command(options.command);
  if (!command) return command.take_error();
  prepared.command = *command;
  Result<uid_t> uid = target_uid(*command);
  if (!uid) return uid.take_error();
  prepared.target_uid = *uid;
  Result<Nmap> nmap = find_nmap(*command, prepared.environment, prepared.cwd);
  if (!nmap) return nmap.take_error();
  prepared.nmap = *nmap;
  Result<AgentFiles> agents =
      find_agent_files(agent_directories(Environment::current(), own_program()), *nmap);
  if (!agents) return agents.take_error();
  prepared.agents = *agents;

  prepared.args = parse_nmap_args(command->nmap_arguments(),
                                  prepared.environment.get("NMAP_ARGS").value_or(""));
  Status scripts = check_scripts(prepared.args, DataSearch(*nmap, search_input(prepared)));
  if (!scripts) return scripts.take_error();
  warn(prepared);
  return prepared;
}

Result<Armed> arm(const Options& options) {
  Result<Prepared> prepared = prepare(options);
  if (!prepared) return prepared.take_error();
  ElevationPlan elevation;
  if (prepared->command.elevation != Elevation::kNone) {
    Result<ElevationPlan> found =
        prepare_elevation(prepared->command, prepared->environment, prepared->cwd);
    if (!found) return found.take_error();
    elevation = *found;
  }
  Result<RunDirectory> dir = RunDirectory::create(prepared->environment);
  if (!dir) return dir.take_error();
  OverlayPlan plan = plan_overlay(plan_input(*prepared, *dir, elevation));
  Status written = write_overlay(dir->overlay_path(),
                                 overlay_config(*prepared, *dir, plan, options), plan.shadowed);
  if (!written) return written.take_error();
  Result<Rendezvous> rendezvous = Rendezvous::create(dir->path());
  if (!rendezvous) return rendezvous.take_error();

  Armed armed{prepared->nmap,
              std::move(*dir),
              std::move(*rendezvous),
              child_of(*prepared, elevation, plan),
              options.environment,
              prepared->args.reads_stdin && !isatty(STDIN_FILENO),
              std::move(prepared->warnings)};
  if (plan.set_nmapdir) armed.environment.emplace_back("NMAPDIR", *plan.set_nmapdir);
  if (plan.changes_arguments)
    armed.warnings.push_back("the report will show nmap's arguments with --datadir " +
                             armed.dir.overlay_path() + " in them: nsedbg's way in here");
  return armed;
}

Result<Started> start(const Options& options) {
  Result<Armed> armed = arm(options);
  if (!armed) return armed.take_error();
  bool passes_stdin = armed->passes_stdin && options.may_read_stdin;
  Result<Process> process =
      Process::start({std::move(armed->child), options.tty_output, passes_stdin});
  if (!process) return process.take_error();
  Status recorded = armed->dir.record_nmap(process->pid());
  if (!recorded) return recorded.take_error();
  return Started{armed->nmap, std::move(armed->dir), std::move(armed->rendezvous),
                 std::move(*process), std::move(armed->warnings)};
}

}  // namespace launch
