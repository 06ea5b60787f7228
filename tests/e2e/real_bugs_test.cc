// Two bugs of stock scripts, as nmap ships them, in one command. Both happen in every world of a
// test (scripts/with-world): it has no name servers, and its one interface has an MTU of 65536.
#include <unistd.h>

#include "e2e/run.h"
#include "peers/http_peer.h"

namespace e2e {
namespace {

class RealBugs : public EndToEnd {
 protected:
  Finished report(const std::string& scripts) {
    peers::HttpPeer http(support::address(), 80);
    return run({TEST_NSEDBG, "run", "--on-error=report", "--", nmap().path, "-n", "-Pn", "-p", "80",
                "--script", scripts, support::address()});
  }
  // The line of the report that names the script's place, with what stands there.
  void expect_frame(const std::string& output, const std::string& path, const std::string& text,
                    int off = 0) const {
    int line = support::line_of(path, text) + off;
    std::string name = path.substr(path.rfind('/') + 1);
    EXPECT_TRUE(contains(output, " at " + name + ":" + std::to_string(line) + "\n"))
        << name << ":" << line << " in\n"
        << output;
  }
};
ON_BOTH_NMAPS(RealBugs);

TEST_P(RealBugs, http_xssed_gives_nil_to_string_find) {
  Finished result = report("http-xssed");
  EXPECT_EQ(result.status, 4);
  EXPECT_TRUE(contains(result.output, "http-xssed " + support::address() +
                                          ":80/tcp failed in its "
                                          "action: "))
      << result.output;
  EXPECT_TRUE(contains(result.output, "bad argument #1 to 'find' (string expected, got nil)"));
  expect_frame(result.output, nmap().script("http-xssed"), "if string.find(response.body, XSSED");
  EXPECT_TRUE(contains(result.output, "  if string.find(response.body, XSSED_FOUND) then\n"));
  EXPECT_TRUE(contains(result.output, "        response = {")) << result.output;
  EXPECT_TRUE(contains(result.output, "nsedbg: 1 script failed: http-xssed"));
}

TEST_P(RealBugs, path_mtu_overflows_a_packet_length) {
  if (geteuid() != 0) GTEST_SKIP() << "path-mtu sends raw packets: only root may";
  Finished result = report("path-mtu");
  EXPECT_EQ(result.status, 4);
  EXPECT_TRUE(contains(result.output, "bad argument #1 to 'pack' (unsigned overflow)"))
      << result.output;
  expect_frame(result.output, nmap().library("packet"), "(\">I2\"):pack(num) .. b:sub(i+1+2)");
  expect_frame(result.output, nmap().script("path-mtu"), "pkt:ip_set_len(mtu)");
  EXPECT_TRUE(contains(result.output, "        num = 65536\n")) << result.output;
  EXPECT_TRUE(contains(result.output, "        mtu = 65536\n")) << result.output;
  EXPECT_TRUE(contains(result.output, "nsedbg: 1 script failed: path-mtu"));
}

TEST_P(RealBugs, both_in_one_scan) {
  if (geteuid() != 0) GTEST_SKIP() << "path-mtu sends raw packets: only root may";
  Finished result = report("http-xssed,path-mtu");
  EXPECT_EQ(result.status, 4);
  EXPECT_TRUE(contains(result.output, "nsedbg: 2 scripts failed: ")) << result.output;
  EXPECT_TRUE(contains(result.output, "Nmap done: "));
}

}  // namespace
}  // namespace e2e
