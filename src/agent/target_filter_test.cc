#include "agent/target_filter.h"

#include <gtest/gtest.h>

#include "agent/nse_thread.h"

namespace agent {
namespace {

struct HttpTitle : NseThread {
  explicit HttpTitle(const std::string& ip, int number = 0, const std::string& name = "") {
    script = "http-title";
    host = ip;
    target_name = name;
    port = number;
    if (number) protocol = "tcp";
  }
};

bool host_fits(const std::string& hosts, const std::string& host, const std::string& name = "") {
  HttpTitle thread(host, 80, name);
  auto filter = TargetFilter::parse(hosts, "", "");
  EXPECT_TRUE(filter.ok()) << hosts;
  return filter && filter->matches(&thread);
}

TEST(TargetFilter, of_hosts_is_an_address_a_network_or_a_pattern) {
  EXPECT_TRUE(host_fits("10.0.0.5", "10.0.0.5"));
  EXPECT_FALSE(host_fits("10.0.0.5", "10.0.0.50"));
  EXPECT_TRUE(host_fits("10.0.0.0/8", "10.200.3.4"));
  EXPECT_FALSE(host_fits("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(host_fits("192.0.2.128/25", "192.0.2.129"));
  EXPECT_FALSE(host_fits("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(host_fits("0.0.0.0/0", "203.0.113.9"));
  EXPECT_TRUE(host_fits("10.0.0.?", "10.0.0.7"));
  EXPECT_TRUE(host_fits("10.1.1.1, 10.0.0.*", "10.0.0.77"));
  EXPECT_TRUE(host_fits("fd00::/8", "fd12::1"));
  EXPECT_TRUE(host_fits("0:0:0:0:0:0:0:1", "::1"));
  EXPECT_FALSE(host_fits("fd00::/8", "10.0.0.1"));
  EXPECT_TRUE(host_fits("*.example.org", "192.0.2.1", "www.example.org"));
  EXPECT_FALSE(host_fits("10.0.0.5", ""));
}

TEST(TargetFilter, of_ports_and_scripts) {
  HttpTitle thread("10.0.0.5", 8080);
  for (const char* ports : {"8080", "80,8080", "8000-8100", "8080/tcp"})
    EXPECT_TRUE(TargetFilter::parse("", ports, "")->matches(&thread)) << ports;
  for (const char* ports : {"80", "8080/udp", "8081-9000"})
    EXPECT_FALSE(TargetFilter::parse("", ports, "")->matches(&thread)) << ports;
  EXPECT_TRUE(TargetFilter::parse("", "", "ssl-*,http-*")->matches(&thread));
  EXPECT_FALSE(TargetFilter::parse("", "", "title")->matches(&thread));
  EXPECT_FALSE(TargetFilter::parse("10.0.0.5", "80", "")->matches(&thread));
  HttpTitle host_script("10.0.0.5");
  EXPECT_FALSE(TargetFilter::parse("", "0-65535", "")->matches(&host_script));
  EXPECT_FALSE(TargetFilter::parse("10.0.0.5", "", "")->matches(nullptr));
  EXPECT_TRUE(TargetFilter::parse("", "", "")->matches(nullptr));
}

TEST(TargetFilter, that_cannot_be_says_why) {
  EXPECT_EQ(TargetFilter::parse("10.0.0.0/33", "", "").error().message,
            "'10.0.0.0/33' is no network");
  EXPECT_EQ(TargetFilter::parse("a/8", "", "").error().message, "'a/8' is no network");
  for (const char* ports : {"http", "80-", "90-80", "70000", "80/xyz", "-1"})
    EXPECT_EQ(TargetFilter::parse("", ports, "").error().message,
              "'" + std::string(ports) + "' is no port");
}

}  // namespace
}  // namespace agent
