#include "dap/message.h"

#include <gtest/gtest.h>

#include "dap/events.h"
#include "dap/requests.h"

namespace dap {
namespace {

std::string parse_error(const std::string& json) {
  Message partial;
  std::string error;
  EXPECT_FALSE(parse(json, partial, error)) << json;
  return error;
}

template <class T>
std::string read_error(const std::string& arguments) {
  Message partial;
  std::string error;
  auto message = parse(request_json(1, "x", arguments), partial, error);
  EXPECT_TRUE(message) << error;
  T out;
  EXPECT_FALSE(read_body(*message, out, error)) << arguments;
  return error;
}

TEST(Message, RequestRoundTrip) {
  SetBreakpoints::Arguments arguments;
  arguments.source.path = "/x/y.nse";
  arguments.breakpoints.emplace();
  arguments.breakpoints->resize(1);
  arguments.breakpoints->front().line = 12;
  arguments.breakpoints->front().condition = "a == \"\x01\"";
  Message partial;
  std::string error;
  auto message =
      parse(request_json(3, SetBreakpoints::command, to_json(arguments)), partial, error);
  ASSERT_TRUE(message) << error;
  EXPECT_EQ(message->seq, 3);
  EXPECT_EQ(message->name, "setBreakpoints");
  SetBreakpoints::Arguments read;
  ASSERT_TRUE(read_body(*message, read, error)) << error;
  EXPECT_EQ(read.source.path, "/x/y.nse");
  EXPECT_EQ(read.breakpoints->at(0).condition, "a == \"\x01\"");
  EXPECT_FALSE(read.breakpoints->at(0).logMessage);
}

TEST(Message, ErrorsNameThePlace) {
  EXPECT_EQ(read_error<SetBreakpoints::Arguments>("{}"), "source: is missing");
  EXPECT_EQ(read_error<SetBreakpoints::Arguments>(
                R"({"source":{},"breakpoints":[{"line":1},{"line":"2"}]})"),
            "breakpoints[1].line: expected an integer");
  EXPECT_EQ(read_error<StackTrace::Arguments>(R"({"threadId":1.5})"),
            "threadId: expected an integer");
  EXPECT_EQ(read_error<StackTrace::Arguments>(R"({"threadId":99999999999})"),
            "threadId: expected an integer");
}

TEST(Message, BrokenEnvelopes) {
  EXPECT_NE(parse_error("{").find("not JSON"), std::string::npos);
  EXPECT_NE(parse_error("[]").find("must be a JSON object"), std::string::npos);
  EXPECT_EQ(parse_error(R"({"type":"request","command":"x"})"), "seq: is missing");
  EXPECT_NE(parse_error(R"({"seq":1,"type":"ask"})").find("got 'ask'"), std::string::npos);
  EXPECT_EQ(parse_error(R"({"seq":1,"type":"request"})"), "command: is missing");
  EXPECT_NE(parse_error("\"\xff\""), "");
}

TEST(Message, DeepNestingIsNotDeepRecursion) {
  std::string deep(200000, '[');
  EXPECT_EQ(parse_error(deep), "nested deeper than 100 levels");
  EXPECT_NE(parse_error(std::string(90, '[')).find("not JSON"), std::string::npos);
  EXPECT_NE(parse_error("{\"a\":\"" + std::string(200, '[')).find("not JSON"), std::string::npos);
  EXPECT_EQ(parse_error("[" + std::string(5u << 20, ',')), "more than 4194304 values");
}

TEST(Message, OnlyWhatTheUserAskedForPopsUp) {
  auto pops_up = [](const char* command) {
    return error_json(2, 1, command, "no").find("\"showUser\":true") != std::string::npos;
  };
  EXPECT_TRUE(pops_up("launch"));
  EXPECT_TRUE(pops_up("stepIn"));
  EXPECT_FALSE(pops_up("variables"));
  EXPECT_FALSE(pops_up("evaluate"));
}

TEST(Message, InvalidUtf8IsReplacedOnTheWire) {
  OutputEvent event;
  event.output = "a\xff";
  EXPECT_EQ(to_json(event), "{\"output\":\"a\xEF\xBF\xBD\"}");
}

TEST(Message, KeywordMember) {
  ExceptionBreakpointsFilter filter;
  filter.filter = "f";
  filter.label = "l";
  filter.default_ = true;
  EXPECT_EQ(to_json(filter), R"({"filter":"f","label":"l","default":true})");
}

}  // namespace
}  // namespace dap
