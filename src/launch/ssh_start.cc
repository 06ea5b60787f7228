#include "launch/ssh_start.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "launch/overlay.h"
#include "launch/overlay_plan.h"
#include "launch/paths.h"
#include "launch/ssh_probe.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;
using base::Status;

constexpr int kPatience = 120;  // seconds: a connection may be slow

// One run, step by step; what is there already goes if a later step fails.
class Starter {
 public:
  Starter(const Options& options, Ssh ssh, RunDirectory dir)
      : options_(options), ssh_(std::move(ssh)), dir_(std::move(dir)) {}

  Result<SshStarted> start() {
    Result<SshStarted> started = go();
    if (started) return started;
    if (!host_.directory.empty())
      (void)ssh_.run("exec rm -rf " + sh_quote(host_.directory), Fd(), Session::kOwn);
    ssh_.close();
    return started;
  }

 private:
  Result<SshStarted> go() {
    for (Status (Starter::*step)() : {&Starter::read_command, &Starter::probe, &Starter::copy}) {
      Status done = (this->*step)();
      if (!done) return done.take_error();
    }
    Status forwarded = ssh_.forward(dir_.socket_path(), host_.directory + "/agent.sock");
    if (!forwarded) return forwarded.take_error();
    Result<Process> watcher = Process::start({ssh_.command(watch_command()), false, false});
    if (!watcher) return watcher.take_error();
    bool passes_stdin = args_.reads_stdin && options_.may_read_stdin && !isatty(STDIN_FILENO);
    Result<Process> process = Process::start(
        {ssh_.command("exec sh " + sh_quote(host_.directory + "/run")), false, passes_stdin});
    if (!process) return process.take_error();
    return SshStarted{std::move(ssh_),     std::move(dir_),     host_.directory,
                      std::move(*process), std::move(*watcher), std::move(warnings_)};
  }

  Status read_command() {
    Result<Command> command = parse_command(options_.command);
    if (!command) return command.take_error();
    command_ = *command;
    if (!command_.user.empty() && command_.user != "root")
      return fail("nsedbg cannot get into an nmap that runs as " + command_.user + " there",
                  "log in as that user: --ssh " + command_.user + "@HOST");
    if (command_.elevation != Elevation::kNone) {
      command_.words.insert(command_.words.begin() + 1, "-n");  // nobody could answer it
      ++command_.nmap;
    }
    args_ = parse_nmap_args(command_.nmap_arguments());
    if (!args_.loads_nse)
      warnings_.push_back(
          "these arguments run no script: nmap starts its script engine only for --script, -sC, "
          "-sV and -A");
    return base::ok();
  }

  Status probe() {
    Result<Fd> script = text_input(probe_script(command_, args_));
    if (!script) return script.take_error();
    Result<Output> output = ssh_.run("exec sh -s", std::move(*script), Session::kOurs);
    if (!output) return output.take_error();
    Result<RemoteHost> host = read_probe(output->text, command_, ssh_.destination());
    if (!host) return host.take_error();
    host_ = std::move(*host);
    return base::ok();
  }

  OverlayPlan plan() const {
    PlanInput input;
    input.command = command_;
    input.args = args_;
    input.nmap = host_.nmap;
    input.nmapdir_reaches_nmap = command_.elevation == Elevation::kNone;
    if (input.nmapdir_reaches_nmap) input.nmapdir = host_.nmapdir;
    input.target_uid = host_.uid;
    input.cwd = host_.home;
    input.overlay = host_.directory + "/overlay";
    input.looks = host_.looks();
    return plan_overlay(input);
  }

  OverlayConfig overlay(const OverlayPlan& plan) const {
    OverlayConfig config;
    (host_.nmap.lua == "5.3" ? config.agent_lua53 : config.agent_lua54) =
        host_.directory + "/agent.so";
    config.socket = host_.directory + "/agent.sock";
    config.run_dir = host_.directory;
    config.nmapdir = plan.restored;
    config.nmapdir_untouched = plan.nmapdir_untouched;
    config.ask_nmap = plan.ask_nmap;
    config.real_places = plan.real_places;
    config.allow_uid = host_.uid;
    config.patience = options_.patient ? 0 : kPatience;
    return config;
  }

