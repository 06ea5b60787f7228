// Other ways to look: the bytes of a string, where a function is, libraries, checksums; and that
// only clients that understand something get it.
#include "base/sha256.h"
#include "dap/scans.h"

namespace conversation {
namespace {

using OtherViews = Conversation;
ON_BOTH_NMAPS(OtherViews);

// A client that pages and has a hex view.
std::unique_ptr<Connection> able_client(Session& s) {
  auto client = s.connect();
  dap::Initialize::Arguments hello;
  hello.adapterID = "nsedbg";
  hello.supportsVariablePaging = hello.supportsMemoryReferences = true;
  client->request<dap::Initialize>(hello);
  client->request<dap::Attach>({});
  return client;
}

Stop stop_at_values(Session& s) {
  s.set_breakpoint("values.nse", fixture_line("values", "return integer"));
  s.run();
  return s.wait_stopped();
}

dap::Evaluate::Response evaluate(Connection& client, int frame, const std::string& expression) {
  dap::Evaluate::Arguments arguments;
  arguments.expression = expression;
  arguments.frameId = frame;
  return client.request<dap::Evaluate>(arguments);
}

TEST_P(OtherViews, the_bytes_of_a_string_can_be_read) {
  Session s(nmap(), scan_with("values"));
  auto client = able_client(s);
  Stop stop = stop_at_values(s);
  auto bytes = evaluate(*client, s.frame(stop), "bytes");  // "a\0b\255\n"
  ASSERT_TRUE(bytes.memoryReference);
  auto read = [&](int64_t offset, int64_t count) {
    return client->request<dap::ReadMemory>({*bytes.memoryReference, offset, count});
  };
  EXPECT_EQ(read(0, 3).data, "YQBi");
  EXPECT_EQ(read(0, 3).address, "0x0");
  EXPECT_FALSE(read(0, 5).unreadableBytes);
  auto end = read(3, 10);
  EXPECT_EQ(end.data, "/wo=");
  EXPECT_EQ(end.address, "0x3");
  EXPECT_EQ(end.unreadableBytes, 8);
  EXPECT_EQ(read(1, 1).data, "AA==");
  for (int64_t offset : {int64_t{5}, int64_t{-1}, INT64_MAX, INT64_MIN}) {
    auto nothing = read(offset, INT64_MAX);
    EXPECT_FALSE(nothing.data);
    EXPECT_EQ(nothing.unreadableBytes, INT64_MAX);
  }
  EXPECT_HAS(client->error<dap::ReadMemory>({*bytes.memoryReference, 0, -1}), "below zero");
  EXPECT_HAS(client->error<dap::ReadMemory>({"string999", 0, 1}), "999");
  s.resume(stop);
  s.finish();
}

TEST_P(OtherViews, memory_is_for_clients_that_understand_it) {
  Session s(nmap(), scan_with("values"));
  auto client = able_client(s);
  Stop stop = stop_at_values(s);
  EXPECT_FALSE(s.evaluate(s.frame(stop), "bytes").memoryReference);
  dap::Variables::Arguments arguments;
  arguments.variablesReference = s.scope(s.frame(stop), "Locals").variablesReference;
  auto with_memory = [&](Connection& one) {
    std::set<std::string> names;
    for (const dap::Variable& each : one.request<dap::Variables>(arguments).variables)
      if (each.memoryReference) names.insert(each.name);
    return names;
  };
  EXPECT_TRUE(with_memory(s.client()).empty());
  EXPECT_EQ(with_memory(*client), (std::set<std::string>{"text", "bytes"}));
}

TEST_P(OtherViews, clients_that_page_get_more_at_once) {
  Session s(nmap(), scan_with("values"));
  auto client = able_client(s);
  Stop stop = stop_at_values(s);
  dap::Variables::Arguments arguments;
  arguments.variablesReference = evaluate(*client, s.frame(stop), "many").variablesReference;
  EXPECT_EQ(client->request<dap::Variables>(arguments).variables.size(), 1001u);
  EXPECT_EQ(s.client().request<dap::Variables>(arguments).variables.size(), 101u);
}

TEST_P(OtherViews, a_function_leads_to_its_source) {
  Session s(nmap(), scan_with("counter"));
  s.set_functions({"counter:action"});
  s.run();
  Stop stop = s.wait_stopped();
  dap::Variable visit;
  for (const auto& one : s.children(s.scope(s.frame(stop), "Upvalues").variablesReference))
    if (one.name == "visit") visit = one;
  ASSERT_TRUE(visit.valueLocationReference);
  auto place = s.client().request<dap::Locations>({*visit.valueLocationReference});
  EXPECT_EQ(place.source.path, fixture("counter"));
  EXPECT_EQ(place.line, fixture_line("counter", "local function visit"));
  EXPECT_TRUE(s.evaluate(s.frame(stop), "visit").valueLocationReference);
  EXPECT_FALSE(s.evaluate(s.frame(stop), "string.rep").valueLocationReference);  // C
  EXPECT_FALSE(s.evaluate(s.frame(stop), "1").valueLocationReference);
  s.client().request<dap::SetFunctionBreakpoints>({});
  s.set_breakpoint("counter.nse", fixture_line("counter", "local square"));
  s.go_on(stop);
  EXPECT_HAS(s.client().error<dap::Locations>({*visit.valueLocationReference}),
             "before the last resume");
}

TEST_P(OtherViews, libraries_are_modules) {
  Session s(nmap(), scan_with("counter"));
  s.set_functions({"counter:action"});
  s.run();
  s.wait_stopped();
  std::set<std::string> announced, listed;
  while (auto event = s.client().seen<dap::ModuleEvent>()) {
    EXPECT_EQ(event->reason, "new");
    announced.insert(event->module.name);
  }
  auto all = s.client().request<dap::Modules>();
  for (const dap::Module& module : all.modules) {
    listed.insert(module.name);
    EXPECT_EQ(module.path, nmap().library(module.name));
  }
  EXPECT_EQ(announced, listed);
  EXPECT_TRUE(listed.count("stdnse"));
  EXPECT_FALSE(listed.count("counter"));
  EXPECT_EQ(all.totalModules, static_cast<int>(all.modules.size()));
  auto page = s.client().request<dap::Modules>({1, 2});
  ASSERT_EQ(page.modules.size(), 2u);
  EXPECT_EQ(page.modules[0].id, all.modules[1].id);
}

TEST_P(OtherViews, sources_have_the_checksum_of_what_was_loaded) {
  Session s(nmap(), scan_with("counter"));
  s.set_functions({"counter:action"});
  s.run();
  dap::StackFrame frame = s.top(s.wait_stopped());
  ASSERT_TRUE(frame.source->checksums);
  const dap::Checksum& checksum = frame.source->checksums->at(0);
  EXPECT_EQ(checksum.algorithm, "SHA256");
  EXPECT_EQ(checksum.checksum, base::sha256(support::read_file(fixture("counter"))));
}

TEST_P(OtherViews, a_file_edited_after_it_was_loaded_is_told) {
  support::Sandbox box;
  const std::string text = support::read_file(fixture("counter"));
  const std::string copy = box.write("copy.nse", text);
  Session s(nmap(), {"-n", "-sn", "-Pn", "--script", copy, address()});
  s.set_functions({"copy:action"});
  s.run();
  Stop stop = s.wait_stopped();
  const int line = fixture_line("counter", "local square");
  EXPECT_FALSE(s.set_breakpoint(copy, line).message);
  box.write("copy.nse", "-- one line more\n" + text);
  dap::Breakpoint edited = s.set_breakpoint(copy, line + 1);
  EXPECT_TRUE(edited.verified);
  EXPECT_HAS(*edited.message, "copy.nse was edited after nmap had loaded it");
  box.write("copy.nse", text);
  EXPECT_FALSE(s.set_breakpoint(copy, line).message);
  s.resume(stop);
  s.wait_stopped();
}

}  // namespace
}  // namespace conversation
