#include "relay/nmap_output.h"

#include <gtest/gtest.h>

namespace relay {
namespace {

TEST(NmapOutput, ADebugLineNamesItsScript) {
  EXPECT_EQ(script_of_line("NSE: [http-methods 127.0.0.1:80] a\n"), "http-methods");
  EXPECT_EQ(script_of_line("NSE: [broadcast-ping] a\n"), "broadcast-ping");
  EXPECT_EQ(script_of_line("NSE: Starting http-methods against x\n"), "");
  EXPECT_EQ(script_of_line("NSE: [unfinished"), "");
  EXPECT_EQ(script_of_line("Nmap done\n"), "");
}

TEST(NmapOutput, LinesComeTogetherButForThoseOfAKnownScript) {
  NmapOutput output;
  dap::Source source;
  source.name = "http-methods.nse";
  source.path = "/x/http-methods.nse";
  output.loaded(source);
  auto events = output.events("stdout",
                              "a\nb\nNSE: [http-methods h:80] one\nNSE: [http-methods h:80] two\n"
                              "NSE: [other h:80] three\nc");
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].output, "a\nb\n");
  EXPECT_EQ(events[1].output, "NSE: [http-methods h:80] one\n");
  EXPECT_EQ(events[1].source->path, "/x/http-methods.nse");
  EXPECT_EQ(events[2].output, "NSE: [http-methods h:80] two\n");
  EXPECT_EQ(events[3].output, "NSE: [other h:80] three\nc");
  EXPECT_FALSE(events[3].source);
  EXPECT_EQ(events[3].category, "stdout");
}

dap::NseOutputEvent told(const std::string& text, int line) {
  dap::NseOutputEvent event;
  event.category = "stdout";
  event.output = text;
  event.source.path = "/x/a.nse";
  event.line = line;
  return event;
}

TEST(NmapOutput, WhatTheAgentToldHasItsLine) {
  NmapOutput output;
  output.told(told("NSE: never printed\n", 1));
  output.told(told("NSE: [a] one\n", 2));
  output.told(told("NSE: [a] two\nlines\n", 3));
  auto events =
      output.events("stdout", "other\nNSE: [a] one\r\nNSE: [a] two\nlines\nNSE: [a] one\n");
  ASSERT_EQ(events.size(), 5u);
  EXPECT_FALSE(events[0].line);
  EXPECT_EQ(events[1].output, "NSE: [a] one\r\n");
  EXPECT_EQ(events[1].line, 2);
  EXPECT_EQ(events[1].source->path, "/x/a.nse");
  EXPECT_EQ(events[2].line, 3);
  EXPECT_EQ(events[3].output, "lines\n");
  EXPECT_EQ(events[3].line, 3);
  EXPECT_FALSE(events[4].line);
}

}  // namespace
}  // namespace relay
