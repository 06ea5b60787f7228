// Pausing a scan, whatever it is doing.
#include "dap/scans.h"

namespace conversation {
namespace {

using Pause = Conversation;
ON_BOTH_NMAPS(Pause);

TEST_P(Pause, stops_a_loop_without_calls_and_without_new_lines) {
  Session s(nmap(), scan_with("spin"));
  const int loop = fixture_line("spin", "while go do");
  s.set_breakpoint("spin.nse", loop);
  s.run();
  Stop stop = s.wait_stopped();
  s.set_breakpoints("spin.nse", {});
  s.resume(stop);
  stop = s.pause();
  EXPECT_EQ(stop.reason, "pause");
  EXPECT_EQ(s.place(stop), "spin.nse:" + std::to_string(loop));
  s.evaluate(s.frame(stop), "go = false");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "ended after some turns: true");
}

TEST_P(Pause, shows_the_script_that_waits_for_the_network) {
  peers::TcpPeer peer({peers::expect("\n"), peers::gate(), peers::send("answer\n")}, at(address()));
  Session s(nmap(), port_scan(fixture("echo")));
  // The peer may have the question before nmap hears that it went out: the gate alone does not
  // tell that the script is past its send.
  s.set_breakpoint("echo.nse", fixture_line("echo", "receive_lines(1)"));
  s.run();
  Stop at_receive = s.wait_stopped();
  s.set_breakpoints("echo.nse", {});
  s.resume(at_receive);
  s.wait_until_waiting(at_receive.thread);
  Stop stop = s.pause();
  EXPECT_EQ(stop.reason, "pause");
  EXPECT_EQ(stop.description, "Paused; echo " + address() + ":8000/tcp is waiting");
  EXPECT_EQ(s.thread(stop.thread).nseScript, "echo");

  auto frames = s.stack(stop);
  ASSERT_GE(frames.size(), 3u);
  EXPECT_EQ(frames[0].name, "receive_lines");
  EXPECT_EQ(frames[1].name, "ask");
  EXPECT_EQ(frames[1].line, fixture_line("echo", "receive_lines(1)"));
  EXPECT_EQ(s.locals(frames[1].id).at("question"), "\"one\"");
  EXPECT_EQ(frames[2].name, "action");

  peer.open_gate();
  peer.open_gate();
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "answer");
}

TEST_P(Pause, while_stopped_is_no_second_stop) {
  Session s(nmap(), scan_with("counter"));
  s.set_functions({"counter:action"});
  s.run();
  Stop stop = s.wait_stopped();
  s.client().request<dap::Pause>({stop.thread});
  s.set_functions({});
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "sum 385");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Pause, again_and_again) {
  Session s(nmap(), scan_with("spin"));
  s.set_breakpoint("spin.nse", fixture_line("spin", "while go do"));
  s.run();
  Stop stop = s.wait_stopped();
  s.set_breakpoints("spin.nse", {});
  for (int i = 0; i < 20; ++i) {
    s.resume(stop);
    stop = s.pause();
    EXPECT_EQ(stop.reason, "pause");
  }
  s.evaluate(s.frame(stop), "go = false");
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

}  // namespace
}  // namespace conversation
