// What no decent client sends: every request gets its error, every stream its end, and the scan and
// the other clients notice nothing.
#include "dap/scans.h"

namespace conversation {
namespace {

class Protocol : public Conversation {
 protected:
  // The first client is served as if nothing had happened.
  void expect_healthy(Session& s) const {
    EXPECT_EQ(s.threads().size(), 1u);
    s.run();
    EXPECT_HAS(s.finish().out, "counter: sum 385");
  }
};
ON_BOTH_NMAPS(Protocol);

TEST_P(Protocol, unknown_requests_are_refused_with_a_hint) {
  Session s(nmap(), scan_with("counter"));
  EXPECT_EQ(s.client().bad_request("setBreakpoint", "{}"),
            "nsedbg does not know the request 'setBreakpoint'; did you mean 'setBreakpoints'?");
  EXPECT_EQ(s.client().bad_request("disassemble", "{}"),
            "nsedbg does not know the request 'disassemble'");
  EXPECT_EQ(s.client().bad_request("", "{}"), "nsedbg does not know the request ''");
  expect_healthy(s);
}

TEST_P(Protocol, wrong_arguments_are_named) {
  Session s(nmap(), scan_with("counter"));
  Connection& client = s.client();
  EXPECT_EQ(client.bad_request("setBreakpoints",
                               "{\"source\":{\"path\":\"a\"},\"breakpoints\":"
                               "[{\"line\":1},{\"line\":\"2\"}]}"),
            "setBreakpoints: bad arguments: breakpoints[1].line: expected an integer");
  EXPECT_EQ(client.bad_request("setBreakpoints", "{}"),
            "setBreakpoints: bad arguments: source: is missing");
  EXPECT_EQ(client.bad_request("setBreakpoints", "{\"source\":{}}"),
            "source: needs a path or a name");
  EXPECT_EQ(client.bad_request("setFunctionBreakpoints", "{\"breakpoints\":7}"),
            "setFunctionBreakpoints: bad arguments: breakpoints: expected an array");
  EXPECT_EQ(client.bad_request("continue", "[]"), "continue: bad arguments: expected an object");
  EXPECT_EQ(client.bad_request("next", "{\"threadId\":1e99}"),
            "next: bad arguments: threadId: expected an integer");
  EXPECT_EQ(client.bad_request("attach", "{\"stopOnEntry\":\"never\"}"),
            "stopOnEntry: expected none, rule or action, got 'never'");
  expect_healthy(s);
}

TEST_P(Protocol, wrong_arguments_are_named_while_stopped_too) {
  Session s(nmap(), scan_with("counter"));
  s.set_functions({"counter:action"});
  s.run();
  Stop stop = s.wait_stopped();
  Connection& client = s.client();
  EXPECT_HAS(client.bad_request("variables", "{\"variablesReference\":987654}"), "987654");
  EXPECT_HAS(client.bad_request("scopes", "{\"frameId\":-1}"), "frame -1");
  EXPECT_HAS(client.bad_request("evaluate", "{\"expression\":\"\"}"), "nothing to evaluate");
  EXPECT_HAS(client.bad_request("evaluate", "{\"expression\":null}"), "expression");
  EXPECT_HAS(client.bad_request("setVariable",
                                "{\"variablesReference\":0,\"name\":\"a\","
                                "\"value\":\"1\"}"),
             "0");
  EXPECT_HAS(client.bad_request("next", "{\"threadId\":4711}"), "there is no thread 4711");
  EXPECT_HAS(client.bad_request("locations", "{\"locationReference\":2147483647}"), "2147483647");
  EXPECT_HAS(client.bad_request("readMemory", "{\"memoryReference\":\"0x10\",\"count\":4}"),
             "there is no memoryReference '0x10'");
  EXPECT_HAS(client.bad_request("dataBreakpointInfo", "{\"name\":\"a\",\"frameId\":77777}"),
             "frame 77777");
  EXPECT_HAS(client.bad_request("terminateThreads", "{\"threadIds\":[2147483647]}"),
             "there is no thread 2147483647");
  EXPECT_EQ(s.print(stop, "1 + 1"), "2");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "sum 385");
}

// As many of everything as an integer holds: what there is comes, and no more is set aside for it.
TEST_P(Protocol, huge_counts_are_no_danger) {
  Session s(nmap(), scan_with("values"));
  s.set_breakpoint("values.nse", fixture_line("values", "return integer"));
  s.run();
  Stop stop = s.wait_stopped();
  constexpr int kMost = 2147483647;
  EXPECT_LT(s.client().request<dap::StackTrace>({stop.thread, 0, kMost}).stackFrames.size(), 100u);
  EXPECT_TRUE(s.client().request<dap::StackTrace>({stop.thread, kMost, kMost}).stackFrames.empty());
  dap::Variables::Arguments page;
  page.variablesReference = s.evaluate(s.frame(stop), "many").variablesReference;
  page.count = kMost;
  EXPECT_EQ(s.client().request<dap::Variables>(page).variables.size(), 2500u);
  page.start = kMost;
  EXPECT_TRUE(s.client().request<dap::Variables>(page).variables.empty());
  page.start = -kMost;
  page.count = -1;
  EXPECT_FALSE(s.client().request<dap::Variables>(page).variables.empty());
  page.variablesReference = s.scope(s.frame(stop), "Locals").variablesReference;
  page.start = page.count = kMost;
  EXPECT_TRUE(s.client().request<dap::Variables>(page).variables.empty());
  EXPECT_TRUE(s.client().request<dap::Modules>({kMost, kMost}).modules.empty());
}

TEST_P(Protocol, a_message_that_is_no_message_gets_an_error) {
  Session s(nmap(), scan_with("counter"));
  for (const char* json : {"{\"seq\":", "[]", "null", "{}", "{\"seq\":1,\"type\":\"question\"}",
                           "{\"seq\":1,\"type\":\"request\"}",
                           "{\"seq\":\"1\",\"type\":\"request\","
                           "\"command\":\"threads\"}",
                           "\"\xff\xfe\""}) {
    auto other = s.connect(false);
    other->send_raw(dap::frame(json));
    EXPECT_HAS(other->next_error(), "malformed message") << json;
  }
  expect_healthy(s);
}

TEST_P(Protocol, deep_nesting_is_no_danger) {
  Session s(nmap(), scan_with("counter"));
  auto other = s.connect(false);
  std::string deep(200000, '[');
  other->send_raw(dap::frame(deep));
  EXPECT_HAS(other->next_error(), "malformed message");
  other->send_raw(
      dap::frame("{\"seq\":1,\"type\":\"request\",\"command\":\"initialize\","
                 "\"arguments\":{\"adapterID\":\"x\",\"extra\":" +
                 std::string(100000, '[') + std::string(100000, ']') + "}}"));
  EXPECT_HAS(other->next_error(), "nested deeper than 100 levels");
  expect_healthy(s);
}

TEST_P(Protocol, a_stream_that_is_not_DAP_is_closed) {
  Session s(nmap(), scan_with("counter"));
  std::string noise;
  for (int i = 0; i < 100000; ++i) noise += static_cast<char>(i * 7919 >> 3);
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), std::string("Content-Length: -1\r\n\r\n"),
        std::string("Content-Length: 99999999999999999999\r\n\r\n"),
        std::string("Content-Length: abc\r\n\r\n{}"), std::string(5000, 'x'), noise,
        std::string("\r\n\r\n"), std::string("Content-Type: x\r\n\r\n{}")}) {
    auto other = s.connect(false);
    other->send_raw_or_closed(bytes);
    other->await_closed();
  }
  expect_healthy(s);
}

