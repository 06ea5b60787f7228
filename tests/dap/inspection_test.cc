// Looking at a stopped scan: threads, stack, scopes and variables, in pages.
#include "dap/scans.h"

namespace conversation {
namespace {

class Inspection : public Conversation {
 protected:
  // Deep in values.nse, all of its locals set.
  Stop stop_at_values(Session& s) const {
    s.set_breakpoint("values.nse", fixture_line("values", "return integer"));
    s.run();
    Stop stop = s.wait_stopped();
    s.set_breakpoints("values.nse", {});
    return stop;
  }
  dap::Variable local(Session& s, const Stop& stop, const std::string& name) const {
    for (const dap::Variable& one : s.children(s.scope(s.frame(stop), "Locals").variablesReference))
      if (one.name == name) return one;
    ADD_FAILURE() << "there is no local " << name;
    return {};
  }
};
ON_BOTH_NMAPS(Inspection);

TEST_P(Inspection, threads_are_the_engine_and_the_scripts) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  auto threads = s.threads();
  ASSERT_EQ(threads.size(), 2u);
  EXPECT_EQ(threads[0].name, "NSE engine");
  EXPECT_EQ(threads[1].id, stop.thread);
  EXPECT_EQ(threads[1].name, "values");
  EXPECT_EQ(threads[1].nseState, "stopped");
  EXPECT_EQ(threads[1].nsePhase, "action");
}

TEST_P(Inspection, the_stack_comes_in_pages) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  auto all = s.client().request<dap::StackTrace>({stop.thread, {}, {}});
  const int total = *all.totalFrames;
  EXPECT_GT(total, 31);
  EXPECT_EQ(all.stackFrames.size(), static_cast<size_t>(total));
  EXPECT_EQ(all.stackFrames[31].name, "action");

  auto page = s.client().request<dap::StackTrace>({stop.thread, 10, 5});
  EXPECT_EQ(page.totalFrames, total);
  ASSERT_EQ(page.stackFrames.size(), 5u);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(page.stackFrames[i].id, all.stackFrames[10 + i].id);
  EXPECT_EQ(s.locals(page.stackFrames[0].id).at("level"), "10");

  auto last = s.client().request<dap::StackTrace>({stop.thread, total - 2, 20});
  EXPECT_EQ(last.stackFrames.size(), 2u);
  EXPECT_TRUE(s.client().request<dap::StackTrace>({stop.thread, total, 20}).stackFrames.empty());
  EXPECT_HAS(s.client().error<dap::StackTrace>({12345, {}, {}}), "there is no thread 12345");
}

TEST_P(Inspection, frames_have_the_scopes_of_a_script) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  std::vector<std::string> names;
  for (const dap::Scope& scope : s.client().request<dap::Scopes>({s.frame(stop)}).scopes)
    names.push_back(scope.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Locals", "Varargs", "Upvalues", "Script environment",
                                             "NSE", "Globals"}));
  auto varargs = s.children(s.scope(s.frame(stop), "Varargs").variablesReference);
  ASSERT_EQ(varargs.size(), 2u);
  EXPECT_EQ(varargs[1].value, "\"second\"");
}

TEST_P(Inspection, locals_show_type_and_value) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  auto locals = s.locals(s.frame(stop));
  EXPECT_EQ(locals["integer"], "42");
  EXPECT_EQ(locals["float"], "1.5");
  EXPECT_EQ(locals["truth"], "true");
  EXPECT_EQ(locals["nothing"], "nil");
  EXPECT_EQ(locals["text"], "\"plain\"");
  EXPECT_EQ(locals["list"], "{10, 20, 30}");
  EXPECT_EQ(local(s, stop, "integer").type, "integer");
  EXPECT_EQ(local(s, stop, "float").type, "float");
  EXPECT_HAS(locals["bytes"], "a\\0b\\255\\n");
}

TEST_P(Inspection, looking_never_runs_a_metamethod) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  dap::Variable object = local(s, stop, "object");
  auto inside = s.children(object.variablesReference);
  ASSERT_EQ(inside.size(), 1u);
  EXPECT_EQ(inside[0].name, "[metatable]");
  EXPECT_EQ(s.print(stop, "object.field", "hover"), "nil");
  s.resume(stop);
  EXPECT_HAS(s.finish().out, "result 42");
}

TEST_P(Inspection, a_cycle_opens_as_deep_as_one_likes) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  dap::Variable at = local(s, stop, "self");
  for (int i = 0; i < 5; ++i) {
    auto inside = s.children(at.variablesReference);
    ASSERT_EQ(inside.size(), 1u);
    EXPECT_EQ(inside[0].name, "self");
    at = inside[0];
  }
}

