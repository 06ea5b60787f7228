// Looking at the file system, always from the directory that nmap will run in: nsedbg may be asked
// to start nmap somewhere else, and then a relative path of the user's means a place there.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace launch {

// What nmap's own file_is_readable() tells apart.
enum class FileKind { kNone, kFile, kDirectory, kUnknown /* no permission to look */ };

FileKind look_at(const std::string& path);
bool is_executable_file(const std::string& path);

std::string current_directory();
// `path` as an absolute path, seen from `cwd`; not normalised, symbolic links stay.
std::string absolute(std::string_view path, const std::string& cwd);
std::string join(std::string_view directory, std::string_view name);
std::string parent(std::string_view path);
std::optional<std::string> real_path(const std::string& path);
// ~ as nmap means it: the password database's word, not $HOME.
std::optional<std::string> home_of(uid_t uid);

base::Result<std::string> read_file(const std::string& path, size_t limit);
std::vector<std::string> list_directory(const std::string& path);

// "what: No such file or directory"
std::string with_errno(const std::string& what, int error);

}  // namespace launch
