// nmap on another machine with the agent inside, as launch.h does it here: the agent and the
// overlay go into a private directory there, nmap runs in front of a shell that removes it
// afterwards, and the agent's socket appears in our own run directory.
#pragma once

#include <string>
#include <vector>

#include "launch/launch.h"
#include "launch/ssh.h"

namespace launch {

struct SshStarted {
  Ssh ssh;
  RunDirectory dir;
  std::string remote_dir;
  Process process;  // ssh, with nmap's output and exit status
  Process watcher;  // says a line when the agent listens
  std::vector<std::string> warnings;

  std::string socket() const { return dir.path() + "/agent.sock"; }
};

// ssh may ask for a password or a passphrase on the terminal meanwhile.
base::Result<SshStarted> start_by_ssh(const Options& options, const std::string& destination,
                                      const std::vector<std::string>& ssh_options);

// Sends the signal to nmap there.
void signal_by_ssh(const SshStarted& run, int number);

}  // namespace launch
