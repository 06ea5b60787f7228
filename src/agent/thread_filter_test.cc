#include "agent/thread_filter.h"

#include <gtest/gtest.h>

#include "agent/nse_thread.h"

namespace agent {
namespace {

class Filter : public ::testing::Test {
 protected:
  Filter() {
    thread.id = shown.id = 12;
    thread.script = "http-title";
    thread.host = "10.1.2.3";
    thread.target_name = "www.example.org";
    thread.port = 8080;
    thread.protocol = "tcp";
    thread.type = "portrule";
    shown.name = "http-title 10.1.2.3:8080/tcp";
    shown.phase = "action";
    shown.state = "waiting";
    shown.wait = dap::NseWait{"receive_lines", "10.1.2.3:8080", 30.0, {}};
    shown.parent = 3;
  }
  bool fits(const std::string& text) {
    auto filter = ThreadFilter::parse(text);
    EXPECT_TRUE(filter.ok()) << filter.error().text();
    return filter && filter->matches(thread, shown);
  }
  std::string wrong(const std::string& text) {
    auto filter = ThreadFilter::parse(text);
    return filter ? "" : filter.error().text();
  }

  NseThread thread;
  dap::NseThread shown;
};

TEST_F(Filter, NoneLetsAllThrough) {
  EXPECT_TRUE(fits(""));
  EXPECT_TRUE(fits("  "));
}

TEST_F(Filter, ByTarget) {
  EXPECT_TRUE(fits("script=http-*"));
  EXPECT_FALSE(fits("script=http"));
  EXPECT_TRUE(fits("host=10.0.0.0/8"));
  EXPECT_FALSE(fits("host=10.2.0.0/16"));
  EXPECT_TRUE(fits("host=10.1.2.*"));
  EXPECT_TRUE(fits("host=*.example.org"));
  EXPECT_TRUE(fits("port=80,8000-8100"));
  EXPECT_FALSE(fits("port=80"));
}

TEST_F(Filter, ByWhatItDoes) {
  EXPECT_TRUE(fits("phase=action"));
  EXPECT_TRUE(fits("phase=portrule"));
  EXPECT_TRUE(fits("state=waiting"));
  EXPECT_TRUE(fits("state=running,waiting"));
  EXPECT_TRUE(fits("wait=receive*"));
  EXPECT_FALSE(fits("wait=mutex"));
  EXPECT_TRUE(fits("id=3,7-12"));
  EXPECT_TRUE(fits("parent=3"));
  EXPECT_TRUE(fits("title"));
}

TEST_F(Filter, ByError) {
  EXPECT_FALSE(fits("error"));
  shown.error = "attempt to index a nil value";
  EXPECT_TRUE(fits("error"));
  EXPECT_TRUE(fits("error=*nil*"));
  EXPECT_FALSE(fits("error=nil"));
}

TEST_F(Filter, AllWordsMustFit) {
  EXPECT_TRUE(fits("script=http-* state=waiting"));
  EXPECT_FALSE(fits("script=http-* state=running"));
}

TEST_F(Filter, Exclusion) {
  EXPECT_FALSE(fits("script!=http-*"));
  EXPECT_TRUE(fits("script!=smb-* !error !worker"));
  thread.worker = true;
  EXPECT_FALSE(fits("!worker"));
}

TEST_F(Filter, WrongOnesAreTold) {
  EXPECT_EQ(wrong("scrip=x"), "there is no filter 'scrip'\n  did you mean 'script'?");
  EXPECT_EQ(wrong("id=seven"), "'seven' is no thread's number\n  such as id=3,7-9");
  EXPECT_NE(wrong("host=10.0.0.0/99"), "");
  EXPECT_NE(wrong("!"), "");
}

}  // namespace
}  // namespace agent
