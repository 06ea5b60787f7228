// Steps that go through what is skipped.
#include "dap/nse_requests.h"
#include "dap/scans.h"

namespace conversation {
namespace {

class Skips : public Conversation {
 protected:
  static int line(const std::string& text) { return fixture_line("calls_back", text); }
  static std::string at(const std::string& text) {
    return "calls_back.nse:" + std::to_string(line(text));
  }
  static Stop stop_at(Session& s, const std::string& text) {
    s.set_breakpoint("calls_back.nse", line(text));
    s.run();
    return s.wait_stopped();
  }
  static void skip(Session& s, dap::Skip what) {
    s.client().request<dap::SetSkips>({{std::move(what)}});
  }
};
ON_BOTH_NMAPS(Skips);

TEST_P(Skips, without_any_a_step_goes_into_the_library) {
  Session s(nmap(), scan_with("calls_back"));
  Stop stop = s.step_in(stop_at(s, "local empty"));
  EXPECT_EQ(s.top(stop).source->name, "listop.lua");
}

TEST_P(Skips, a_library_by_any_of_its_names) {
  const dap::Skip all[] = {
      {"nselib", {}},   {"listop.lua", {}},      {"list*", {}},    {nmap().library("listop"), {}},
      {{}, "is_empty"}, {{}, "listop.is_empty"}, {{}, "listop.*"}, {"listop.lua", "is_*"}};
  for (const dap::Skip& one : all) {
    Session s(nmap(), scan_with("calls_back"));
    skip(s, one);
    Stop stop = s.step_in(stop_at(s, "local empty"));
    EXPECT_EQ(s.place(stop), at("local doubled = listop")) << one.file.value_or(*one.function);
  }
}

TEST_P(Skips, what_fits_neither_is_not_skipped) {
  for (const dap::Skip& one : {dap::Skip{"listop", {}}, dap::Skip{{}, "map"},
                               dap::Skip{"stdnse.lua", "is_empty"}, dap::Skip{}}) {
    Session s(nmap(), scan_with("calls_back"));
    skip(s, one);
    EXPECT_EQ(s.top(s.step_in(stop_at(s, "local empty"))).source->name, "listop.lua");
  }
}

TEST_P(Skips, a_step_goes_through_the_library_to_what_it_calls) {
  Session s(nmap(), scan_with("calls_back"));
  skip(s, {"nselib", {}});
  Stop stop = s.step_in(stop_at(s, "local doubled = listop"));
  EXPECT_EQ(s.place(stop), at("local doubled = n"));
  stop = s.step_out(stop);  // through the library to its next call of ours, or the end of it
  EXPECT_EQ(s.place(stop), at("local sum"));
}

TEST_P(Skips, can_be_taken_back_at_a_stop) {
  Session s(nmap(), scan_with("calls_back"));
  skip(s, {"nselib", {}});
  Stop stop = stop_at(s, "local empty");
  s.client().request<dap::SetSkips>();
  EXPECT_EQ(s.top(s.step_in(stop)).source->name, "listop.lua");
}

TEST_P(Skips, where_a_step_begins_it_stays) {
  Session s(nmap(), scan_with("calls_back"));
  skip(s, {"nselib", {}});
  s.set_functions({"listop.map"});
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(s.top(stop).source->name, "listop.lua");
  stop = s.next(stop);
  EXPECT_EQ(s.top(stop).source->name, "listop.lua");
}

TEST_P(Skips, just_my_script_can_be_set_while_the_scan_stands) {
  Session s(nmap(), scan_with("calls_back"));
  Stop stop = stop_at(s, "local empty");
  dap::NseSet::Arguments wanted;
  wanted.justMyScript = true;
  EXPECT_EQ(s.client().request<dap::NseSet>(wanted).justMyScript, true);
  stop = s.step_in(stop);
  EXPECT_EQ(s.place(stop), at("local doubled = listop"));
  wanted.justMyScript = false;
  s.client().request<dap::NseSet>(wanted);
  EXPECT_EQ(s.top(s.step_in(stop)).source->name, "listop.lua");
}

TEST_P(Skips, belong_to_their_client) {
  Session s(nmap(), scan_with("calls_back"));
  auto other = s.second_client();
  other->request<dap::SetSkips>({{{"nselib", {}}}});
  Stop stop = s.step_in(stop_at(s, "local empty"));
  EXPECT_EQ(s.place(stop), at("local doubled = listop"));
  other->request<dap::Disconnect>();
  other->await_closed();
  EXPECT_EQ(s.top(s.step_in(stop)).source->name, "listop.lua");
}

}  // namespace
}  // namespace conversation
