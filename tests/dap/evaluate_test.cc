// Expressions at a stop: in every context, changing things, refused, interrupted, completed.
#include "dap/scans.h"

namespace conversation {
namespace {

class Expressions : public Conversation {
 protected:
  Stop stop_at_sum(Session& s) const {
    s.set_breakpoint("counter.nse", fixture_line("counter", "return \"sum"));
    s.run();
    return s.wait_stopped();
  }
};
ON_BOTH_NMAPS(Expressions);

TEST_P(Expressions, show_values_in_every_context) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_at_sum(s);
  for (const char* context : {"repl", "watch", "hover", "clipboard", "variables"})
    EXPECT_EQ(s.print(stop, "sum", context), "385") << context;
  auto response = s.evaluate(s.frame(stop), "seen");
  EXPECT_EQ(response.type, "table");
  EXPECT_EQ(response.indexedVariables, 10);
  EXPECT_EQ(s.children(response.variablesReference)[9].value, "100");
}

TEST_P(Expressions, are_copied_in_full) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_at_sum(s);
  std::string full = s.print(stop, "('x'):rep(100000)", "clipboard");
  EXPECT_EQ(full.size(), 100002u);
  EXPECT_LT(s.print(stop, "('x'):rep(100000)", "watch").size(), 10000u);
}

TEST_P(Expressions, in_a_hover_have_no_side_effects) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_at_sum(s);
  EXPECT_HAS(s.print_error(stop, "visit(1, seen)", "hover"),
             "hovering shows names and fields only");
  EXPECT_HAS(s.print_error(stop, "sum = 1", "hover"), "hovering shows names and fields only");
  EXPECT_EQ(s.print(stop, "seen[10]", "hover"), "100");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "sum 385");
}

TEST_P(Expressions, without_a_frame_see_the_globals) {
  Session s(nmap(), scan_with("counter"));
  stop_at_sum(s);
  dap::Evaluate::Arguments arguments;
  arguments.expression = "_VERSION";
  EXPECT_EQ(s.client().request<dap::Evaluate>(arguments).result, "\"Lua " + nmap().lua + "\"");
}

TEST_P(Expressions, that_fail_say_why) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_at_sum(s);
  EXPECT_HAS(s.print_error(stop, "sum +"), "unexpected symbol near <eof>");
  EXPECT_HAS(s.print_error(stop, "sum.field.more"), "sum");
  EXPECT_HAS(s.print_error(stop, "error('on purpose')"), "on purpose");
  EXPECT_EQ(s.print(stop, "undeclared_name"), "nil");  // strict.lua would raise
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "sum 385");
}

// --- changing ----------------------------------------------------------------------------------

TEST_P(Expressions, setVariable_changes_the_output_of_the_scan) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_at_sum(s);
  dap::SetVariable::Arguments arguments;
  arguments.variablesReference = s.scope(s.frame(stop), "Locals").variablesReference;
  arguments.name = "sum";
  arguments.value = "sum * 2 + #seen";
  EXPECT_EQ(s.client().request<dap::SetVariable>(arguments).value, "780");
  arguments.value = "1 +";
  EXPECT_HAS(s.client().error<dap::SetVariable>(arguments), "unexpected symbol");
  arguments.name = "absent";
  arguments.value = "1";
  EXPECT_HAS(s.client().error<dap::SetVariable>(arguments), "there is no 'absent'");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "counter: sum 780");
}

TEST_P(Expressions, setExpression_changes_the_output_of_the_scan) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_at_sum(s);
  dap::SetExpression::Arguments arguments;
  arguments.expression = "sum";
  arguments.value = "'of all: ' .. sum";
  arguments.frameId = s.frame(stop);
  auto changed = s.client().request<dap::SetExpression>(arguments);
  EXPECT_EQ(changed.value, "\"of all: 385\"");
  EXPECT_EQ(changed.type, "string");
  arguments.expression = "seen[1]";
  arguments.value = "{deep = true}";
  EXPECT_EQ(s.client().request<dap::SetExpression>(arguments).value, "{deep = true}");
  EXPECT_EQ(s.print(stop, "seen[1].deep"), "true");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "counter: sum of all: 385");
}

TEST_P(Expressions, that_change_something_tell_the_other_clients) {
  Session s(nmap(), scan_with("counter"));
  auto other = s.second_client();
  Stop stop = stop_at_sum(s);
  s.evaluate(s.frame(stop), "sum = 0");
  dap::SetExpression::Arguments arguments;
  arguments.expression = "sum";
  arguments.value = "1";
  arguments.frameId = s.frame(stop);
  s.client().request<dap::SetExpression>(arguments);
  auto event = other->event<dap::InvalidatedEvent>();
  EXPECT_EQ(event.areas, std::vector<std::string>{"variables"});
}

// --- what is refused ---------------------------------------------------------------------------

TEST_P(Expressions, that_touch_a_socket_are_refused_and_the_scan_stays_right) {
  peers::TcpPeer peer({peers::expect("\n"), peers::send("answer\n")}, at(address()));
  Session s(nmap(), port_scan(fixture("echo")));
  s.set_breakpoint("echo.nse", fixture_line("echo", "socket:send"));
  s.run();
  Stop stop = s.wait_stopped();
  s.set_breakpoints("echo.nse", {});
  for (const char* touching :
       {"socket:close()", "socket:send('x\\n')", "socket:receive_lines(1)", "nmap.new_socket()",
        "require('stdnse').sleep(1)", "require('comm').get_banner(host, port)",
        "coroutine.wrap(function() socket:close() end)()"})
    EXPECT_HAS(s.print_error(stop, touching), "touches the network") << touching;
  EXPECT_HAS(s.print_error(stop, "require('http').get(host, port, '/')"),
             "a mutex or a condition variable of nmap belongs to a script thread");
  EXPECT_HAS(s.print(stop, "pcall(socket.close, socket)"), "false, \"'close' touches the network");
  EXPECT_HAS(s.print(stop, "socket"), address() + ":8000");  // looking is no touching
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "answer");
  EXPECT_EQ(peer.received(), "one\ntwo\n");
}

