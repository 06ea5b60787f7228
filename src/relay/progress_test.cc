#include "relay/progress.h"

#include <gtest/gtest.h>

namespace relay {
namespace {

// As nmap 7.93 and 7.94 print them.
TEST(Progress, ReadsWhatNmapTells) {
  EXPECT_EQ(phase_of_line("Initiating Connect Scan at 20:11"), (PhaseOfScan{"Connect Scan", {}}));
  EXPECT_EQ(phase_of_line("Connect Scan Timing: About 42.10% done; ETC: 12:01 (0:00:07 remaining)"),
            (PhaseOfScan{"Connect Scan, 0:00:07 remaining", 42}));
  EXPECT_EQ(phase_of_line("SYN Stealth Scan Timing: About 0.15% done"),
            (PhaseOfScan{"SYN Stealth Scan", 0}));
  EXPECT_EQ(
      phase_of_line("Stats: 0:00:05 elapsed; 0 hosts completed (1 up), 1 undergoing Connect Scan"),
      (PhaseOfScan{"0 hosts completed (1 up), 1 undergoing Connect Scan", {}}));
}

TEST(Progress, TakesNothingElseForIt) {
  for (const char* line : {"", "Initiating NSE at 20:11",
                           "NSE Timing: About 50.00% done; ETC: 12:01", "Stats: ", "Initiating ",
                           "Connect Scan Timing: About x% done", "Nmap scan report for 127.0.0.1"})
    EXPECT_FALSE(phase_of_line(line)) << line;
}

}  // namespace
}  // namespace relay
