// Line breakpoints: where they end up, and that the scan stops there and nowhere else.
#include "dap/scans.h"

namespace conversation {
namespace {

using HttpBreakpoints = HttpConversation;
ON_BOTH_NMAPS(HttpBreakpoints);

TEST_P(HttpBreakpoints, stop_before_and_after_the_network_call) {
  Session s(nmap(), port_scan("http-methods"));
  const int line = request_line();
  dap::Breakpoint before = s.set_breakpoint("http-methods.nse", line);
  EXPECT_FALSE(before.verified);
  EXPECT_EQ(before.reason, "pending");
  EXPECT_EQ(before.message, "http-methods.nse is not loaded yet");
  s.run();

  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "breakpoint");
  EXPECT_EQ(stop.hitBreakpointIds, std::vector<int>{*before.id});
  EXPECT_EQ(stop.allThreadsStopped, true);
  EXPECT_EQ(s.top(stop).line, line);
  EXPECT_EQ(s.top(stop).source->path, nmap().script("http-methods"));
  EXPECT_EQ(s.thread(stop.thread).name, "http-methods " + address() + ":8000/tcp");
  EXPECT_EQ(s.print(stop, "host.ip"), '"' + address() + '"');
  EXPECT_EQ(s.print(stop, "response"), "nil");
  EXPECT_TRUE(peer.requests().empty());

  stop = s.next(stop);
  EXPECT_EQ(stop.reason, "step");
  EXPECT_EQ(s.top(stop).line, line + 1);
  EXPECT_EQ(s.print(stop, "response.status"), "200");
  EXPECT_EQ(peer.requests(), std::vector<std::string>{"OPTIONS /"});

  s.resume(stop);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "Potentially risky methods: PUT DELETE");
}

// The chunk runs when the script is loaded, and once more for each rule that is asked.
TEST_P(HttpBreakpoints, on_the_top_level_stop_at_load_and_for_each_instance) {
  Session s(nmap(), port_scan("http-methods"));
  const int line = line_of(nmap().script("http-methods"), "local UNSAFE_METHODS");
  s.set_breakpoint("http-methods.nse", line);
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.place(stop), "http-methods.nse:" + std::to_string(line));
  EXPECT_EQ(s.thread(stop.thread).nsePhase, "engine");
  stop = s.go_on(stop);
  EXPECT_EQ(s.place(stop), "http-methods.nse:" + std::to_string(line));
  EXPECT_EQ(s.thread(stop.thread).nsePhase, "portrule");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "PUT DELETE");
}

using Breakpoints = Conversation;
ON_BOTH_NMAPS(Breakpoints);

dap::Breakpoint next_change(Session& s, int id) {
  return s.client()
      .event<dap::BreakpointEvent>([&](const auto& event) { return event.breakpoint.id == id; })
      .breakpoint;
}

TEST_P(Breakpoints, move_to_the_next_line_with_code_and_say_so) {
  Session s(nmap(), scan_with("counter"));
  const int comment = fixture_line("counter", "have no code");
  int id = *s.set_breakpoint("counter.nse", comment).id;
  s.run();
  Stop stop = s.wait_stopped();
  dap::Breakpoint moved = next_change(s, id);
  EXPECT_TRUE(moved.verified);
  EXPECT_EQ(moved.line, comment + 2);
  EXPECT_EQ(moved.source->path, fixture("counter"));
  EXPECT_EQ(moved.message, "line " + std::to_string(comment) + " has no code; moved to line " +
                               std::to_string(comment + 2));
  EXPECT_EQ(s.top(stop).line, comment + 2);
  EXPECT_EQ(s.print(stop, "i"), "1");
}

