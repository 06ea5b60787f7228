// ZeroBrane Studio's end of MobDebug, by a script: it listens, `nsedbg mobdebug` connects, and the
// test types what the IDE would send.
//
//   Ide ide(nmap(), {"-n", "-Pn", "-p", "8000", "--script", path, address()});
//   EXPECT_EQ(ide.ask("BASEDIR /proj/"), "200 OK");
//   EXPECT_EQ(ide.load(path), "201 Started demo.nse 14");
//   EXPECT_EQ(ide.go("OVER"), "202 Paused demo.nse 15");
//   EXPECT_EQ(ide.eval("1 + 1"), "2");
//   EXPECT_EQ(ide.finish(), 0);
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/fd.h"
#include "support/nmaps.h"
#include "support/poller.h"
#include "support/sandbox.h"

namespace testing_mobdebug {

struct IdeOptions {
  bool listen = true;
  std::vector<std::string> arguments;  // more, before "--"
  std::string cwd;
};

class Ide {
 public:
  using Options = IdeOptions;

  // Starts nsedbg and, if it listens, accepts its connection.
  Ide(const support::NmapUnderTest& nmap, std::vector<std::string> nmap_arguments,
      Options options = {});
  ~Ide();

  void send(const std::string& text);
  std::string line();               // the next one, without its end; fails if there is none
  std::string bytes(size_t count);  // what follows it
  std::string ask(const std::string& command);  // and the first line of the answer

  // What the IDE sends when somebody connects; `loaded`: the file in the active tab.
  std::string begin(const std::string& base, const std::vector<std::string>& breakpoints,
                    const std::string& loaded);
  std::string load(const std::string& name, const std::string& text);
  // A command that lets the scan run: the line that ends it. Output on the way goes to output().
  std::string go(const std::string& command);
  std::string wait_paused();
  void run_to_end();  // RUN, and no stop before nsedbg closes the connection

  // The first result of EXEC return …, as the IDE's console shows it; or "error: …".
  std::string eval(const std::string& expression, const std::string& parameters = "");
  std::string exec(const std::string& statement);
  // The same in Lua: `expression` about `s`, what STACK's answer gives when it is loaded.
  std::string stack(const std::string& expression, const std::string& parameters = "");
  std::string stack_reply(const std::string& parameters = "");

  bool closed();  // by nsedbg; waits for it
  void hang_up();
  int finish();  // waits for the end of all; nsedbg's exit status
  void interrupt();

  const std::string& output() const { return output_; }  // what came as 204
  const std::string& out() const { return out_; }        // nsedbg's stdout
  const std::string& err() const { return err_; }
  support::Sandbox& sandbox() { return sandbox_; }
  void await_err(const std::string& text);
  int port() const { return port_; }

 private:
  void listen();
  void start(const support::NmapUnderTest& nmap, std::vector<std::string> nmap_arguments,
             const Options& options);
  void accept();
  void watch(int fd, std::string& into);
  bool fill(const std::function<bool()>& enough);
  std::string context() const;
  void take_output(const std::string& head);

  support::Sandbox sandbox_;
  support::Poller poller_;
  base::Fd listener_, socket_, out_pipe_, err_pipe_, exit_event_;
  int port_ = 0;
  pid_t pid_ = -1;
  std::string in_, output_, out_, err_;
  bool at_end_ = false;
  std::map<int, bool> pipes_open_;
};

}  // namespace testing_mobdebug
