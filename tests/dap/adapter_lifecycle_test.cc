// `nsedbg dap`: how sessions end, and begin again. Whatever the client does, the scan comes to an
// end that was chosen, nothing is left behind.
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "dap/adapter.h"
#include "dap/scans.h"

namespace conversation {
namespace {

class AdapterLifecycle : public Conversation {
 protected:
  Stop stop_in_the_loop(Adapter& a) const {
    a.launch(a.scan_of(fixture("counter")));
    a.set_breakpoint(fixture("counter"), fixture_line("counter", "local square"));
    a.run();
    return a.wait_stopped();
  }
};
ON_BOTH_NMAPS(AdapterLifecycle);

TEST_P(AdapterLifecycle, restart_keeps_breakpoints_and_their_ids) {
  Adapter a(nmap());
  a.launch(a.scan_of(fixture("counter")));
  a.set_breakpoint(fixture("counter"), fixture_line("counter", "return square"));
  dap::Breakpoint set =
      a.set_breakpoint(fixture("counter"), fixture_line("counter", "local square"));
  ASSERT_NE(set.id, 1);  // the new agent will call it 1
  a.run();
  Stop stop = a.wait_stopped();
  int first = a.client().event<dap::ProcessEvent>().systemProcessId.value_or(0);
  ASSERT_EQ(stop.hitBreakpointIds, std::vector<int>{*set.id});

  a.client().request<dap::Restart>();
  EXPECT_EQ(a.client().event<dap::ContinuedEvent>().allThreadsContinued, true);
  stop = a.wait_stopped();
  EXPECT_NE(a.client().event<dap::ProcessEvent>().systemProcessId, first);
  EXPECT_EQ(stop.hitBreakpointIds, std::vector<int>{*set.id});
  EXPECT_EQ(a.print(stop, "i"), "1");
  EXPECT_FALSE(a.client().seen<dap::TerminatedEvent>());
  a.client().request<dap::Terminate>();
  EXPECT_EQ(a.finish(), 128 + SIGINT);
}

TEST_P(AdapterLifecycle, restart_takes_new_attributes) {
  Adapter a(nmap());
  stop_in_the_loop(a);
  int seq = a.client().post_json(
      "restart", "{\"arguments\":" +
                     a.scan_of(fixture("counter")).text("stopOnEntry", "action").object() + "}");
  a.client().await_answer(seq);
  EXPECT_EQ(a.top(a.wait_stopped()).name, "action");
}

TEST_P(AdapterLifecycle, restart_with_wrong_attributes_leaves_the_scan_alone) {
  Adapter a(nmap());
  Stop stop = stop_in_the_loop(a);
  EXPECT_HAS(a.client().error_of(a.client().post_json("restart", R"({"arguments":{"scrpt":""}})")),
             "did you mean 'script'?");
  EXPECT_EQ(a.print(stop, "i"), "1");
}

TEST_P(AdapterLifecycle, disconnect_ends_what_was_launched) {
  Adapter a(nmap());
  stop_in_the_loop(a);
  a.client().request<dap::Disconnect>();
  a.client().await_closed();
  EXPECT_EQ(a.exit_status(), 0);
  EXPECT_TRUE(a.nmaps().empty());
  EXPECT_TRUE(a.sandbox().run_leftovers().empty());
}

TEST_P(AdapterLifecycle, disconnect_may_let_the_scan_go_on) {
  Adapter a(nmap());
  std::string report = a.sandbox().path("report");
  Attributes attributes = a.scan_of(fixture("counter"));
  Attributes whole;
  whole
      .json("args", "[\"-n\",\"-sn\",\"-Pn\",\"--script\",\"" + fixture("counter") +
                        "\",\"-oN\",\"" + report + "\",\"" + address() + "\"]")
      .text("nmapPath", nmap().path)
      .text("stopOnEntry", "action");
  a.launch(whole);
  a.run();
  a.wait_stopped();
  dap::Disconnect::Arguments arguments;
  arguments.terminateDebuggee = false;
  a.client().request<dap::Disconnect>(arguments);
  a.client().await_closed();
  EXPECT_EQ(a.exit_status(), 0);  // when the scan has ended, not before
  EXPECT_HAS(a.sandbox().read("report"), "counter: sum 385");
  EXPECT_TRUE(a.sandbox().run_leftovers().empty());
}

TEST_P(AdapterLifecycle, terminate_ends_nmap_as_its_own_ctrl_c) {
  Adapter a(nmap());
  a.launch(a.scan_of(fixture("spin")).text("stopOnEntry", "action"));
  a.run();
  a.resume(a.wait_stopped());
  a.client().request<dap::Terminate>();
  EXPECT_EQ(a.finish(), 128 + SIGINT);
}

TEST_P(AdapterLifecycle, a_client_that_vanishes_takes_its_scan_along) {
  Adapter a(nmap());
  stop_in_the_loop(a);
  a.client().send_raw("Content-Length: 100\r\n\r\n{\"seq\":");  // in the middle
  a.client().vanish();
  EXPECT_EQ(a.exit_status(), 0);
  EXPECT_TRUE(a.nmaps().empty());
  EXPECT_TRUE(a.sandbox().run_leftovers().empty());
}

TEST_P(AdapterLifecycle, a_client_that_vanishes_while_nmap_starts_takes_it_along) {
  Adapter a(nmap());
  a.initialize();
  a.client().post_json("launch", a.scan_of(fixture("counter")).object());
  a.client().vanish();
  EXPECT_EQ(a.exit_status(), 0);
  EXPECT_TRUE(a.nmaps().empty());
  EXPECT_TRUE(a.sandbox().run_leftovers().empty());
}

TEST_P(AdapterLifecycle, a_signal_ends_adapter_and_scan) {
  Adapter a(nmap());
  stop_in_the_loop(a);
  kill(a.pid(), SIGTERM);
  EXPECT_EQ(a.exit_status(), 0);
  EXPECT_TRUE(a.nmaps().empty());
  EXPECT_TRUE(a.sandbox().run_leftovers().empty());
}

TEST_P(AdapterLifecycle, a_client_that_does_not_read_does_not_hold_the_scan_up) {
  Adapter a(nmap());
  std::string script = a.sandbox().write(
      "loud.nse",
      "prerule = function() return true end\n"
      "action = function() for i = 1, 20000 do print(('x'):rep(100)) end return 'done' end\n");
  a.launch(a.scan_of(script));
  pid_t pid = a.client().event<dap::ProcessEvent>().systemProcessId.value_or(0);
  base::Fd end(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  a.client().post<dap::ConfigurationDone>();
  pollfd ended{end.get(), POLLIN, 0};
  EXPECT_EQ(poll(&ended, 1, 40000), 1);  // nobody reads meanwhile
  EXPECT_EQ(a.finish(), 0);
  std::string out = a.output("stdout");
  EXPECT_EQ(std::count(out.begin(), out.end(), 'x'), 2000000);
}

TEST_P(AdapterLifecycle, nmap_goes_on_when_the_adapter_is_killed) {
  Adapter a(nmap());
  std::string report = a.sandbox().path("report");
  Attributes whole;
  whole
      .json("args", "[\"-n\",\"-sn\",\"-Pn\",\"--script\",\"" + fixture("counter") +
                        "\",\"-oN\",\"" + report + "\",\"" + address() + "\"]")
      .text("nmapPath", nmap().path)
      .text("stopOnEntry", "action");
  a.launch(whole);
  a.run();
  a.wait_stopped();
  kill(a.pid(), SIGKILL);
  EXPECT_EQ(a.exit_status(), 128 + SIGKILL);
  EXPECT_TRUE(a.nmap_is_gone());
  EXPECT_HAS(a.sandbox().read("report"), "counter: sum 385");
}

TEST_P(AdapterLifecycle, an_nmap_that_is_killed_is_reported_once) {
  Adapter a(nmap());
  stop_in_the_loop(a);
  for (pid_t pid : a.nmaps()) kill(pid, SIGKILL);
  EXPECT_EQ(a.finish(), 128 + SIGKILL);
  EXPECT_EQ(a.client().error<dap::Threads>(), "threads: the scan is over");
}

TEST_P(AdapterLifecycle, garbage_ends_the_session_and_the_scan) {
  Adapter a(nmap());
  stop_in_the_loop(a);
  a.client().send_raw("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(a.exit_status(), 0);
  a.await_error("nsedbg dap: ");
  EXPECT_TRUE(a.nmaps().empty());
}

TEST_P(AdapterLifecycle, bad_messages_are_refused_and_harm_nothing) {
  Adapter a(nmap());
  EXPECT_EQ(a.client().bad_request("launch", "{}"), "send initialize first");
  Stop stop = stop_in_the_loop(a);
  EXPECT_EQ(a.client().bad_request("launch", "{}"), "launch: the session has begun already");
  EXPECT_EQ(a.client().bad_request("setBreakpoint", "{}"),
            "nsedbg does not know the request 'setBreakpoint'; did you mean 'setBreakpoints'?");
  EXPECT_EQ(a.client().bad_request("disconnect", "{\"terminateDebuggee\":1}"),
            "disconnect: bad arguments: terminateDebuggee: expected true or false");
  EXPECT_HAS(a.client().bad_request("variables", "{\"variablesReference\":1e9}"), "variables");
  EXPECT_EQ(a.print(stop, "i"), "1");
}

TEST_P(AdapterLifecycle, what_is_no_message_gets_an_error) {
  Adapter a(nmap(), {}, false);
  for (const char* text : {"{}}", "[]", "{}", "{\"seq\":\"1\",\"type\":\"request\"}"}) {
    a.client().send_raw(dap::frame(text));
    EXPECT_HAS(a.client().next_error(), "malformed message") << text;
  }
  Stop stop = stop_in_the_loop(a);
  EXPECT_EQ(a.print(stop, "i"), "1");
}

// As Helix does it.
TEST_P(AdapterLifecycle, a_client_may_count_from_zero) {
  Adapter a(nmap(), {}, false);
  a.client().send_raw(dap::frame(dap::request_json(0, "initialize", "{\"adapterID\":\"nse\"}")));
  EXPECT_EQ(a.client().answer<dap::Initialize>(0).supportsRestartRequest, true);
}

TEST_P(AdapterLifecycle, cancel_reaches_the_request_it_means) {
  Adapter a(nmap());
  Stop stop = stop_in_the_loop(a);
  dap::Evaluate::Arguments endless;
  endless.expression = "while true do end";
  endless.frameId = a.top(stop).id;
  int seq = a.client().post<dap::Evaluate>(endless);
  a.client().request<dap::Cancel>({seq, {}});
  EXPECT_FALSE(a.client().error_of(seq).empty());
  EXPECT_EQ(a.print(stop, "i"), "1");
}

// --- attach ------------------------------------------------------------------------------------

TEST_P(AdapterLifecycle, attach_by_socket_and_by_pid_joins_a_scan) {
  Adapter first(nmap());
  Stop stop = stop_in_the_loop(first);
  pid_t pid = first.client().event<dap::ProcessEvent>().systemProcessId.value_or(0);
  std::string socket;
  for (const std::string& path : first.sandbox().run_leftovers())
    if (path.find("agent.sock") != std::string::npos) socket = path;

  Adapter second(nmap());
  second.attach(Attributes().text("socket", socket));
  EXPECT_EQ(second.client().event<dap::ProcessEvent>().startMethod, "attach");
  Stop seen = second.wait_stopped();
  EXPECT_EQ(seen.thread, stop.thread);
  EXPECT_EQ(second.print(seen, "i"), "1");
  EXPECT_HAS(second.client().error<dap::Restart>(), "only what was launched");
  second.client().request<dap::Disconnect>();  // an attached scan goes on
  second.client().await_closed();
  EXPECT_EQ(second.exit_status(), 0);
  EXPECT_EQ(first.print(stop, "i"), "1");
  EXPECT_EQ(first.nmaps(), std::vector<pid_t>{pid});
}

TEST_P(AdapterLifecycle, attach_to_nothing_is_an_error) {
  Adapter a(nmap());
  a.initialize();
  Connection& client = a.client();
  EXPECT_HAS(client.error_of(client.post_json("attach", "{\"pid\":1}")), "is not nmap");
  EXPECT_HAS(client.error_of(client.post_json("attach", "{\"socket\":\"/nowhere\"}")),
             "attach: no agent of nsedbg listens at /nowhere");
  EXPECT_HAS(client.error_of(client.post_json("attach", "{\"host\":\"h\",\"port\":1}")),
             "attach: a token is needed for h:1");
}

}  // namespace
}  // namespace conversation