TEST_P(Protocol, messages_may_come_in_pieces) {
  Session s(nmap(), scan_with("counter"));
  auto other = s.connect(false);
  std::string message = dap::frame(dap::request_json(1, "initialize", "{\"adapterID\":\"x\"}"));
  for (char byte : message) other->send_raw({&byte, 1});
  other->await("initialize!");
  other->send_raw(dap::frame(dap::request_json(2, "threads", "")) +
                  dap::frame(dap::request_json(3, "attach", "{}")));
  other->await("attach!");
  expect_healthy(s);
}

TEST_P(Protocol, a_half_message_and_the_end_are_no_danger) {
  Session s(nmap(), scan_with("counter"));
  auto other = s.connect(false);
  other->send_raw("Content-Length: 100\r\n\r\n{\"seq\":1");
  other->vanish();
  expect_healthy(s);
}

TEST_P(Protocol, more_clients_than_there_is_room_for_are_sent_away) {
  Session s(nmap(), scan_with("counter"));
  std::vector<std::unique_ptr<Connection>> crowd;
  for (int i = 0; i < 15; ++i) {
    crowd.push_back(s.connect());
    dap::Initialize::Arguments hello;
    hello.adapterID = "crowd";
    crowd.back()->request<dap::Initialize>(hello);
  }
  auto one_too_many = s.connect(false);
  one_too_many->await_closed();
  expect_healthy(s);
}

TEST_P(Protocol, resume_requests_in_one_go_resume_once) {
  Session s(nmap(), scan_with("counter"));
  s.set_breakpoint("counter.nse", fixture_line("counter", "local square"));
  s.run();
  Stop stop = s.wait_stopped();
  dap::Continue::Arguments arguments;
  arguments.threadId = stop.thread;
  dap::StackTrace::Arguments trace;
  trace.threadId = stop.thread;
  // What comes before the resume is answered in any case.
  int before = s.client().post<dap::StackTrace>(trace);
  int go = s.client().post<dap::Continue>(arguments);
  EXPECT_EQ(s.client().answer<dap::StackTrace>(before).stackFrames[0].name, "visit");
  s.client().answer<dap::Continue>(go);
  EXPECT_EQ(s.print(s.wait_stopped(), "i"), "2");
}

}  // namespace
}  // namespace conversation
