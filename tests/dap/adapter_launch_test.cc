// `nsedbg dap`: from launch to the end of the scan, as editors go through it.
#include "dap/adapter.h"
#include "dap/scans.h"

namespace conversation {
namespace {

class AdapterLaunch : public Conversation {};
ON_BOTH_NMAPS(AdapterLaunch);

TEST_P(AdapterLaunch, a_script_is_debugged_from_launch_to_its_end) {
  peers::TcpPeer peer({peers::expect("\n"), peers::send("answer\n")}, at(address()));
  Adapter a(nmap());
  a.launch(a.scan_of(fixture("echo")).text("ports", "8000"));
  EXPECT_EQ(a.client().event<dap::ProcessEvent>().startMethod, "launch");
  int line = fixture_line("echo", "socket:connect");
  EXPECT_FALSE(a.set_breakpoint(fixture("echo"), line).verified);  // nothing is loaded yet
  a.run();

  Stop stop = a.wait_stopped();
  EXPECT_EQ(stop.reason, "breakpoint");
  EXPECT_EQ(a.top(stop).line, line);
  EXPECT_EQ(a.print(stop, "question .. port.number"), "\"one8000\"");
  stop = a.next(stop);  // over the network
  EXPECT_EQ(a.top(stop).line, line + 1);
  EXPECT_EQ(a.print(stop, "connected"), "true");

  dap::SetBreakpoints::Arguments none;
  none.source.path = fixture("echo");
  none.breakpoints.emplace();
  a.client().request<dap::SetBreakpoints>(none);
  a.resume(stop);
  EXPECT_EQ(a.finish(), 0);
  EXPECT_HAS(a.output("stdout"), "answer");
  a.client().request<dap::Disconnect>();
  a.client().await_closed();
  EXPECT_EQ(a.exit_status(), 0);
  EXPECT_EQ(a.errors(), "");
  EXPECT_TRUE(a.sandbox().run_leftovers().empty());
}

TEST_P(AdapterLaunch, initialize_is_answered_without_an_nmap) {
  Adapter a(nmap());
  dap::Capabilities capabilities = a.initialize();
  EXPECT_EQ(capabilities.supportsConfigurationDoneRequest, true);
  EXPECT_EQ(capabilities.supportsRestartRequest, true);
  EXPECT_EQ(capabilities.exceptionBreakpointFilters->at(0).filter, "uncaught");
  EXPECT_EQ(a.client().error<dap::Initialize>(a.hello), "initialize was sent already");
}

TEST_P(AdapterLaunch, stopOnEntry_stops_in_the_action) {
  Adapter a(nmap());
  a.launch(a.scan_of(fixture("counter")).text("stopOnEntry", "action"));
  a.run();
  Stop stop = a.wait_stopped();
  EXPECT_EQ(a.top(stop).name, "action");
  a.resume(stop);
  EXPECT_EQ(a.finish(), 0);
  EXPECT_HAS(a.output("stdout"), "counter: sum 385");
}

TEST_P(AdapterLaunch, a_whole_command_line_in_a_directory_with_an_environment) {
  Adapter a(nmap());
  std::string folder = a.sandbox().make_directory("here");
  Attributes attributes;
  attributes
      .json("args", "[\"-n\",\"-sn\",\"-Pn\",\"--script\",\"" + fixture("counter") +
                        "\",\"-oN\",\"report\",\"" + address() + "\"]")
      .text("nmapPath", nmap().path)
      .text("cwd", folder)
      .json("env", "{\"NMAP_ARGS\":\"-d1\"}");
  a.launch(attributes);
  a.run();
  EXPECT_EQ(a.finish(), 0);
  EXPECT_HAS(a.sandbox().read("here/report"), "counter: sum 385");
  EXPECT_HAS(a.output("stdout"), "NSE: Loaded 1 scripts");  // -d1
}

TEST_P(AdapterLaunch, scriptArgs_reach_the_script) {
  Adapter a(nmap());
  a.launch(a.scan_of(fixture("counter"))
               .text("stopOnEntry", "action")
               .json("scriptArgs", R"({"a.b":"x, \"y\"","list":[1,"two words"]})"));
  a.run();
  Stop stop = a.wait_stopped();
  EXPECT_EQ(a.print(stop, "nmap.registry.args['a.b']"), R"("x, \"y\"")");
  EXPECT_EQ(a.print(stop, "nmap.registry.args.list[2]"), "\"two words\"");
}

TEST_P(AdapterLaunch, wrong_attributes_are_named_and_the_client_may_try_again) {
  Adapter a(nmap());
  EXPECT_EQ(a.launch_error(a.scan_of("x").text("stopOnEnrty", "none")),
            "launch: there is no attribute 'stopOnEnrty'\n  did you mean 'stopOnEntry'?");
  EXPECT_EQ(a.launch_error(a.scan_of("x").json("ports", "true")),
            "launch: ports: expected a string such as \"80,443\", or a number");
  EXPECT_HAS(a.launch_error(a.scan_of("x").text("console", "integratedTerminal")),
             "this editor does not offer a terminal");
  a.launch(a.scan_of(fixture("counter")));
  a.run();
  EXPECT_EQ(a.finish(), 0);
}

TEST_P(AdapterLaunch, what_nsedbg_would_say_at_the_prompt_is_the_error) {
  Adapter a(nmap());
  EXPECT_HAS(a.launch_error(a.scan_of("http-methds")),
             "no script named 'http-methds'; did you mean 'http-methods'?");
  a.client().event<dap::TerminatedEvent>();
  EXPECT_FALSE(a.client().seen<dap::ExitedEvent>());
  EXPECT_EQ(a.client().error<dap::Threads>(), "threads: the scan is over");
}

TEST_P(AdapterLaunch, an_nmap_that_ends_at_once_is_told_with_its_words) {
  Adapter a(nmap());
  Attributes attributes;
  attributes.json("args", "[\"--no-such-option\"]").text("nmapPath", nmap().path);
  EXPECT_HAS(a.launch_error(attributes), "nmap ended before it started its script engine (exit");
  EXPECT_NE(a.finish(), 0);
  EXPECT_HAS(a.output("stderr"), "no-such-option");
}

TEST_P(AdapterLaunch, debug_lines_lead_to_their_script) {
  peers::HttpPeer peer(address(), kPort);
  Adapter a(nmap());
  Attributes debug;
  debug
      .json("args", "[\"-n\",\"-Pn\",\"-d2\",\"-p\",\"8000\",\"--script\",\"http-methods\",\"" +
                        address() + "\"]")
      .text("nmapPath", nmap().path);
  a.launch(debug);
  a.run();
  auto event = a.client().event<dap::OutputEvent>(
      [](const dap::OutputEvent& one) { return one.source.has_value(); });
  EXPECT_HAS(event.output, "NSE: [http-methods ");
  EXPECT_EQ(event.source->name, "http-methods.nse");
  EXPECT_EQ(a.finish(), 0);
}

TEST_P(AdapterLaunch, what_a_script_makes_nmap_print_has_its_line) {
  Adapter a(nmap());
  Attributes debug;
  debug.json("args", "[\"-n\",\"-sn\",\"-Pn\",\"-d1\",\"--script\",\"" + fixture("dying") +
                         "\",\"" + address() + "\"]");
  a.launch(debug.text("nmapPath", nmap().path));
  a.client().request<dap::SetExceptionBreakpoints>({{}, {}});
  a.run();
  for (const char* text : {"one is dead", "two", "lines"}) {
    auto event = a.client().event<dap::OutputEvent>(
        [&](const dap::OutputEvent& one) { return one.output.find(text) != std::string::npos; });
    ASSERT_TRUE(event.line) << event.output;
    EXPECT_EQ(event.line, fixture_line("dying", text == std::string("lines") ? "two" : text));
    EXPECT_EQ(event.source->name, "dying.nse");
  }
  EXPECT_EQ(a.finish(), 0);
}

TEST_P(AdapterLaunch, breakpoints_may_come_before_launch) {
  Adapter a(nmap());
  a.initialize();
  dap::SetBreakpoints::Arguments early;
  early.source.path = fixture("counter");
  early.breakpoints.emplace().emplace_back().line = fixture_line("counter", "local square");
  int seq = a.client().post<dap::SetBreakpoints>(early);
  EXPECT_EQ(a.client().error<dap::Threads>(), "threads: send launch or attach first");
  a.launch(a.scan_of(fixture("counter")));
  EXPECT_EQ(a.client().answer<dap::SetBreakpoints>(seq).breakpoints.size(), 1u);
  a.run();
  EXPECT_EQ(a.wait_stopped().reason, "breakpoint");
}

TEST_P(AdapterLaunch, without_debugging_nothing_stops) {
  Adapter a(nmap());
  a.launch(a.scan_of(fixture("counter")).json("noDebug", "true").text("stopOnEntry", "action"));
  dap::Breakpoint breakpoint =
      a.set_breakpoint(fixture("counter"), fixture_line("counter", "local square"));
  EXPECT_FALSE(breakpoint.verified);
  EXPECT_EQ(breakpoint.message, "the scan was started without debugging");
  a.run();
  EXPECT_EQ(a.finish(), 0);
  EXPECT_FALSE(a.client().seen<dap::StoppedEvent>());
}

TEST_P(AdapterLaunch, paths_are_mapped_both_ways) {
  Adapter a(nmap());
  a.launch(a.scan_of(fixture("counter"))
               .json("pathMappings",
                     "[{\"localRoot\":\"/elsewhere\",\"remoteRoot\":\"" +
                         fixture("counter").substr(0, fixture("counter").rfind('/')) + "\"}]"));
  a.set_breakpoint("/elsewhere/counter.nse", fixture_line("counter", "local square"));
  a.run();
  Stop stop = a.wait_stopped();
  EXPECT_EQ(a.top(stop).source->path, "/elsewhere/counter.nse");
}

TEST_P(AdapterLaunch, logFile_has_every_message_from_the_first) {
  Adapter a(nmap());
  std::string log = a.sandbox().path("log.jsonl");
  a.launch(a.scan_of(fixture("counter")).text("logFile", log));
  a.run();
  a.finish();
  std::string text = a.sandbox().read("log.jsonl");
  EXPECT_HAS(text, "\"command\":\"initialize\"");
  EXPECT_HAS(text, "\"event\":\"terminated\"");
}

// The client's terminal is a process of this test's.
TEST_P(AdapterLaunch, nmap_runs_in_the_clients_terminal) {
  Adapter a(nmap());
  a.hello.supportsRunInTerminalRequest = true;
  a.initialize();
  int seq = a.client().post_json(
      "launch", a.scan_of(fixture("counter")).text("console", "integratedTerminal").object());
  pid_t pid = 0;
  auto asked = a.client().asked<dap::RunInTerminal>([&](const dap::RunInTerminal::Arguments& in) {
    pid = a.run_as_terminal(in);
    dap::RunInTerminal::Response answer;
    answer.processId = static_cast<int>(pid);
    return answer;
  });
  EXPECT_EQ(asked.args.at(0), nmap().path);
  a.client().await_answer(seq);
  a.client().event<dap::InitializedEvent>();
  a.run();
  EXPECT_EQ(a.finish(), 0);
  EXPECT_EQ(a.client().event<dap::ProcessEvent>().systemProcessId, pid);
  EXPECT_EQ(a.output("stdout"), "");
  EXPECT_HAS(a.sandbox().read("terminal"), "counter: sum 385");
}

}  // namespace
}  // namespace conversation
