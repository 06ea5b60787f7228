// The front ends' Target for an nmap on another machine, by the user's ssh (launch/ssh_start.h).
#pragma once

#include <optional>

#include "client/target.h"
#include "launch/ssh_start.h"

namespace target {

class SshTarget : public client::Target {
 public:
  explicit SshTarget(client::Place place) : place_(std::move(place)) {}

  base::Result<Process> start(const Options& options) override;
  std::optional<int> poll_exit() override;
  void signal(int number) override;
  base::Result<Command> prepare(const Options& options) override;
  void started(pid_t) override {}
  int ready_fd() const override;
  base::Result<base::Fd> connect() override;
  base::Result<base::Fd> connect_to(const std::string& socket) override;
  base::Result<base::Fd> connect_to(pid_t nmap) override;
  void finished() override;
  void leave() override;
  bool lost() const override { return lost_; }

 private:
  client::Place place_;
  std::optional<launch::SshStarted> run_;
  bool ready_ = false;
  bool lost_ = false;
};

}  // namespace target
