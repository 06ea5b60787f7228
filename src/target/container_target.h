// The front ends' Target for an nmap in a container, by launch/container_*.
#pragma once

#include <optional>

#include "client/target.h"
#include "launch/container_attach.h"
#include "launch/container_start.h"

namespace target {

class ContainerTarget : public client::Target {
 public:
  // `may_read_stdin` as in LocalTarget.
  ContainerTarget(const client::Place& place, bool may_read_stdin);

  base::Result<Process> start(const Options& options) override;
  std::optional<int> poll_exit() override;
  void signal(int number) override;
  base::Result<Command> prepare(const Options& options) override;
  void started(pid_t) override {}
  int ready_fd() const override;
  base::Result<base::Fd> connect() override;
  base::Result<base::Fd> connect_to(const std::string& socket) override;
  base::Result<base::Fd> connect_to(pid_t nmap) override;
  base::Result<pid_t> process(pid_t inside) override;
  std::vector<std::string> notes() const override;
  base::Result<pid_t> find(const std::string& part) override;
  void finished() override;
  void leave() override;

 private:
  base::Result<launch::Place> place() const;

  launch::ContainerOptions where_;
  bool may_read_stdin_;
  std::optional<launch::ContainerStarted> run_;
  std::optional<launch::ContainerAttachment> attachment_;  // instead
};

}  // namespace target