TEST_P(Expressions, cannot_yield) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_at_sum(s);
  EXPECT_HAS(s.print_error(stop, "coroutine.yield(1)"), "cannot wait or yield");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "sum 385");
}

// --- what takes too long -----------------------------------------------------------------------

dap::Evaluate::Arguments evaluation(int frame, const std::string& expression) {
  dap::Evaluate::Arguments arguments;
  arguments.expression = expression;
  arguments.frameId = frame;
  return arguments;
}

TEST_P(Expressions, that_loop_are_interrupted_by_cancel) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_at_sum(s);
  const int frame = s.frame(stop);
  for (const char* endless :
       {"while true do end", "(function() while true do pcall(error) end end)()",
        "coroutine.wrap(function() while true do end end)()"}) {
    int request = s.client().post<dap::Evaluate>(evaluation(frame, endless));
    dap::Cancel::Arguments cancel;
    cancel.requestId = request;
    s.client().request<dap::Cancel>(cancel);
    std::string error = s.client().error_of(request);
    EXPECT_TRUE(error == "interrupted" || error == "cancelled") << error;
  }
  EXPECT_EQ(s.print(stop, "sum"), "385");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "sum 385");
}

TEST_P(Expressions, that_wait_in_the_queue_are_cancelled) {
  Session s(nmap(), scan_with("counter"));
  const int frame = s.frame(stop_at_sum(s));
  int first = s.client().post<dap::Evaluate>(evaluation(frame, "while true do end"));
  int second = s.client().post<dap::Evaluate>(evaluation(frame, "1 + 1"));
  dap::Cancel::Arguments cancel;
  cancel.requestId = second;
  s.client().request<dap::Cancel>(cancel);
  EXPECT_EQ(s.client().error_of(second), "cancelled");
  cancel.requestId = first;
  s.client().request<dap::Cancel>(cancel);
  // Unless the main thread had not even begun with it.
  std::string why = s.client().error_of(first);
  EXPECT_TRUE(why == "interrupted" || why == "cancelled") << why;
}

// Of one client, so that no other has to wait behind them, and nmap's memory is not theirs.
TEST_P(Expressions, that_are_too_many_are_refused) {
  Session s(nmap(), scan_with("counter"));
  const int frame = s.frame(stop_at_sum(s));
  int first = s.client().post<dap::Evaluate>(evaluation(frame, "while true do end"));
  const dap::Evaluate::Arguments after = evaluation(frame, "1 + 1");
  std::vector<int> others;
  for (int i = 0; i < 1002; ++i) others.push_back(s.client().post<dap::Evaluate>(after));
  EXPECT_HAS(s.client().error_of(others.back()), "too many of your requests wait already");
  auto another = s.connect();
  dap::Initialize::Arguments hello;
  hello.adapterID = "nsedbg";
  another->request<dap::Initialize>(hello);
  int theirs = another->post<dap::Evaluate>(after);
  dap::Cancel::Arguments cancel;
  cancel.requestId = first;
  s.client().request<dap::Cancel>(cancel);
  (void)s.client().error_of(first);
  EXPECT_EQ(s.client().answer<dap::Evaluate>(others.front()).result, "2");
  EXPECT_EQ(another->answer<dap::Evaluate>(theirs).result, "2");
  s.client().await_all_answers();
}

TEST_P(Expressions, cancel_of_what_is_over_does_nothing) {
  Session s(nmap(), scan_with("counter"));
  Stop stop = stop_at_sum(s);
  dap::Cancel::Arguments cancel;
  cancel.requestId = 1;
  s.client().request<dap::Cancel>(cancel);
  s.client().request<dap::Cancel>({});
  EXPECT_EQ(s.print(stop, "sum + 1"), "386");
}

// --- completions -------------------------------------------------------------------------------

std::set<std::string> completions(Session& s, const Stop& stop, const std::string& text) {
  dap::Completions::Arguments arguments;
  arguments.frameId = s.frame(stop);
  arguments.text = text;
  arguments.column = static_cast<int>(text.size()) + 1;
  std::set<std::string> labels;
  for (const dap::CompletionItem& item : s.client().request<dap::Completions>(arguments).targets)
    labels.insert(item.label);
  return labels;
}

TEST_P(Expressions, are_completed) {
  Session s(nmap(), scan_with("values"));
  s.set_breakpoint("values.nse", fixture_line("values", "return integer"));
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(completions(s, stop, "inte"), std::set<std::string>{"integer"});
  EXPECT_EQ(completions(s, stop, "1 + out"), std::set<std::string>{"outside"});
  EXPECT_TRUE(completions(s, stop, "record.").count("name"));
  EXPECT_TRUE(completions(s, stop, "socket:rec").count("receive_lines"));
  EXPECT_TRUE(completions(s, stop, "NSE.SCR").count("SCRIPT_NAME"));
  EXPECT_TRUE(completions(s, stop, "object.").empty());
  EXPECT_TRUE(completions(s, stop, "\"inte").empty());
}

}  // namespace
}  // namespace conversation
