// The front ends' Target for an nmap on this machine, by launch/.
#pragma once

#include <optional>

#include "client/target.h"
#include "launch/attach.h"
#include "launch/launch.h"

namespace target {

class LocalTarget : public client::Target {
 public:
  // `may_read_stdin`: nmap may, for -iL -. Not where stdin carries the protocol.
  explicit LocalTarget(bool may_read_stdin) : may_read_stdin_(may_read_stdin) {}

  base::Result<Process> start(const Options& options) override;
  std::optional<int> poll_exit() override;
  void signal(int number) override;
  base::Result<Command> prepare(const Options& options) override;
  void started(pid_t nmap) override;
  int ready_fd() const override;
  base::Result<base::Fd> connect() override;
  base::Result<base::Fd> connect_to(const std::string& socket) override;
  base::Result<base::Fd> connect_to(pid_t nmap) override;
  std::vector<std::string> notes() const override;
  base::Result<pid_t> find(const std::string& part) override;
  void resized() override;
  void finished() override;
  void leave() override;

 private:
  launch::Options launch_options(const Options& options) const;

  bool may_read_stdin_;
  std::optional<launch::Process> process_;
  std::optional<launch::RunDirectory> dir_;
  std::optional<launch::Rendezvous> rendezvous_;
  std::optional<launch::Attachment> attachment_;  // instead of the three
};

}  // namespace target
