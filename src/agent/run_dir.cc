#include "agent/run_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

namespace agent {
namespace {

char run_dir[4096];
int pid_file = -1;

void empty_overlay(int dir) {
  int overlay = openat(dir, "overlay", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (overlay < 0) return;
  DIR* entries = fdopendir(overlay);
  while (entries) {
    dirent* entry = readdir(entries);
    if (!entry) break;
    struct stat info;
    if (fstatat(overlay, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISLNK(info.st_mode) || strcmp(entry->d_name, "nse_main.lua") == 0)
      unlinkat(overlay, entry->d_name, 0);
  }
  if (entries)
    closedir(entries);
  else
    ::close(overlay);
}

}  // namespace

void remember_run_dir(const std::string& path) {
  if (path.size() < sizeof run_dir) memcpy(run_dir, path.c_str(), path.size() + 1);
  pid_file = open((path + "/pid").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (pid_file >= 0) flock(pid_file, LOCK_SH | LOCK_NB);
}

void remove_run_dir() {
  if (!run_dir[0]) return;
  base::Fd dir(open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!dir.valid()) return;
  empty_overlay(dir.get());
  unlinkat(dir.get(), "overlay", AT_REMOVEDIR);
  unlinkat(dir.get(), "pid", 0);
  rmdir(run_dir);
  std::string parent = run_dir;
  parent.erase(parent.rfind('/') == std::string::npos ? 0 : parent.rfind('/'));
  if (parent.size() > 7 && parent.compare(parent.size() - 7, 7, "/nsedbg") == 0)
    rmdir(parent.c_str());
}

void forget_run_dir() {
  remove_run_dir();
  run_dir[0] = '\0';
  if (pid_file >= 0) close(pid_file);
  pid_file = -1;
}

}  // namespace agent
