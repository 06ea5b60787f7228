// The debug console of `nsedbg dap`: Lua and the commands of the prompt, side by side.
#include "dap/adapter.h"
#include "dap/scans.h"

namespace conversation {
namespace {

class AdapterConsole : public Conversation {
 protected:
  static dap::Evaluate::Arguments typed(Adapter& a, const Stop& stop, const std::string& text) {
    dap::Evaluate::Arguments arguments;
    arguments.expression = text;
    arguments.context = "repl";
    arguments.frameId = a.top(stop).id;
    return arguments;
  }
  static std::string shown(Adapter& a, const Stop& stop, const std::string& text) {
    return a.client().request<dap::Evaluate>(typed(a, stop, text)).result;
  }
  Stop stop_in_the_action(Adapter& a) const {
    a.launch(a.scan_of(fixture("counter")).text("stopOnEntry", "action"));
    a.run();
    return a.wait_stopped();
  }
};
ON_BOTH_NMAPS(AdapterConsole);

TEST_P(AdapterConsole, takes_commands_and_expressions) {
  Adapter a(nmap());
  Stop stop = stop_in_the_action(a);
  EXPECT_EQ(shown(a, stop, "1 + 1"), "2");
  EXPECT_HAS(shown(a, stop, "info threads"), "counter");
  EXPECT_HAS(shown(a, stop, "bt"), "action at counter.nse:");
  EXPECT_HAS(shown(a, stop, "`info registry"), "registry = {");
  EXPECT_HAS(a.client().error<dap::Evaluate>(typed(a, stop, "quit")), "the editor's to do here");
  EXPECT_HAS(a.client().error<dap::Evaluate>(typed(a, stop, "`brek x")), "did you mean 'break'?");
}

TEST_P(AdapterConsole, a_command_that_steps_is_a_step_of_the_editors_too) {
  Adapter a(nmap());
  Stop stop = stop_in_the_action(a);
  int line = a.top(stop).line;
  int asked = a.client().post<dap::Evaluate>(typed(a, stop, "next"));
  a.client().event<dap::ContinuedEvent>();
  Stop next = a.wait_stopped();
  EXPECT_GT(a.top(next).line, line);
  EXPECT_HAS(a.client().answer<dap::Evaluate>(asked).result, "for i = 1, 10 do");
  a.resume(next);
  EXPECT_EQ(a.finish(), 0);
}

TEST_P(AdapterConsole, a_variable_goes_before_a_command_of_its_name) {
  Adapter a(nmap());
  Stop stop = stop_in_the_action(a);
  shown(a, stop, "list = {1, 2}");
  EXPECT_EQ(shown(a, stop, "list"), "{1, 2}");
  EXPECT_HAS(shown(a, stop, "`list"), "action = function");
}

// `continue` waits for the next stop: the editor is heard meanwhile, and its breakpoints stay.
TEST_P(AdapterConsole, a_command_that_waits_holds_nothing_up) {
  Adapter a(nmap());
  Stop stop = stop_in_the_action(a);
  a.set_breakpoint(fixture("counter"), fixture_line("counter", "return square"));
  EXPECT_HAS(shown(a, stop,
                   "tbreak counter.nse:" + std::to_string(fixture_line("counter", "local square"))),
             "Temporary breakpoint");
  int going = a.client().post<dap::Evaluate>(typed(a, stop, "continue"));
  stop = a.wait_stopped();
  a.client().await_answer(going);
  EXPECT_EQ(a.top(stop).line, fixture_line("counter", "local square"));
  int waiting = a.client().post<dap::Evaluate>(typed(a, stop, "`continue"));
  stop = a.wait_stopped();
  EXPECT_EQ(a.top(stop).line, fixture_line("counter", "return square"));
  EXPECT_HAS(a.client().answer<dap::Evaluate>(waiting).result, "return square");
}

constexpr const char* kEscape = "\033[";

TEST_P(AdapterConsole, colours_are_for_those_who_announce_them) {
  Adapter a(nmap());
  a.hello.supportsANSIStyling = true;
  EXPECT_EQ(a.initialize().supportsANSIStyling, true);
  Stop stop = stop_in_the_action(a);
  EXPECT_EQ(shown(a, stop, "'text'"), "\033[32m\"text\"\033[0m");
  EXPECT_HAS(shown(a, stop, "{1, true}"), "\033[35mtrue\033[0m");
  EXPECT_EQ(shown(a, stop, "table.concat"), "builtin function table.concat");
  EXPECT_HAS(shown(a, stop, "`list"), "\033[34mlocal\033[0m seen, sum");
  // Where DAP has no styles: errors, and values that are not the console's.
  EXPECT_EQ(a.client().error<dap::Evaluate>(typed(a, stop, "`brek x")).find(kEscape),
            std::string::npos);
  dap::Evaluate::Arguments watch = typed(a, stop, "'text'");
  watch.context = "watch";
  EXPECT_EQ(a.client().request<dap::Evaluate>(watch).result, "\"text\"");
}

TEST_P(AdapterConsole, others_never_see_an_escape_sequence) {
  Adapter a(nmap());
  EXPECT_FALSE(a.initialize().supportsANSIStyling);
  Stop stop = stop_in_the_action(a);
  shown(a, stop, "`set color always");
  for (const char* text : {"'text'", "{1, true}", "`list", "`bt", "`info threads"})
    EXPECT_EQ(shown(a, stop, text).find(kEscape), std::string::npos) << text;
}

}  // namespace
}  // namespace conversation
