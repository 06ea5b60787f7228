#include "cli/paths.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace cli {
namespace {

std::string base_folder(const char* variable, const char* below_home) {
  const char* set = std::getenv(variable);
  if (set && set[0] == '/') return set;
  const char* home = std::getenv("HOME");
  if (!home || home[0] != '/') return "";
  return std::string(home) + "/" + below_home;
}

}  // namespace

std::string init_file() {
  std::string base = base_folder("XDG_CONFIG_HOME", ".config");
  if (base.empty()) return "";
  std::string path = base + "/nsedbg/init";
  return ::access(path.c_str(), F_OK) == 0 ? path : "";
}

std::string history_file() {
  std::string base = base_folder("XDG_STATE_HOME", ".local/state");
  if (base.empty()) return "";
  std::string folder = base + "/nsedbg";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return "";
  ::chmod(folder.c_str(), 0700);
  return folder + "/history";
}

}  // namespace cli
