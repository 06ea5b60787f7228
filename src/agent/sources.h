// Every file that Lua has loaded, as nmap named it and where it really is, with its lines of code.
//
// Threads: add() on the main thread when a chunk is loaded (loader.h); everything else from any
// thread, under the table's own mutex. A SourceFile is never removed and its address is stable; the
// members below say who may touch them.
#pragma once

#include <string>
#include <vector>

#include "base/mutex.h"
#include "dap/types.h"
#include "lua/chunk.h"

namespace agent {

struct SourceFile {
  int id = 0;
  std::string chunk_name;  // as nmap selected it, without '@'
  std::string real_path;   // canonical, or chunk_name if it cannot be resolved
  std::string name;        // "http-methods.nse"
  bool script = false;     // *.nse
  bool engine = false;     // nse_main.lua

  // Lines with code, parsed on first use from the dump that add() kept. Under Sources::mutex_.
  std::string dump;
  const lua::Chunk* chunk = nullptr;  // an older one is never freed: somebody may be reading it

  // Main thread only: lines that hold an armed breakpoint, and where functions with a function
  // breakpoint begin. Rebuilt by armed.cc whenever the breakpoint table changes.
  std::vector<bool> armed_lines;
  std::vector<int> armed_functions;  // line_defined
  int armed_version = -1;

  // As it was when nmap loaded it.
  std::string checksum;
  long long size = -1, modified_ns = 0;

  // What nmap calls it, "http-methods": its file may be a link to one of another name.
  std::string script_name() const;
  dap::Source to_dap() const;
  bool is_module() const;  // a library; data files are Lua, too
  dap::Module to_module() const;
  bool has_changed() const;  // on disk, since then
};

class Sources {
 public:
  // Main thread: a chunk named `chunk_name` was compiled. Loading a file again replaces its lines.
  SourceFile& add(const std::string& chunk_name, std::string dump);

  // The same of a file whose functions were there before us, and which is not what it was then.
  SourceFile& add_living(const std::string& chunk_name, lua::Chunk chunk);

  // By the chunk name as lua_Debug.source has it without '@'; null if not loaded. Main thread.
  SourceFile* by_chunk_name(const char* chunk_name);

  // What a user means by `path`: an absolute or relative path by real path, a bare name by base
  // name. Several, if the bare name was loaded from several places.
  std::vector<SourceFile*> find(const std::string& path);

  std::vector<SourceFile*> all();

  // The file's functions and their lines; parsed now if it was not yet.
  const lua::Chunk& chunk(SourceFile& file);

  // Counts loads: what is known about names holds only within one version.
  int version() const { return version_; }

 private:
  base::Mutex mutex_;
  std::vector<SourceFile*> files_;
  volatile int version_ = 0;
};

Sources& sources();

// Line `number` as it stands on disk now; empty if there is none.
std::string line_of(const SourceFile& file, int number);

// False if it cannot be read.
bool read_whole(const std::string& path, std::string& content);

// realpath(3) after "~" and relative paths; `path` itself if there is no such file.
std::string real_path(const std::string& path);

}  // namespace agent