TEST_P(Inspection, long_tables_come_in_pages) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  dap::Variable many = local(s, stop, "many");
  EXPECT_EQ(many.indexedVariables, 2500);
  dap::Variables::Arguments page;
  page.variablesReference = many.variablesReference;
  page.filter = "indexed";
  page.start = 1000;
  page.count = 3;
  auto found = s.client().request<dap::Variables>(page).variables;
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].name, "[1001]");
  EXPECT_EQ(found[2].value, "1003");
  EXPECT_EQ(found[0].evaluateName, "many[1001]");
  page.start = 2499;
  page.count = 100;
  EXPECT_EQ(s.client().request<dap::Variables>(page).variables.size(), 1u);
  // Without a page: not everything at once, and said so.
  auto first = s.children(many.variablesReference);
  ASSERT_EQ(first.size(), 101u);
  EXPECT_EQ(first.back().name, "…");
  EXPECT_EQ(first.back().value, "2,400 more");
  auto second = s.children(first.back().variablesReference);
  ASSERT_EQ(second.size(), 101u);
  EXPECT_EQ(second.front().name, "[101]");
  EXPECT_EQ(second.back().value, "2,300 more");
}

TEST_P(Inspection, numbers_are_hexadecimal_in_variables_and_answers_to_changes) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  const int locals = s.scope(s.frame(stop), "Locals").variablesReference;
  dap::ValueFormat hex;
  hex.hex = true;
  dap::Variables::Arguments arguments;
  arguments.variablesReference = locals;
  arguments.format = hex;
  std::map<std::string, std::string> shown;
  for (const dap::Variable& one : s.client().request<dap::Variables>(arguments).variables)
    shown[one.name] = one.value;
  EXPECT_EQ(shown["integer"], "0x2a");
  EXPECT_EQ(shown["list"], "{0xa, 0x14, 0x1e}");
  EXPECT_EQ(s.client().request<dap::SetVariable>({locals, "integer", "43", hex}).value, "0x2b");
  EXPECT_EQ(s.client().request<dap::SetExpression>({"list[1]", "11", s.frame(stop), hex}).value,
            "0xb");
}

TEST_P(Inspection, names_and_numbers_of_a_table_are_told_apart) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  dap::Variable record = local(s, stop, "record");
  EXPECT_EQ(record.indexedVariables, 1);
  EXPECT_EQ(record.namedVariables, 2);
  dap::Variables::Arguments named;
  named.variablesReference = record.variablesReference;
  named.filter = "named";
  auto found = s.client().request<dap::Variables>(named).variables;
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].name, "name");
  EXPECT_EQ(found[1].evaluateName, "record[\"two words\"]");
}

TEST_P(Inspection, every_evaluateName_evaluates) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  const int frame = s.frame(stop);
  int tried = 0;
  for (const dap::Scope& scope : s.client().request<dap::Scopes>({frame}).scopes) {
    if (scope.expensive) continue;
    for (const dap::Variable& one : s.children(scope.variablesReference)) {
      if (!one.evaluateName || one.type == "function") continue;  // a list knows their names
      EXPECT_EQ(s.evaluate(frame, *one.evaluateName, "watch").result, one.value) << one.name;
      ++tried;
    }
  }
  EXPECT_GT(tried, 20);
}

TEST_P(Inspection, numbers_in_hexadecimal_on_request) {
  Session s(nmap(), scan_with("values"));
  Stop stop = stop_at_values(s);
  dap::Evaluate::Arguments arguments;
  arguments.expression = "integer";
  arguments.frameId = s.frame(stop);
  arguments.format.emplace().hex = true;
  EXPECT_EQ(s.client().request<dap::Evaluate>(arguments).result, "0x2a");
}

TEST_P(Inspection, references_die_with_the_resume) {
  Session s(nmap(), scan_with("counter"));
  s.set_breakpoint("counter.nse", fixture_line("counter", "local square"));
  s.run();
  Stop stop = s.wait_stopped();
  const int frame = s.frame(stop);
  const int reference = s.scope(frame, "Locals").variablesReference;
  s.go_on(stop);
  std::string old_frame = "frame " + std::to_string(frame) + " is from before the last resume";
  EXPECT_HAS(s.client().error<dap::Scopes>({frame}), old_frame);
  dap::Evaluate::Arguments evaluate;
  evaluate.expression = "i";
  evaluate.frameId = frame;
  EXPECT_HAS(s.client().error<dap::Evaluate>(evaluate), old_frame);
  dap::Variables::Arguments variables;
  variables.variablesReference = reference;
  EXPECT_HAS(s.client().error<dap::Variables>(variables), "before the last resume");
}

TEST_P(Inspection, is_refused_while_the_scan_runs) {
  peers::TcpPeer peer({peers::expect("\n"), peers::gate(), peers::send("answer\n")}, at(address()));
  Session s(nmap(), port_scan(fixture("echo")));
  s.run();
  ASSERT_TRUE(peer.await_at_gate());
  EXPECT_EQ(s.client().error<dap::StackTrace>({2, {}, {}}),
            "stackTrace: the scan is running; pause it first");
  EXPECT_HAS(s.client().error<dap::Next>({2, {}, {}, {}}), "the scan is running already");
  EXPECT_HAS(s.client().error<dap::Continue>({2, {}}), "the scan is running already");
  EXPECT_EQ(s.threads().size(), 2u);
  peer.open_gate();
  peer.open_gate();
  EXPECT_EQ(s.finish().status, 0);
}

}  // namespace
}  // namespace conversation
