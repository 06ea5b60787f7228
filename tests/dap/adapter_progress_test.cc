// Progress events: what nmap does while no script runs.
#include <algorithm>

#include "dap/adapter.h"
#include "dap/relay.h"
#include "dap/scans.h"

namespace conversation {
namespace {

class AdapterProgress : public Conversation {
 protected:
  // A port scan of some five seconds, and then a script against an open port.
  static Attributes slow_scan(const Adapter& a, const std::string& more = "") {
    Attributes attributes;
    attributes.text("script", fixture("echo"))
        .text("target", address())
        .text("ports", "8000-8009")
        .text("nmapPath", a.nmap_path())
        .json("nmapArgs", "[\"-n\",\"-Pn\",\"--max-rate\",\"2\"" + more + "]");
    return attributes;
  }
};
ON_BOTH_NMAPS(AdapterProgress);

TEST_P(AdapterProgress, ends_when_a_script_runs) {
  Adapter a(nmap());
  a.hello.supportsProgressReporting = true;
  a.launch(a.scan_of(fixture("counter")).text("stopOnEntry", "action"));
  auto begun = a.client().event<dap::ProgressStartEvent>();
  a.run();
  EXPECT_EQ(a.client().event<dap::ProgressEndEvent>().progressId, begun.progressId);
  a.wait_stopped();
}

TEST_P(AdapterProgress, tells_how_long_no_script_has_run) {
  Adapter a(nmap());
  a.hello.supportsProgressReporting = true;
  a.launch(slow_scan(a));
  auto begun = a.client().event<dap::ProgressStartEvent>();
  EXPECT_EQ(begun.message, "no script runs");
  a.run();
  auto update = a.client().event<dap::ProgressUpdateEvent>();
  EXPECT_EQ(update.progressId, begun.progressId);
  EXPECT_HAS(*update.message, "no script runs, ");
  EXPECT_FALSE(update.percentage);
  a.client().request<dap::Terminate>();
  a.client().event<dap::ProgressEndEvent>();
}

// 7.94SVN heeds --stats-every less often than it could: per cent are progress_test.cc's.
TEST_P(AdapterProgress, tells_what_nmap_does_where_nmap_says_it) {
  Adapter a(nmap());
  a.hello.supportsProgressReporting = true;
  a.launch(slow_scan(a, ",\"-v\""));
  a.run();
  a.client().event<dap::ProgressUpdateEvent>([](const dap::ProgressUpdateEvent& event) {
    return event.message->find(" Scan") != std::string::npos;
  });
  a.client().event<dap::ProgressEndEvent>();
  EXPECT_EQ(a.finish(), 0);
}

TEST_P(AdapterProgress, is_for_those_who_show_it) {
  Adapter a(nmap());
  a.launch(slow_scan(a, ",\"--stats-every\",\"500ms\""));
  a.run();
  EXPECT_EQ(a.finish(), 0);
  const std::vector<std::string>& history = a.client().history();
  for (const char* event : {"progressStart", "progressUpdate", "progressEnd"})
    EXPECT_EQ(std::count(history.begin(), history.end(), event), 0) << event;
}

}  // namespace
}  // namespace conversation
