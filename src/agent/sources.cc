#include "agent/sources.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sha256.h"
#include "base/text.h"

namespace agent {

Sources& sources() {
  static Sources* one = new Sources;
  return *one;
}

std::string real_path(const std::string& path) {
  std::string expanded = path;
  const char* home = getenv("HOME");
  if (home && (path == "~" || base::starts_with(path, "~/"))) expanded = home + path.substr(1);
  char* resolved = realpath(expanded.c_str(), nullptr);
  if (!resolved) return expanded;
  std::string result = resolved;
  free(resolved);
  return result;
}

std::string line_of(const SourceFile& source, int number) {
  FILE* file = fopen(source.real_path.c_str(), "re");
  if (!file) return {};
  std::string line;
  char bytes[4096];
  while (number > 0 && fgets(bytes, sizeof bytes, file)) {
    if (number == 1) line += bytes;
    if (strchr(bytes, '\n')) --number;
  }
  fclose(file);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  return line;
}

bool read_whole(const std::string& path, std::string& content) {
  FILE* file = fopen(path.c_str(), "re");
  if (!file) return false;
  char bytes[65536];
  while (size_t n = fread(bytes, 1, sizeof bytes, file)) content.append(bytes, n);
  fclose(file);
  return true;
}

namespace {

long long nanoseconds(const struct stat& file) {
  return file.st_mtim.tv_sec * 1000000000LL + file.st_mtim.tv_nsec;
}

// Empty if it cannot be read.
std::string checksum_of(const std::string& path) {
  std::string content;
  return read_whole(path, content) ? base::sha256(content) : std::string();
}

// Lua has read the file just now.
void note_content(SourceFile& file) {
  struct stat now;
  if (stat(file.real_path.c_str(), &now) != 0) return;
  bool same =
      !file.checksum.empty() && now.st_size == file.size && nanoseconds(now) == file.modified_ns;
  if (!same) file.checksum = checksum_of(file.real_path);
  file.size = now.st_size;
  file.modified_ns = nanoseconds(now);
}

}  // namespace

std::string SourceFile::script_name() const {
  std::string_view file = base::basename(chunk_name);
  return std::string(file.substr(0, file.rfind('.')));
}

dap::Source SourceFile::to_dap() const {
  dap::Source source;
  source.name = name;
  source.path = real_path;
  if (engine) source.presentationHint = "deemphasize";
  if (!checksum.empty()) source.checksums = {{{"SHA256", checksum}}};
  if (chunk_name != real_path) source.origin = "loaded by nmap as " + chunk_name;
  return source;
}

bool SourceFile::is_module() const { return !engine && base::ends_with(name, ".lua"); }

dap::Module SourceFile::to_module() const {
  dap::Module module;
  module.id = real_path;
  module.name = name.substr(0, name.rfind('.'));
  module.path = real_path;
  module.isUserCode = false;
  return module;
}

bool SourceFile::has_changed() const {
  struct stat now;
  if (checksum.empty() || stat(real_path.c_str(), &now) != 0) return false;
  if (now.st_size == size && nanoseconds(now) == modified_ns) return false;
  return checksum_of(real_path) != checksum;
}

SourceFile& Sources::add(const std::string& chunk_name, std::string dump) {
  base::Lock lock(mutex_);
  version_ = version_ + 1;
  for (SourceFile* file : files_) {
    if (file->chunk_name != chunk_name) continue;
    file->dump = std::move(dump);
    file->chunk = nullptr;
    file->armed_version = -1;
    note_content(*file);
    return *file;
  }
  auto* file = new SourceFile;
  file->id = static_cast<int>(files_.size()) + 1;
  file->chunk_name = chunk_name;
  file->real_path = agent::real_path(chunk_name);
  file->name = std::string(base::basename(file->real_path));
  file->script = base::ends_with(chunk_name, ".nse");
  file->engine = base::basename(chunk_name) == "nse_main.lua";
  file->dump = std::move(dump);
  note_content(*file);
  files_.push_back(file);
  return *file;
}

SourceFile& Sources::add_living(const std::string& chunk_name, lua::Chunk chunk) {
  SourceFile& file = add(chunk_name, {});
  base::Lock lock(mutex_);
  file.chunk = new lua::Chunk(std::move(chunk));
  file.checksum.clear();  // that of what it was is not known
  return file;
}

SourceFile* Sources::by_chunk_name(const char* chunk_name) {
  base::Lock lock(mutex_);
  for (SourceFile* file : files_)
    if (file->chunk_name == chunk_name) return file;
  return nullptr;
}

std::vector<SourceFile*> Sources::find(const std::string& path) {
  bool bare = path.find('/') == std::string::npos && !base::starts_with(path, "~");
  std::string wanted = bare ? path : agent::real_path(path);
  base::Lock lock(mutex_);
  std::vector<SourceFile*> found;
  for (SourceFile* file : files_) {
    bool match = bare ? file->name == wanted || base::basename(file->chunk_name) == wanted
                      : file->real_path == wanted || file->chunk_name == path;
    if (match) found.push_back(file);
  }
  return found;
}

std::vector<SourceFile*> Sources::all() {
  base::Lock lock(mutex_);
  return files_;
}

const lua::Chunk& Sources::chunk(SourceFile& file) {
  base::Lock lock(mutex_);
  if (!file.chunk) {
    auto parsed = lua::parse(file.dump);
    file.chunk = parsed ? new lua::Chunk(std::move(*parsed)) : new lua::Chunk;
    std::string().swap(file.dump);
  }
  return *file.chunk;
}

}  // namespace agent
