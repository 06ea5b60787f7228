#include "support/nmaps.h"

#include <unistd.h>

#include <filesystem>

namespace support {

namespace {

// Without symbolic links, as the agent names files.
std::string canonical(const char* path) {
  std::error_code missing;
  std::string found = std::filesystem::canonical(path, missing);
  return missing ? path : found;
}

}  // namespace

const std::vector<NmapUnderTest>& both_nmaps() {
  static const std::vector<NmapUnderTest> both = {
      {"nmap793", TEST_NMAP_53, "/usr/share/nmap", "5.3"},
      {"nmap794", canonical(TEST_NMAP_54), canonical(TEST_NMAP_54_DATA), "5.4"},
  };
  return both;
}

std::string name_of(const testing::TestParamInfo<NmapUnderTest>& info) { return info.param.name; }

void OnBothNmaps::SetUp() {
  ASSERT_EQ(access(nmap().path.c_str(), X_OK), 0)
      << nmap().path << " is not there; run scripts/install-deps and scripts/fetch-nmap-backports";
}

}  // namespace support
