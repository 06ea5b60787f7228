#include "relay/configuration.h"

#include <gtest/gtest.h>

namespace relay {
namespace {

dap::Message message(const std::string& json) {
  dap::Message partial;
  std::string error;
  auto parsed = dap::parse(json, partial, error);
  EXPECT_TRUE(parsed) << error;
  return std::move(*parsed);
}

dap::Message set(const std::string& path, const std::string& more = "") {
  return message(R"({"seq":1,"type":"request","command":"setBreakpoints","arguments":{"source":)"
                 R"({"path":")" +
                 path + R"("})" + more + "}}");
}

rapidjson::Document body(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.c_str());
  return document;
}

TEST(Configuration, TheLastBreakpointsOfAFileCount) {
  Configuration kept;
  std::string key = kept.remember(set("/a"));
  EXPECT_EQ(kept.remember(set("/a", R"(,"breakpoints":[{"line":1}])")), key);
  EXPECT_NE(kept.remember(set("/b")), key);
  EXPECT_EQ(kept.requests().size(), 2u);
  EXPECT_NE(kept.requests().at(key).arguments.find("\"line\":1"), std::string::npos);
  EXPECT_EQ(kept.remember(message(R"({"seq":1,"type":"request","command":"threads"})")), "");
  EXPECT_FALSE(kept.done());
  kept.remember(message(R"({"seq":1,"type":"request","command":"configurationDone"})"));
  EXPECT_TRUE(kept.done());
}

TEST(Configuration, IdsOutliveTheAgent) {
  Configuration kept;
  std::string key = kept.remember(set("/a"));
  auto answer = body(R"({"breakpoints":[{"id":4,"verified":true}]})");
  kept.answered(key, answer);
  EXPECT_EQ(dap::to_text(answer), R"({"breakpoints":[{"id":4,"verified":true}]})");

  kept.forget_agent();
  answer = body(R"({"breakpoints":[{"id":1,"verified":false}]})");
  kept.replayed(key, answer);
  EXPECT_EQ(dap::to_text(answer), R"({"breakpoints":[{"id":4,"verified":false}]})");
  auto stopped = body(R"({"hitBreakpointIds":[1,2]})");
  kept.translate_event("stopped", stopped);
  EXPECT_EQ(dap::to_text(stopped), R"({"hitBreakpointIds":[4,5]})");  // 2 was never told: a new one
  auto changed = body(R"({"reason":"changed","breakpoint":{"id":1}})");
  kept.translate_event("breakpoint", changed);
  EXPECT_EQ(dap::to_text(changed), R"({"reason":"changed","breakpoint":{"id":4}})");
}

}  // namespace
}  // namespace relay
