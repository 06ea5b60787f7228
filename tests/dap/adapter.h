// `nsedbg dap` as an editor sees it: a process that speaks DAP on its stdin and stdout.
//
//   Adapter a(nmap());
//   a.launch({{"script", "http-methods"}, {"target", address()}});
//   a.set_breakpoint(path, 142);
//   a.run();
//   Stop stop = a.wait_stopped();
//   a.resume(stop);
//   EXPECT_EQ(a.finish(), 0);
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "dap/connection.h"
#include "dap/conversation.h"
#include "dap/relay.h"

namespace conversation {

// The configuration of launch or attach, as JSON text: {"script", "\"x\""}.
class Attributes {
 public:
  Attributes& text(const std::string& name, const std::string& value);
  Attributes& json(const std::string& name, const std::string& value);
  std::string object() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

class Adapter {
 public:
  // `arguments` after "nsedbg dap". With --listen nobody is connected yet. Not recorded: what is
  // no DAP at all cannot be held against the schema.
  explicit Adapter(const support::NmapUnderTest& nmap, std::vector<std::string> arguments = {},
                   bool recorded = true);
  ~Adapter();

  Connection& client() { return *client_; }
  void connect(
      base::Fd socket,
      bool recorded = true);  // another client of a listening adapter takes the place of ours

  // Sends initialize unless it was sent already.
  dap::AdapterCapabilities initialize();
  dap::Initialize::Arguments hello;  // changed before initialize

  // A scan of one fixture, with nmap's own options "-n -Pn".
  Attributes scan_of(const std::string& script) const;
  const std::string& nmap_path() const { return nmap_.path; }
  void launch(const Attributes& attributes);  // up to the `initialized` event
  std::string launch_error(const Attributes& attributes);
  void attach(const Attributes& attributes);

  dap::Breakpoint set_breakpoint(const std::string& path, int line);
  void run() { client().request<dap::ConfigurationDone>(); }
  Stop wait_stopped();
  Stop next(const Stop& stop);
  void resume(const Stop& stop);
  dap::StackFrame top(const Stop& stop);
  std::string print(const Stop& stop, const std::string& expression);

  // Waits for `exited` and `terminated`, which must come once and in this order; nmap's status.
  int finish();
  // All text of the output events so far.
  std::string output(const std::string& category);

  // Does what a client's terminal would.
  pid_t run_as_terminal(const dap::RunInTerminal::Arguments& arguments);

  pid_t pid() const { return pid_; }
  int exit_status();           // waits for the adapter's end; 128 + signal
  std::string errors() const;  // its stderr
  void await_error(const std::string& text);
  bool nmap_is_gone();  // waits until no nmap of this test is left
  std::vector<pid_t> nmaps() const;
  support::Sandbox& sandbox() { return sandbox_; }
  support::Poller& poller() { return poller_; }

 private:
  const support::NmapUnderTest nmap_;
  support::Sandbox sandbox_;
  support::Poller poller_;
  pid_t pid_ = -1;
  base::Fd exit_event_, error_pipe_;
  std::string errors_;
  std::string stdout_text_, stderr_text_;
  std::unique_ptr<Connection> client_;
  bool initialized_ = false;
  pid_t in_terminal_ = -1;
};

}  // namespace conversation
