// Network breakpoints: stops at what scripts send and get, changes to it, and failures on purpose.
#include <chrono>

#include "dap/network.h"
#include "dap/nse_requests.h"
#include "dap/scans.h"
#include "peers/tls_peer.h"

namespace conversation {
namespace {

using peers::close;
using peers::expect;
using peers::gate;
using peers::reset;
using peers::send;

class Network : public Conversation {
 protected:
  static std::vector<dap::Breakpoint> set(Session& s,
                                          const std::vector<dap::NetworkBreakpoint>& wanted) {
    return s.client().request<dap::SetNetworkBreakpoints>({wanted}).breakpoints;
  }
  static std::vector<dap::Breakpoint> catch_all(Session& s, const std::vector<std::string>& kinds) {
    std::vector<dap::NetworkBreakpoint> wanted;
    for (const std::string& kind : kinds) wanted.emplace_back().kind = kind;
    return set(s, wanted);
  }
  static std::string inject(Session& s, const dap::Inject::Arguments& arguments) {
    return s.client().request<dap::Inject>(arguments).description;
  }
  static std::map<std::string, std::string> network(Session& s, const Stop& stop) {
    std::map<std::string, std::string> values;
    for (const auto& variable : s.children(s.scope(s.frame(stop), "Network").variablesReference))
      values[variable.name] = variable.value;
    return values;
  }
  static std::vector<dap::NetworkSocket> sockets(Session& s) {
    return s.client().request<dap::SocketsRequest>({}).sockets;
  }
  // The peer may have the question before nmap hears that all was sent.
  static void wait_for_receive(Session& s) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(40);
    while (std::chrono::steady_clock::now() < deadline)
      for (const dap::NseThread& one : s.client().request<dap::NseThreads>().threads)
        if (one.wait && one.wait->call == "receive_buf") return;
    FAIL() << "no thread waits in receive_buf";
  }
  std::vector<std::string> asking(const std::string& arguments = "") const {
    std::vector<std::string> scan = port_scan(fixture("ask_once"));
    if (!arguments.empty()) scan.insert(scan.begin(), {"--script-args", arguments});
    return scan;
  }
  int line(const std::string& text) const { return fixture_line("ask_once", text); }
  static std::string peer_text() { return address() + ":8000/tcp"; }
};
ON_BOTH_NMAPS(Network);

TEST_P(Network, a_send_stops_before_the_bytes_go_out) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  auto set = catch_all(s, {"send"});
  EXPECT_TRUE(set[0].verified);
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "network breakpoint");
  EXPECT_EQ(stop.description, "send 9 bytes to " + peer_text());
  EXPECT_EQ(stop.hitBreakpointIds, std::vector<int>{*set[0].id});
  EXPECT_EQ(s.top(stop).name, "talk");
  EXPECT_EQ(s.top(stop).line, line("socket:send("));
  EXPECT_EQ(peer.received(), "");
  auto values = network(s, stop);
  EXPECT_EQ(values["bytes"], "\"question\\n\"");
  EXPECT_EQ(values["operation"], "\"send\"");
  EXPECT_EQ(values["peer"], "\"" + peer_text() + "\"");
  EXPECT_EQ(s.print(stop, "bytes"), "\"question\\n\"");
  EXPECT_EQ(s.print(stop, "host.ip"), "\"" + address() + "\"");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, answer");
  EXPECT_EQ(peer.received(), "question\n");
}

