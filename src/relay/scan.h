// The nmap of a session: started here, in the client's terminal, or by somebody else. Says when the
// agent is there, what nmap prints, and when it has ended, each once.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "client/loop.h"
#include "client/target.h"

namespace relay {

class Scan {
 public:
  struct Callbacks {
    std::function<void(const char* category, const std::string& text)> output;  // whole lines
    std::function<void(base::Fd socket)> agent;
    std::function<void(const std::string& why)> no_agent;  // nmap runs, but nobody is inside
    std::function<void(std::optional<int> status)> ended;  // nothing: nobody could tell
  };
  Scan(client::Loop& loop, std::unique_ptr<client::Target> target, Callbacks callbacks);
  ~Scan();

  base::Result<client::Target::Process> start(const client::Target::Options& options);
  base::Result<client::Target::Command> prepare(const client::Target::Options& options);
  void started_in_terminal(pid_t pid);  // 0: not known
  // An nmap that is not our child; its pid comes with the agent's socket.
  void adopt(int agent_socket);
  // Invalid: the agent is on its way; the callback comes with it, and `notes` say why it may last.
  base::Result<base::Fd> find(const std::string& socket, pid_t pid);
  void await_agent(pid_t nmap);
  std::vector<std::string> notes() const { return target_->notes(); }
  // The same for an agent on another machine.
  using Connect = std::function<base::Result<base::Fd>()>;
  base::Result<base::Fd> find(Connect elsewhere);
  base::Result<base::Fd> connect_again();  // to the same agent, for a second client

  bool alive() const { return alive_; }
  pid_t pid() const { return pid_; }
  bool sees_our_files() const;                 // false: another machine, a container
  void drain();                                // output that is there already
  void interrupt();                            // as nmap's own Ctrl-C
  void end_soon();                             // by force, if it is still there in a while
  void agent_gone(std::optional<int> status);  // no other sign of its end may come
  void leave();                                // it goes on, we do not
  const std::string& last_words() const { return last_words_; }  // of its stderr, or stdout

 private:
  struct Stream {
    int fd = -1;
    client::Loop::WatchPtr watch;
    const char* category = "stdout";
    std::string partial;
  };
  void watch(Stream& stream, int fd);
  bool read_some(Stream& stream);
  void take(Stream& stream, std::string text);
  void watch_exit(pid_t pid);
  void check_exit();
  void try_agent();
  void finish(std::optional<int> status);

  client::Loop& loop_;
  std::unique_ptr<client::Target> target_;
  Callbacks callbacks_;
  Connect found_;  // of an nmap that is not started here
  bool alive_ = false;
  bool child_ = false;  // ours: it leads its process group, and its status is ours to know
  pid_t pid_ = 0;
  Stream out_, err_;
  base::Fd pidfd_;
  client::Loop::WatchPtr exit_watch_, ready_watch_, deadline_, force_;
  std::string last_words_;
};

}  // namespace relay
