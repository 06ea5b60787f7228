// The nmaps that everything is tested with: 7.93 (Lua 5.3) and 7.94SVN (Lua 5.4). A test that is
// written for one of them is written for both:
//
//   class Stepping : public support::OnBothNmaps {};
//   ON_BOTH_NMAPS(Stepping);
//   TEST_P(Stepping, returns_to_its_own_coroutine) { … nmap().path … }
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace support {

struct NmapUnderTest {
  std::string name;      // for the test's name: "nmap793"
  std::string path;      // the program
  std::string data_dir;  // its scripts/ and nselib/
  std::string lua;       // "5.3"

  std::string script(const std::string& script_name) const {
    return data_dir + "/scripts/" + script_name + ".nse";
  }
  std::string library(const std::string& library_name) const {
    return data_dir + "/nselib/" + library_name + ".lua";
  }
};

inline void PrintTo(const NmapUnderTest& nmap, std::ostream* out) { *out << nmap.path; }
const std::vector<NmapUnderTest>& both_nmaps();
std::string name_of(const testing::TestParamInfo<NmapUnderTest>& info);

// A missing nmap fails the test: a skipped half of the tests is a half nobody runs.
class OnBothNmaps : public testing::TestWithParam<NmapUnderTest> {
 protected:
  void SetUp() override;
  const NmapUnderTest& nmap() const { return GetParam(); }
};

#define ON_BOTH_NMAPS(suite) \
  INSTANTIATE_TEST_SUITE_P(, suite, testing::ValuesIn(support::both_nmaps()), support::name_of)

}  // namespace support
