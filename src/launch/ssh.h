// The user's own ssh, as a way to run things elsewhere: its configuration, agent, keys and jump
// hosts are what they are in a terminal. All commands of a run share one connection (a control
// socket in our private run directory), so that there is one authentication. Nothing is listened on
// but Unix sockets.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "launch/child.h"
#include "launch/environment.h"

namespace launch {

inline constexpr int kSshFailed = 255;  // ssh(1), EXIT STATUS

class Ssh {
 public:
  // `control` is the path of the control socket; its directory is ours alone.
  static base::Result<Ssh> find(std::string destination, std::vector<std::string> options,
                                std::string control, const Environment& environment);

  // What would run `remote`, a command line for the login shell there.
  ChildSpec command(const std::string& remote) const;
  // Runs it to its end, with `input` on its stdin. In Session::kOurs ssh may ask for a password.
  // An error if ssh itself failed, with what it said.
  base::Result<Output> run(const std::string& remote, base::Fd input, Session session) const;

  // From now on a connection to `local` is one to `remote` there.
  base::Status forward(const std::string& local, const std::string& remote) const;
  void close() const;  // ends the shared connection

  const std::string& destination() const { return destination_; }

 private:
  Ssh() = default;
  ChildSpec spec(std::vector<std::string> words) const;

  std::string program_, destination_, control_;
  std::vector<std::string> options_, environment_;
};

// As one word for a POSIX shell.
std::string sh_quote(const std::string& word);

// A descriptor from which `text` can be read.
base::Result<base::Fd> text_input(const std::string& text);

}  // namespace launch
