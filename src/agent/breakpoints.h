// The breakpoints as the clients set them, and what became of each: pending, verified, moved.
//
// Threads: any; under one mutex. The main thread works from its own compiled copy (armed.h), made
// anew whenever version() changes, so setting a breakpoint while nmap sits in epoll_wait takes
// effect at the next line.
#pragma once

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "agent/sources.h"
#include "agent/target_filter.h"
#include "base/mutex.h"
#include "dap/requests.h"

namespace agent {

// Where a function breakpoint's function begins.
struct FunctionPlace {
  SourceFile* file = nullptr;
  int line_defined = 0;
  std::string script;  // only when NSE calls it as a rule or action of this script; empty: always
  std::string rule;
};

// What a breakpoint remembers however often the table is compiled anew. Never freed.
struct History {
  std::atomic<int> reached{0};     // whatever its condition said; read by both threads
  std::atomic<int> hits{0};        // with its condition true; read by both threads
  std::vector<std::string> hosts;  // main thread: where a mode has let it through already
  base::Mutex mutex;
  std::vector<dap::HostHits> by_host;  // under it: of the first kMostHosts hosts
};
inline constexpr size_t kMostHosts = 50;

// How often one stops (dap::kBreakpointModes): at every instance of a script, once for each host,
// or once.
enum class Mode { kEvery, kHost, kOnce };
bool parse_mode(const std::string& name, Mode& mode);  // "": kEvery

struct Breakpoint {
  int id = 0;
  int client_id = 0;     // who set it: each client replaces and loses its own only
  std::string path;      // line breakpoints: as the client named the file
  std::string checksum;  // of that file, if the client told: its copies are meant, too
  int requested_line = 0;
  std::string function;  // function breakpoints: the name
  std::string condition, hit_condition, log_message, mode;
  std::string on_host, on_port, on_script;  // target_filter.h

  bool failed = false;  // a text of it does not compile: it never becomes real
  bool verified = false;
  std::string message;  // why not verified, or what was changed
  int line = 0;         // where it really is
  std::vector<SourceFile*> files;
  std::vector<FunctionPlace> places;
  History* history = nullptr;

  dap::Breakpoint to_dap() const;
};

class Breakpoints {
 public:
  std::vector<dap::Breakpoint> set_lines(int client_id, const std::string& path,
                                         const std::string& checksum,
                                         const std::vector<dap::SourceBreakpoint>& wanted);
  // The names are resolved later by the main thread (function_breakpoints.h).
  std::vector<int> set_functions(int client_id, const std::vector<dap::FunctionBreakpoint>& wanted);
  std::vector<dap::Breakpoint> describe(const std::vector<int>& ids);
  void clear();
  void client_gone(int client_id);

  // A file was loaded: pending breakpoints may become real.
  void on_loaded(SourceFile& file);
  // A function breakpoint was looked up; tells the clients if anything changed.
  void resolved(int id, std::vector<FunctionPlace> places, const std::string& message);
  void announce_hit(int id);
  // Has a breakpoint of that client, also one that is gone, stopped the scan?
  bool has_stopped_for(int client_id);

  std::vector<Breakpoint> all();
  int new_id();  // data breakpoints are numbered with the others

 private:
  Breakpoint* same(const Breakpoint& wanted);
  void check(Breakpoint& breakpoint);
  void place(Breakpoint& breakpoint);

  base::Mutex mutex_;
  std::vector<Breakpoint> table_;
  int next_id_ = 1;
  std::set<int> stopped_for_;  // clients
};

Breakpoints& breakpoints();

// Changes with the table. Any thread; inline, since every hook asks.
extern std::atomic<int> breakpoint_table_version;
inline int breakpoint_version() { return breakpoint_table_version.load(std::memory_order_relaxed); }

}  // namespace agent
