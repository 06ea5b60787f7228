// A bug of a stock script that a Samba brings out (tests/world/daemons).
#include "e2e/run.h"

namespace e2e {
namespace {

using Samba = EndToEnd;
ON_BOTH_NMAPS(Samba);

TEST_P(Samba, smb_system_info_indexes_a_number) {
  Finished result = run({TEST_NSEDBG, "run", "--on-error=report", "--", nmap().path, "-n", "-Pn",
                         "-p", "445", "--script", "smb-system-info", "127.0.0.1"});
  EXPECT_EQ(result.status, 4);
  EXPECT_TRUE(contains(result.output, "smb-system-info 127.0.0.1 failed in its action: "))
      << result.output;
  EXPECT_TRUE(contains(result.output,
                       "attempt to index a number value (field "
                       "'number_of_processors')"));
  EXPECT_TRUE(contains(result.output, "  #0  get_info_registry at smb-system-info.nse:133\n"));
  EXPECT_TRUE(contains(result.output, "number_of_processors = 0")) << result.output;
  EXPECT_TRUE(contains(result.output, "nsedbg: 1 script failed: smb-system-info 127.0.0.1\n"));
}

}  // namespace
}  // namespace e2e
