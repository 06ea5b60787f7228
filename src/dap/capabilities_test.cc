#include "dap/capabilities.h"

#include <gtest/gtest.h>

namespace dap {
namespace {

TEST(Capabilities, AreThoseOfTheListedRequests) {
  Capabilities capabilities;
  add_capabilities(RequestList<Threads, SetBreakpoints, Terminate>{}, capabilities);
  EXPECT_EQ(to_json(capabilities),
            R"({"supportsConditionalBreakpoints":true,"supportsHitConditionalBreakpoints":true,)"
            R"("supportsLogPoints":true,"supportsTerminateRequest":true})");
}

TEST(Capabilities, OfTheAgentNameItsExceptionFilters) {
  Capabilities capabilities = agent_capabilities();
  EXPECT_EQ(capabilities.supportsConfigurationDoneRequest, true);
  ASSERT_EQ(capabilities.exceptionBreakpointFilters->size(), 4u);
  EXPECT_EQ(capabilities.exceptionBreakpointFilters->front().filter, kUncaughtFilter);
  EXPECT_EQ(capabilities.exceptionBreakpointFilters->front().default_, true);
  EXPECT_EQ(capabilities.exceptionBreakpointFilters->back().default_, false);
  EXPECT_EQ(capabilities.breakpointModes->back().mode, "once");
}

}  // namespace
}  // namespace dap