  Status copy() {
    Result<std::string> agent = find_foreign_agent(
        agent_directories(Environment::current(), own_program()), host_.nmap, host_.machine);
    if (!agent) return agent.take_error();
    OverlayPlan planned = plan();
    if (planned.changes_arguments)
      warnings_.push_back("the report will show nmap's arguments with --datadir " +
                          host_.directory + "/overlay in them: nsedbg's way in here");
    Fd file(open(agent->c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return fail(with_errno("cannot read " + *agent, errno));
    Status sent = put("agent.so", std::move(file));
    if (sent) sent = put_text("overlay/nse_main.lua", overlay_source(overlay(planned)));
    if (sent) sent = put_text("run", run_script(planned));
    return sent;
  }

  Status put_text(const std::string& name, const std::string& text) {
    Result<Fd> input = text_input(text);
    if (!input) return input.take_error();
    return put(name, std::move(*input));
  }

  Status put(const std::string& name, Fd content) {
    std::string path = host_.directory + "/" + name;
    std::string remote = "umask 077; exec cat >" + sh_quote(path);
    Result<Output> output =
        ssh_.run("exec sh -c " + sh_quote(remote), std::move(content), Session::kOwn);
    if (!output) return output.take_error();
    if (output->status == 0) return base::ok();
    return fail("cannot write " + ssh_.destination() + ":" + path + ": " + output->text);
  }

  // The shell stays until nmap has ended, whatever becomes of the connection: a script that is
  // waiting for its foreground command puts traps off. nmap itself sees no hang-up: no terminal.
  std::string run_script(const OverlayPlan& planned) const {
    std::string dir = sh_quote(host_.directory);
    std::string script = "dir=" + dir + "\ntrap 'rm -rf \"$dir\"' EXIT\ntrap : HUP INT TERM\n";
    if (!planned.shadowed.empty())
      script += "for f in " + sh_quote(planned.shadowed) +
                "/*; do\n  [ \"${f##*/}\" = nse_main.lua ] || ln -s \"$f\" \"$dir/overlay/\"\n"
                "done\n";
    for (const auto& [name, value] : options_.environment)
      script += "export " + name + "=" + sh_quote(value) + "\n";
    if (planned.set_nmapdir) script += "export NMAPDIR=" + sh_quote(*planned.set_nmapdir) + "\n";
    script += "cd\nsh -c 'echo $$ >\"$0\"; exec \"$@\"' \"$dir/nmap-pid\"";
    for (const std::string& word : planned.words) script += " " + sh_quote(word);
    return script + "\n";
  }

  std::string watch_command() const {
    std::string dir = sh_quote(host_.directory);
    return "exec sh -c " + sh_quote("while [ -d " + dir + " ]; do [ ! -S " + dir +
                                    "/agent.sock ] || exec echo ready; sleep 0.1; done");
  }

  const Options& options_;
  Ssh ssh_;
  RunDirectory dir_;
  Command command_;
  NmapArgs args_;
  RemoteHost host_;
  std::vector<std::string> warnings_;
};

}  // namespace

Result<SshStarted> start_by_ssh(const Options& options, const std::string& destination,
                                const std::vector<std::string>& ssh_options) {
  Environment environment = Environment::current();
  environment.unset_ours();
  Result<RunDirectory> dir = RunDirectory::create(environment);
  if (!dir) return dir.take_error();
  Result<Ssh> ssh = Ssh::find(destination, ssh_options, dir->path() + "/ssh", environment);
  if (!ssh) return ssh.take_error();
  return Starter(options, std::move(*ssh), std::move(*dir)).start();
}

void signal_by_ssh(const SshStarted& run, int number) {
  std::string pid_file = sh_quote(run.remote_dir + "/nmap-pid");
  (void)run.ssh.run(
      "exec sh -c " + sh_quote("kill -" + std::to_string(number) + " \"$(cat " + pid_file + ")\""),
      Fd(), Session::kOwn);
}

}  // namespace launch
