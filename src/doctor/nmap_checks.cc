#include "doctor/nmap_checks.h"

#include <unistd.h>

#include "base/text.h"
#include "doctor/trial.h"
#include "launch/agent_files.h"
#include "launch/data_files.h"
#include "launch/runtime_dir.h"
#include "launch/script_check.h"

namespace doctor {
namespace {

using base::Result;

constexpr size_t kDatabaseLimit = 16 << 20;
constexpr const char* kReinstall =
    "install nmap again (Debian and Ubuntu: apt-get install --reinstall nmap-common), or name "
    "nmap's data directory in NMAPDIR";

Result<launch::Nmap> find(const std::string& word) {
  Result<launch::Command> command = launch::parse_command({word});
  if (!command) return command.take_error();
  return launch::find_nmap(*command, launch::Environment::current(), launch::current_directory());
}

Check data_check(const launch::Nmap& nmap) {
  Check check{State::kOk, "scripts", "", ""};
  launch::DataSearch search(nmap, {std::nullopt, launch::Environment::current().get("NMAPDIR"),
                                   geteuid(), launch::current_directory()});
  if (!search.complete()) {
    check = {State::kAbsent, "scripts", nmap.path + " is a script: it knows where its files are",
             ""};
    return check;
  }
  launch::DataSearch::Found main = search.find("nse_main.lua");
  if (main.kind != launch::FileKind::kFile)
    return {State::kProblem, "scripts", "nmap has no nse_main.lua that can be read", kReinstall};
  check.text = launch::parent(launch::real_path(main.path).value_or(main.path));
  launch::DataSearch::Found database = search.find("scripts/script.db");
  Result<std::string> text = launch::read_file(database.path, kDatabaseLimit);
  if (!text)
    return {State::kWarning, "scripts", check.text + " has no scripts/script.db",
            "nmap --script-updatedb makes it"};
  check.text +=
      ", " + std::to_string(launch::read_script_database(*text).names.size()) + " scripts";
  return check;
}

Check agent_check(const launch::Nmap& nmap) {
  Result<launch::AgentFiles> files = launch::find_agent_files(
      launch::agent_directories(launch::Environment::current(), launch::own_program()), nmap);
  if (!files) return failed(State::kProblem, "agent", files.error());
  return {State::kOk, "agent", nmap.lua == "5.3" ? files->lua53 : files->lua54, ""};
}

Check run_directory_check() {
  Result<launch::RunDirectory> made = launch::RunDirectory::create(launch::Environment::current());
  if (!made) return failed(State::kProblem, "run directory", made.error());
  return {State::kOk, "run directory", launch::parent(made->path()), ""};
}

Check trial_check(const std::string& word) {
  Result<double> seconds = try_agent(word);
  if (!seconds) return failed(State::kProblem, "trial", seconds.error());
  return {State::kOk, "trial",
          "nmap ran a script with the agent inside, in " + base::duration_text(*seconds), ""};
}

}  // namespace

std::vector<Check> nmap_checks(const std::string& word) {
  std::vector<Check> checks;
  Result<launch::Nmap> nmap = find(word);
  if (!nmap) {
    checks.push_back(failed(State::kProblem, "nmap", nmap.error()));
    checks.push_back(run_directory_check());
    return checks;
  }
  checks.push_back(
      {State::kOk, "nmap", nmap->path + ", " + nmap->version + ", Lua " + nmap->lua, ""});
  checks.push_back(data_check(*nmap));
  checks.push_back(agent_check(*nmap));
  checks.push_back(run_directory_check());
  for (const Check& check : checks)
    if (check.state == State::kProblem) return checks;
  checks.push_back(trial_check(word));
  return checks;
}

}  // namespace doctor
