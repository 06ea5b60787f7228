// A debugging session as a test reads: nmap with the agent inside, started as nsedbg starts it,
// and one DAP client of it.
//
//   Session s(nmap(), {"-n", "-Pn", "-p", "8000", "--script", "http-methods", address()});
//   s.set_breakpoint("http-methods.nse", 142);
//   s.run();
//   Stop stop = s.wait_stopped();
//   EXPECT_EQ(s.top(stop).line, 142);
//   stop = s.next(stop);
//   EXPECT_EQ(s.print(stop, "response.status"), "200");
//   s.resume(stop);
//   EXPECT_EQ(s.finish().status, 0);
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dap/connection.h"
#include "launch/launch.h"
#include "support/nmaps.h"
#include "support/sandbox.h"

namespace conversation {

struct Stop : dap::StoppedEvent {
  int thread = 0;
};

struct Ended {
  int status = 0;
  std::string out, err;
};

struct SessionOptions {
  std::string stop_on_entry;  // "rule", "action"
  std::string cwd;
  bool just_my_script = false;
  bool hold_at_end = false;
  bool freeze_clock = true;
  bool non_stop = false;
  bool output = false;  // nse/output events are wanted
  bool connect = true;  // false: nobody comes to debug (yet)
  std::vector<std::pair<std::string, std::string>> environment;
};

class Session {
 public:
  using Options = SessionOptions;

  // Connects, up to the `initialized` event: breakpoints may be set, no Lua file is loaded yet.
  Session(const support::NmapUnderTest& nmap, std::vector<std::string> arguments,
          Options options = {});
  ~Session();  // kills nmap if the test did not see it to its end

  Connection& client() { return *client_; }
  // Another client of the same nmap, attached; or only connected.
  std::unique_ptr<Connection> second_client();
  std::unique_ptr<Connection> connect(bool recorded = true);

  // Breakpoints of one file, or all function breakpoints: they replace the ones set before.
  dap::Breakpoint set_breakpoint(const std::string& file, int line);
  dap::Breakpoint set_breakpoint(const std::string& file, const dap::SourceBreakpoint& breakpoint);
  std::vector<dap::Breakpoint> set_breakpoints(
      const std::string& file, const std::vector<dap::SourceBreakpoint>& breakpoints);
  std::vector<dap::Breakpoint> set_functions(const std::vector<std::string>& names);
  void stop_on_uncaught_errors();

  void run();           // configurationDone
  Stop wait_stopped();  // fails at once if nmap ends instead
  void resume(const Stop& stop);
  Stop go_on(const Stop& stop);  // to the next stop
  Stop next(const Stop& stop);
  Stop step_in(const Stop& stop);
  Stop step_out(const Stop& stop);
  std::optional<Stop> step_in_or_end(const Stop& stop);  // nothing: the scan has ended
  Stop pause();

  std::vector<dap::StackFrame> stack(const Stop& stop) { return stack(stop.thread); }
  std::vector<dap::StackFrame> stack(int thread);
  dap::StackFrame top(const Stop& stop);
  int frame(const Stop& stop) { return top(stop).id; }
  // "http-methods.nse:142"
  std::string place(const Stop& stop);
  dap::Thread thread(int id);
  std::vector<dap::Thread> threads();
  void wait_until_waiting(int thread);  // for the network, as nmap sees it

  // What an expression shows in the top frame; print_error: why it cannot be evaluated.
  std::string print(const Stop& stop, const std::string& expression,
                    const std::string& context = "repl");
  std::string print_error(const Stop& stop, const std::string& expression,
                          const std::string& context = "repl");
  dap::Evaluate::Response evaluate(int frame, const std::string& expression,
                                   const std::string& context = "repl");
  std::vector<dap::Variable> children(int reference);
  std::map<std::string, std::string> locals(int frame);
  dap::Scope scope(int frame, const std::string& name);

  // Sees nmap to its end.
  Ended finish();
  bool ended();  // as far as is known now
  launch::Process& process() { return started_->process; }
  const std::string& run_dir() const { return started_->dir.path(); }
  support::Sandbox& sandbox() { return sandbox_; }
  support::Poller& poller() { return poller_; }
  const std::string& output() const { return out_; }

 private:
  void watch_output();
  void drain(int fd, std::string& into, bool& at_end);
  std::unique_ptr<Connection> await_agent();
  void attach(Connection& connection);
  template <class R>
  Stop step(const Stop& stop);

  support::Sandbox sandbox_;
  support::Poller poller_;
  Options options_;
  std::optional<launch::Started> started_;
  std::string out_, err_;
  bool out_ended_ = false, err_ended_ = false;
  std::optional<int> status_;
  std::unique_ptr<Connection> client_;
};

}  // namespace conversation