TEST_P(Breakpoints, past_the_end_of_the_file_fail) {
  Session s(nmap(), scan_with("counter"));
  int id = *s.set_breakpoint("counter.nse", 1000).id;
  s.run();
  dap::Breakpoint failed = next_change(s, id);
  EXPECT_FALSE(failed.verified);
  EXPECT_EQ(failed.reason, "failed");
  EXPECT_EQ(failed.line, 1000);
  EXPECT_EQ(failed.message, "counter.nse has no code at or after line 1000");
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(Breakpoints, in_a_file_that_is_never_loaded_stay_pending) {
  Session s(nmap(), scan_with("counter"));
  int id = *s.set_breakpoint("conter.nse", 9).id;
  s.run();
  dap::Breakpoint pending = next_change(s, id);
  EXPECT_FALSE(pending.verified);
  EXPECT_EQ(pending.reason, "pending");
  EXPECT_EQ(pending.message, "conter.nse is not loaded yet; did you mean 'counter.nse'?");
}

TEST_P(Breakpoints, in_another_copy_of_the_script_say_which_one_nmap_loaded) {
  Session s(nmap(), scan_with("counter"));
  std::string copy = s.sandbox().write("counter.nse", support::read_file(fixture("counter")));
  int id = *s.set_breakpoint(copy, 9).id;
  s.run();
  dap::Breakpoint pending = next_change(s, id);
  EXPECT_FALSE(pending.verified);
  EXPECT_EQ(pending.message, "nmap loaded " + fixture("counter") + ", not " + copy);
  EXPECT_EQ(s.finish().status, 0);
}

TEST_P(Breakpoints, know_a_file_by_every_path_that_leads_to_it) {
  Session s(nmap(), scan_with("counter"));
  std::string link = s.sandbox().path("link.nse");
  ASSERT_EQ(symlink(fixture("counter").c_str(), link.c_str()), 0);
  s.set_breakpoint(link, fixture_line("counter", "local square"));
  s.run();
  EXPECT_EQ(s.top(s.wait_stopped()).source->path, fixture("counter"));
}

TEST_P(Breakpoints, set_again_unchanged_keep_their_number_and_hits) {
  Session s(nmap(), scan_with("counter"));
  const int line = fixture_line("counter", "local square");
  int id = *s.set_breakpoint("counter.nse", line).id;
  s.run();
  Stop stop = s.go_on(s.wait_stopped());
  dap::SourceBreakpoint first, second;
  first.line = line;
  second.line = line + 4;
  auto both = s.set_breakpoints("counter.nse", {second, first});
  EXPECT_EQ(both[1].id, id);
  EXPECT_EQ(both[1].nseHits, 2);
  EXPECT_NE(both[0].id, id);
  EXPECT_TRUE(both[0].verified);
  stop = s.go_on(stop);
  EXPECT_EQ(s.top(stop).line, line + 4);
}

TEST_P(Breakpoints, of_two_clients_are_two_lists) {
  Session s(nmap(), scan_with("counter"));
  const int line = fixture_line("counter", "local square");
  s.set_breakpoint("counter.nse", line);
  s.run();
  Stop stop = s.wait_stopped();
  auto other = s.second_client();
  dap::SetBreakpoints::Arguments arguments;
  arguments.source.path = "counter.nse";
  arguments.breakpoints.emplace(1).front().line = line + 4;
  other->request<dap::SetBreakpoints>(arguments);
  stop = s.go_on(stop);
  EXPECT_EQ(s.top(stop).line, line + 4);
  stop = s.go_on(stop);
  EXPECT_EQ(s.top(stop).line, line);  // what the second one set has replaced nothing
  s.set_breakpoints("counter.nse", {});
  stop = s.go_on(stop);
  EXPECT_EQ(s.top(stop).line, line + 4);
  arguments.breakpoints->clear();
  other->request<dap::SetBreakpoints>(arguments);
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "counter: sum");
}

TEST_P(Breakpoints, removed_while_stopped_are_gone) {
  Session s(nmap(), scan_with("counter"));
  s.set_breakpoint("counter.nse", fixture_line("counter", "local square"));
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_TRUE(s.set_breakpoints("counter.nse", {}).empty());
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_HAS(end.out, "counter: sum 385");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Breakpoints, on_one_line_are_hit_together) {
  Session s(nmap(), scan_with("counter"));
  dap::SourceBreakpoint plain, with_condition;
  plain.line = with_condition.line = fixture_line("counter", "local square");
  with_condition.condition = "i == 2";
  auto set = s.set_breakpoints("counter.nse", {plain, with_condition});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.hitBreakpointIds, std::vector<int>{*set[0].id});
  stop = s.go_on(stop);
  EXPECT_EQ(stop.hitBreakpointIds, (std::vector<int>{*set[0].id, *set[1].id}));
}

// nmap sleeps in epoll_wait while the server thinks; the breakpoint works all the same.
TEST_P(Breakpoints, set_while_the_script_waits_for_the_network_take_effect) {
  peers::TcpPeer peer({peers::expect("\n"), peers::gate(), peers::send("answer\n")}, at(address()));
  Session s(nmap(), port_scan(fixture("echo")));
  s.run();
  ASSERT_TRUE(peer.await_at_gate());
  const int line = fixture_line("echo", "socket:close()");
  EXPECT_TRUE(s.set_breakpoint("echo.nse", line).verified);
  peer.open_gate();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.top(stop).line, line);
  EXPECT_EQ(s.print(stop, "answer"), "\"answer\\n\"");
  peer.open_gate();
  s.set_breakpoints("echo.nse", {});
  s.resume(stop);
  EXPECT_EQ(s.finish().status, 0);
}

}  // namespace
}  // namespace conversation
