// Scripts that were written for debugger.lua or for ZeroBrane Studio's MobDebug.
#include "dap/scans.h"

namespace conversation {
namespace {

class Instrumented : public support::OnBothNmaps {
 protected:
  static int line(const std::string& text) { return fixture_line("instrumented", text); }

  peers::TcpPeer peer{{}, at(address())};
};
ON_BOTH_NMAPS(Instrumented);

TEST_P(Instrumented, calls_of_other_debuggers_stop_here) {
  Session s(nmap(), port_scan(fixture("instrumented")));
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "breakpoint");
  EXPECT_EQ(stop.description, "dbg() in the script");
  EXPECT_EQ(s.top(stop).line, line("dbg(socket == nil)"));
  EXPECT_EQ(s.print(stop, "port.number"), "8000");
  stop = s.next(stop);  // before a network call, and over it
  EXPECT_EQ(s.top(stop).line, line("socket:connect"));
  stop = s.next(stop);
  EXPECT_EQ(s.top(stop).line, line("dbg() -- between"));
  stop = s.go_on(stop);
  EXPECT_EQ(s.top(stop).line, line("dbg() -- between"));
  stop = s.go_on(stop);
  auto said = [&](const std::string& text) {
    return s.client().event<dap::OutputEvent>([&](const dap::OutputEvent& one) {
      EXPECT_EQ(one.output.find("wrong"), std::string::npos) << one.output;
      return one.output.find(text) != std::string::npos;
    });
  };
  EXPECT_EQ(said("ip").output, "{ip = \"" + address() + "\"}\n");
  EXPECT_EQ(said("of port").output, "8000 of port\n");
  EXPECT_EQ(stop.description, "mobdebug in the script");
  EXPECT_EQ(s.top(stop).line, line("mobdebug.start()"));
  stop = s.go_on(stop);
  EXPECT_HAS(*stop.description, "dbg.call: \"");
  auto frames = s.stack(stop);
  EXPECT_EQ(frames[0].name, "error");
  EXPECT_EQ(frames[1].line, line("error(detail)"));
  EXPECT_EQ(s.locals(frames[1].id).at("detail"), "\"because of dbg.call\"");
  stop = s.go_on(stop);
  EXPECT_EQ(stop.description, "dbg.assert failed");
  stop = s.go_on(stop);
  EXPECT_EQ(stop.description, "dbg.error: \"the error\"");
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "because of dbg.call 4 the assertion; ");
}

// With nobody there to stop for, the script runs as if they were not there.
TEST_P(Instrumented, without_a_client_nothing_stops) {
  Session s(nmap(), port_scan(fixture("instrumented")));
  s.run();
  Stop stop = s.wait_stopped();
  s.client().request<dap::Disconnect>();
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "because of dbg.call 4 the assertion; ");
}

}  // namespace
}  // namespace conversation
