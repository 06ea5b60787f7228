// The files that nmap has loaded, their text, and where breakpoints may stand in them.
#include "dap/scans.h"

namespace conversation {
namespace {

class Sources : public Conversation {
 protected:
  Stop stop_in_counter(Session& s) const {
    s.set_functions({"counter:action"});
    s.run();
    return s.wait_stopped();
  }
};
ON_BOTH_NMAPS(Sources);

TEST_P(Sources, are_announced_when_they_are_loaded_and_listed) {
  Session s(nmap(), scan_with("counter"));
  stop_in_counter(s);
  std::set<std::string> announced, listed;
  while (auto event = s.client().seen<dap::LoadedSourceEvent>()) {
    EXPECT_EQ(event->reason, "new");
    EXPECT_TRUE(announced.insert(*event->source.path).second) << *event->source.path;
  }
  for (const dap::Source& source : s.client().request<dap::LoadedSources>().sources)
    listed.insert(*source.path);
  EXPECT_EQ(announced, listed);
  EXPECT_TRUE(listed.count(fixture("counter")));
  EXPECT_TRUE(listed.count(nmap().library("stdnse")));
  EXPECT_TRUE(listed.count(nmap().data_dir + "/nse_main.lua"));
}

TEST_P(Sources, can_be_read_when_nmap_has_loaded_them) {
  Session s(nmap(), scan_with("counter"));
  stop_in_counter(s);
  dap::SourceRequest::Arguments arguments;
  arguments.source.emplace().path = fixture("counter");
  auto response = s.client().request<dap::SourceRequest>(arguments);
  EXPECT_EQ(response.content, support::read_file(fixture("counter")));
  EXPECT_EQ(response.mimeType, "text/x-lua");
  arguments.source->path = "/etc/passwd";  // the socket is no way to read other files
  EXPECT_EQ(s.client().error<dap::SourceRequest>(arguments), "nmap has not loaded '/etc/passwd'");
}

TEST_P(Sources, say_where_breakpoints_may_stand) {
  Session s(nmap(), scan_with("counter"));
  dap::BreakpointLocations::Arguments arguments;
  arguments.source.path = "counter.nse";
  arguments.line = fixture_line("counter", "local square");
  arguments.endLine = arguments.line + 4;
  EXPECT_TRUE(s.client().request<dap::BreakpointLocations>(arguments).breakpoints.empty());
  stop_in_counter(s);
  std::vector<int> lines;
  for (const auto& one : s.client().request<dap::BreakpointLocations>(arguments).breakpoints)
    lines.push_back(one.line - arguments.line);
  EXPECT_EQ(lines, (std::vector<int>{0, 3, 4}));
  arguments.endLine.reset();
  EXPECT_EQ(s.client().request<dap::BreakpointLocations>(arguments).breakpoints.size(), 1u);
  arguments.source.path.reset();
  EXPECT_HAS(s.client().error<dap::BreakpointLocations>(arguments), "needs a path or a name");
}

}  // namespace
}  // namespace conversation