TEST_P(Network, what_is_sent_can_be_changed) {
  peers::TcpPeer peer({expect("QUESTION 2\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  catch_all(s, {"send"});
  s.run();
  Stop stop = s.wait_stopped();
  dap::SetVariable::Arguments change;
  change.variablesReference = s.scope(s.frame(stop), "Network").variablesReference;
  change.name = "bytes";
  change.value = "bytes:upper():sub(1, -2) .. ' 2\\n'";
  EXPECT_EQ(s.client().request<dap::SetVariable>(change).value, "\"QUESTION 2\\n\"");
  change.value = "42";
  EXPECT_HAS(s.client().error<dap::SetVariable>(change), "bytes");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, answer");
  EXPECT_EQ(peer.received(), "QUESTION 2\n");
}

TEST_P(Network, what_has_come_is_shown_before_the_script_gets_it) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  catch_all(s, {"receive"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.description, "receive_buf: 7 bytes from " + peer_text());
  EXPECT_EQ(s.top(stop).name, "talk");
  EXPECT_EQ(s.top(stop).line, line("socket:receive_buf("));
  EXPECT_EQ(network(s, stop)["bytes"], "\"answer\\n\"");
  EXPECT_EQ(s.print(stop, "timeout"), "20000");
  EXPECT_EQ(s.print(stop, "bytes = 'changed\\n'"), "");
  stop = s.next(stop);
  EXPECT_EQ(stop.reason, "step");
  EXPECT_EQ(s.top(stop).line, line("local result = ended"));
  EXPECT_EQ(s.print(stop, "value"), "\"changed\"");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, changed");
}

TEST_P(Network, each_read_of_half_an_answer_stops) {
  peers::TcpPeer peer({expect("question\n"), send("ans"), gate(), send("wer\n")}, at(address()));
  Session s(nmap(), asking());
  catch_all(s, {"receive"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(network(s, stop)["bytes"], "\"ans\"");
  peer.open_gate();
  stop = s.go_on(stop);
  EXPECT_EQ(network(s, stop)["bytes"], "\"wer\\n\"");
  EXPECT_EQ(s.top(stop).line, line("socket:receive_buf("));
  auto open = sockets(s);
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].received, 7);
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, answer");
}

TEST_P(Network, nested_coroutines_are_shown_and_stepped) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking("ask_once.nested"));
  catch_all(s, {"receive"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.top(stop).name, "talk");
  EXPECT_EQ(network(s, stop)["bytes"], "\"answer\\n\"");
  stop = s.next(stop);
  EXPECT_EQ(s.top(stop).line, line("local result = ended"));
  EXPECT_EQ(s.print(stop, "value"), "\"answer\"");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, answer");
}

TEST_P(Network, a_reset_and_a_time_out_stop_as_failures) {
  peers::TcpPeer peer({expect("question\n"), reset()}, at(address()));
  Session s(nmap(), asking());
  catch_all(s, {"failure", "timeout"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.hitBreakpointIds->size(), 1u);
  EXPECT_EQ(s.top(stop).line, line("socket:receive_buf("));
  std::string error = network(s, stop)["error"];
  EXPECT_TRUE(error == "\"ERROR\"" || error == "\"EOF\"") << error;
  EXPECT_EQ(network(s, stop).count("bytes"), 0u);
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: ");
}

TEST_P(Network, a_time_out_stops_and_can_be_answered) {
  peers::TcpPeer peer({expect("question\n"), gate()}, at(address()));
  Session s(nmap(), asking("ask_once.timeout=300"));
  auto set = catch_all(s, {"timeout"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.description, "receive_buf from " + peer_text() + " failed: TIMEOUT");
  EXPECT_EQ(network(s, stop)["error"], "\"TIMEOUT\"");
  dap::Inject::Arguments answer{"answer", {}, {}, "\"late\\n\""};
  EXPECT_EQ(inject(s, answer), "receive_buf gets 5 bytes");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, late");
}

TEST_P(Network, failures_can_be_injected_before_a_call) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  for (const auto& [kind, status] : std::map<std::string, std::string>{
           {"timeout", "TIMEOUT"}, {"reset", "ERROR"}, {"eof", "EOF"}}) {
    Session s(nmap(), asking());
    catch_all(s, {"send"});
    s.run();
    Stop stop = s.wait_stopped();
    EXPECT_EQ(inject(s, {kind, {}, {}, {}}), "send returns nil, \"" + status + "\"");
    s.resume(stop);
    EXPECT_HAS(s.finish().out, "send: nil, " + status);
  }
  EXPECT_EQ(peer.received(), "");
}

TEST_P(Network, a_connect_can_be_refused_with_any_text) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  catch_all(s, {"connect"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.description, "connect to " + peer_text());
  EXPECT_EQ(s.top(stop).line, line("socket:connect("));
  EXPECT_EQ(inject(s, {"error", {}, "no \"route\"", {}}),
            "connect returns nil, \"no \\\"route\\\"\"");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "connect: nil, no \"route\"");
}

TEST_P(Network, bytes_can_be_cut_short) {
  peers::TcpPeer peer({expect("quest\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  catch_all(s, {"send", "receive"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(inject(s, {"short", 5, {}, {}}), "send is given 5 bytes");
  EXPECT_EQ(network(s, stop)["bytes"], "\"quest\"");
  EXPECT_EQ(s.print(stop, "bytes = bytes .. '\\n'"), "");
  stop = s.go_on(stop);
  EXPECT_EQ(inject(s, {"answer", {}, {}, "'an' .. 'other\\n'"}), "receive_buf gets 8 bytes");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, another");
  EXPECT_EQ(peer.received(), "quest\n");
}

TEST_P(Network, wrong_injections_say_why) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  catch_all(s, {"connect", "close"});
  s.run();
  Stop stop = s.wait_stopped();
  auto refusal = [&](const dap::Inject::Arguments& arguments) {
    return s.client().error<dap::Inject>(arguments);
  };
  EXPECT_HAS(refusal({"timeot", {}, {}, {}}), "did you mean 'timeout'?");
  EXPECT_HAS(refusal({"answer", {}, {}, "'x'"}), "nothing is received here");
  EXPECT_HAS(refusal({"short", 1, {}, {}}), "no bytes here");
  stop = s.go_on(stop);
  EXPECT_EQ(stop.description, "close " + peer_text());
  stop = s.next(stop);
  EXPECT_HAS(refusal({"timeout", {}, {}, {}}), "this is no network stop");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, answer");
}

TEST_P(Network, breakpoints_are_about_scripts_hosts_ports_and_bytes) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  std::vector<dap::NetworkBreakpoint> wanted(7);
  for (auto& one : wanted) one.kind = "send";
  wanted[0].script = "http-*";
  wanted[1].port = 80;
  wanted[2].host = "10.0.0.*";
  wanted[3].condition = "bytes:find('nothing')";
  wanted[4].condition = "bytes:find";
  wanted[5].kind = "sent";
  wanted[6].script = "ask*";
  wanted[6].host = "127.*";
  wanted[6].port = kPort;
  wanted[6].condition = "bytes == 'question\\n' and host == '" + address() +
                        "' and port == 8000 and operation == 'send' and timeout == 20000";
  auto answers = set(s, wanted);
  EXPECT_EQ(answers[4].reason, "failed");
  EXPECT_HAS(*answers[5].message, "did you mean 'send'?");
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.hitBreakpointIds, std::vector<int>{*answers[6].id});
  s.resume(stop);
  s.finish();
}

TEST_P(Network, a_log_message_prints_and_goes_on) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  std::vector<dap::NetworkBreakpoint> wanted(2);
  wanted[0].kind = "send";
  wanted[0].logMessage = "{operation} to {peer}: {bytes}";
  wanted[1].kind = "receive";
  wanted[1].hitCondition = "> 5";
  set(s, wanted);
  s.run();
  EXPECT_HAS(s.finish().out, "receive: true, answer");
  EXPECT_EQ(s.client().event<dap::OutputEvent>().output,
            "send to " + peer_text() + ": question\\n\n");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Network, tls_is_seen_in_the_clear) {
  peers::TlsPeer peer(address(), kPort);
  ASSERT_TRUE(peer.ok()) << peer.seen();
  Session s(nmap(), port_scan(fixture("tls")));
  catch_all(s, {"tls", "receive"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.description, "connect to " + peer_text() + " with TLS");
  s.resume(stop);
  ASSERT_TRUE(peer.await("hello\n")) << peer.seen();
  peer.send("welcome\n");
  stop = s.wait_stopped();
  EXPECT_EQ(network(s, stop)["bytes"], "\"welcome\\n\"");
  auto open = sockets(s);
  ASSERT_EQ(open.size(), 1u);
  EXPECT_TRUE(open[0].tls);
  EXPECT_EQ(open[0].sent, 6);
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "welcome");
}

TEST_P(Network, sockets_are_listed_with_what_waits_on_them) {
  peers::TcpPeer peer({expect("question\n"), gate(), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  s.run();
  ASSERT_TRUE(peer.await_at_gate());
  wait_for_receive(s);
  Stop stop = s.pause();
  auto open = sockets(s);
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].peer, peer_text());
  EXPECT_EQ(open[0].script, "ask_once");
  EXPECT_EQ(open[0].sent, 9);
  EXPECT_EQ(open[0].received, 0);
  EXPECT_EQ(open[0].timeout, 20000);
  EXPECT_EQ(open[0].threadId, stop.thread);
  EXPECT_EQ(open[0].waiting, "receive_buf");
  EXPECT_HAS(*open[0].local, "127.");
  peer.open_gate();
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, answer");
}

TEST_P(Network, an_evaluation_cannot_use_a_tapped_function) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  catch_all(s, {"send"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_HAS(s.print_error(stop, "socket:send('x')"), "'send' touches the network");
  EXPECT_HAS(s.print_error(stop, "stdnse.sleep(1)"), "'sleep' touches the network");
  EXPECT_HAS(s.print(stop, "socket"), "→ " + address() + ":8000");
  EXPECT_HAS(s.print(stop, "socket.send"), "builtin function");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, answer");
}

TEST_P(Network, a_client_takes_its_breakpoints_along) {
  peers::TcpPeer peer({expect("question\n"), send("answer\n")}, at(address()));
  Session s(nmap(), asking());
  auto other = s.second_client();
  other->request<dap::SetNetworkBreakpoints>({{{"send", {}, {}, {}, {}, {}, {}}}});
  catch_all(s, {"connect"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_HAS(*stop.description, "connect");
  other->request<dap::Disconnect>({});
  other->await_closed();  // only then are its breakpoints gone
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "receive: true, answer");
}

}  // namespace
}  // namespace conversation
