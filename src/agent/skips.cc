#include "agent/skips.h"

#include <atomic>
#include <map>

#include "agent/breakpoints.h"
#include "base/mutex.h"
#include "base/text.h"

namespace agent {
namespace {

base::Mutex mutex;
std::map<int, std::vector<dap::Skip>>* lists = nullptr;  // by client
std::atomic<bool> any{false};

// Under the mutex.
void changed() {
  bool some = false;
  for (const auto& [client, list] : *lists) some |= !list.empty();
  any.store(some);
  breakpoint_table_version.fetch_add(1);
}

bool is_file(const std::string& pattern, const SourceFile& file) {
  if (pattern == "nselib") return !file.script && !file.engine;
  if (pattern.find('/') == std::string::npos) return base::matches_glob(pattern, file.name);
  return base::matches_glob(pattern, file.real_path) || real_path(pattern) == file.real_path;
}

std::string name_of(SourceFile& file, int line_defined) {
  for (const lua::Chunk::Function& function : sources().chunk(file).functions)
    if (function.line_defined == line_defined) return function.name;
  return "";
}

// "http.get" and "http:get" are `get`, or `M.get`, of http.lua or http.nse.
bool is_function(const std::string& pattern, const SourceFile& file, const std::string& name) {
  if (name.empty()) return false;
  std::string last = name.substr(name.find_last_of(".:") + 1);  // npos + 1 is 0
  std::string owner = file.name.substr(0, file.name.rfind('.'));
  for (const std::string& spelling : {name, last, owner + "." + last, owner + ":" + last})
    if (base::matches_glob(pattern, spelling)) return true;
  return false;
}

bool fits(const dap::Skip& skip, SourceFile& file, const std::string& function) {
  if (skip.file && !is_file(*skip.file, file)) return false;
  if (skip.function && !is_function(*skip.function, file, function)) return false;
  return skip.file || skip.function;
}

}  // namespace

void set_skips(int client_id, const std::vector<dap::Skip>& skips) {
  base::Lock lock(mutex);
  if (!lists) lists = new std::map<int, std::vector<dap::Skip>>;
  (*lists)[client_id] = skips;
  changed();
}

void forget_skips(int client_id) {
  base::Lock lock(mutex);
  if (lists && lists->erase(client_id)) changed();
}

bool is_skipped(SourceFile& file, int line_defined) {
  if (!any.load(std::memory_order_relaxed)) return false;
  std::string function = name_of(file, line_defined);
  base::Lock lock(mutex);
  for (const auto& [client, list] : *lists)
    for (const dap::Skip& skip : list)
      if (fits(skip, file, function)) return true;
  return false;
}

}  // namespace agent
