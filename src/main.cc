// nsedbg: the subcommands, and the wire between the front ends and what they launch.
#include "cli/command_session.h"
#include "cli/front.h"
#include "cli/shim.h"
#include "doctor/doctor.h"
#include "mobdebug/run.h"
#include "relay/serve.h"
#include "remote/serve.h"
#include "target/container_target.h"
#include "target/local_target.h"
#include "target/ssh_target.h"

int main(int argc, char** argv) {
  std::vector<std::string> arguments{argv + 1, argv + argc};
  std::string word = arguments.empty() ? "" : arguments[0];
  // `may_read_stdin`: not where stdin carries the protocol.
  bool may_read_stdin = word != "dap";
  auto make_target = [=](const client::Place& place) -> std::unique_ptr<client::Target> {
    if (!place.ssh.empty()) return std::make_unique<target::SshTarget>(place);
    if (!place.container.empty())
      return std::make_unique<target::ContainerTarget>(place, may_read_stdin);
    return std::make_unique<target::LocalTarget>(may_read_stdin);
  };
  std::vector<std::string> rest = arguments;
  if (!rest.empty()) rest.erase(rest.begin());
  if (word == "dap")
    return relay::serve(rest, make_target, [](client::Loop& loop) {
      return std::make_unique<cli::CommandSession>(loop);
    });
  if (word == "serve") return remote::serve(rest, make_target);
  if (word == "mobdebug") return mobdebug::run(rest, *make_target({}));
  if (word == "shim") return cli::print_shim(rest);
  if (word == "doctor") return doctor::run(rest);
  return cli::run(arguments, make_target);
}
