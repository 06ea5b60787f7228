// May we make things in a directory? Only if nobody else can put something in their place: it is
// ours alone, or has the sticky bit, and is no link. Any thread.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace base {

inline bool is_safe_directory(const std::string& path) {
  struct stat info;
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
         ((info.st_mode & S_ISVTX) || (info.st_uid == ::geteuid() && (info.st_mode & 022) == 0));
}

}  // namespace base
