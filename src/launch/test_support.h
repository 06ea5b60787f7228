// For the tests of this folder: a directory that goes with its owner, and files in it.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace launch {

class TempDir {
 public:
  TempDir() {
    char path[] = "/tmp/nsedbg_launch_test.XXXXXX";
    path_ = mkdtemp(path);
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }

  // Makes the directories on the way; returns the file's path.
  std::string write(const std::string& name, const std::string& text, mode_t mode = 0644) const {
    std::string path = path_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  std::string make_directory(const std::string& name) const {
    std::filesystem::create_directories(path_ + "/" + name);
    return path_ + "/" + name;
  }
  std::string program(const std::string& name, const std::string& script) const {
    return write(name, "#!/bin/sh\n" + script + "\n", 0755);
  }

 private:
  std::string path_;
};

constexpr const char* kNmap793 =
    "Nmap version 7.93 ( https://nmap.org )\n"
    "Platform: x86_64-pc-linux-gnu\n"
    "Compiled with: liblua-5.3.6 openssl-3.0.19 libz-1.2.13\n"
    "Compiled without:\n";

}  // namespace launch
