#include "agent/got.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace agent {
namespace {

pid_t no_parent() { return 4711; }

// In a function of its own, so that the compiler makes a call each time.
[[gnu::noinline]] pid_t parent() { return getppid(); }

TEST(Got, CallsOfTheExecutableAreLedElsewhere) {
  const pid_t before = parent();
  EXPECT_GE(redirect_calls(executable(), "getppid", reinterpret_cast<void*>(no_parent)), 1);
  EXPECT_EQ(parent(), 4711);
  EXPECT_NE(before, 4711);
}

TEST(Got, WhatIsNotCalledHasNoEntry) {
  EXPECT_EQ(redirect_calls(executable(), "no_such_function", nullptr), 0);
}

TEST(Got, AnAddressInNoObjectIsNoError) {
  EXPECT_EQ(redirect_calls(nullptr, "getppid", nullptr), 0);
}

}  // namespace
}  // namespace agent
