// What a front end debugs, as far as it must know: a process to start, a socket to reach. target/
// fills it in with launch/; tests may fill it in with a scripted peer.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace client {

class Target {
 public:
  virtual ~Target() = default;

  struct Options {
    std::vector<std::string> nmap;                                 // its argv
    std::string cwd;                                               // empty: ours
    std::vector<std::pair<std::string, std::string>> environment;  // on top of ours
    bool terminal = false;  // its stdout is a terminal: it comes line by line
    bool patient = false;   // the agent waits for a client for as long as it takes
  };

  // Descriptors stay the target's, until the next start().
  struct Process {
    pid_t pid = 0;  // leads its own session and process group
    int out = -1;   // non-blocking reading ends of its stdout and stderr
    int err = -1;
    int exit_event = -1;                // readable when it has ended; -1 on old kernels: SIGCHLD
    std::vector<std::string> warnings;  // worth showing before it runs
  };
  // Starts nmap with the agent inside.
  virtual base::Result<Process> start(const Options& options) = 0;
  // Its exit status (128 + signal) once it has ended. Never blocks.
  virtual std::optional<int> poll_exit() = 0;
  // To it and what it has started, as a terminal's Ctrl-C would be.
  virtual void signal(int number) = 0;

  // The same for somebody else to start, in a terminal of theirs.
  struct Command {
    std::vector<std::string> words;
    std::string cwd;
    std::vector<std::pair<std::string, std::string>> environment;  // on top of theirs
    std::vector<std::string> warnings;
  };
  virtual base::Result<Command> prepare(const Options& options) = 0;
  virtual void started(pid_t nmap) = 0;  // they have

  // Readable whenever connect() is worth another try.
  virtual int ready_fd() const = 0;
  // An invalid Fd means: the agent does not listen yet.
  virtual base::Result<base::Fd> connect() = 0;
  // The agent of an nmap that runs already: by its socket or run directory, or by nmap's process.
  // An invalid Fd: there was none in it, and nmap has been told to let one in. Then ready_fd() and
  // connect() are about that one, notes() say what it waits for, and leave() gives it up.
  virtual base::Result<base::Fd> connect_to(const std::string& socket) = 0;
  virtual base::Result<base::Fd> connect_to(pid_t nmap) = 0;

  virtual void resized() {}     // our terminal has another size now
  virtual void finished() = 0;  // it has ended: remove what start() put into the file system
  virtual void leave() = 0;     // it goes on, we do not: keep what it still needs

  // What an nmap waits for that is to let an agent in, one sentence each.
  virtual std::vector<std::string> notes() const { return {}; }
  // The process that its user means by a number: ours, where processes there have other ones.
  virtual base::Result<pid_t> process(pid_t number) { return number; }
  // The only running nmap with this in its command line.
  virtual base::Result<pid_t> find(const std::string& part) {
    return base::fail("nmap cannot be looked for by '" + part + "' there", "give its process id");
  }
  // After poll_exit(): the connection to nmap has ended; nmap itself may go on.
  virtual bool lost() const { return false; }
};

// Where nmap is to run, if not here.
struct Place {
  std::string ssh;                       // "user@host", for ssh
  std::vector<std::string> ssh_options;  // words for it, before the host
  std::string container;                 // a container that runs, or an image
  std::string engine;                    // docker, podman; empty: the one that knows it
  std::vector<std::string> engine_options;
};

using MakeTarget = std::function<std::unique_ptr<Target>(const Place&)>;

}  // namespace client
