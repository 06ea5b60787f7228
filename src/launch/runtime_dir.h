// The private directory of one run: where the overlay stands in nmap's search path and where the
// agent's socket appears.
//
//   <base>/run-XXXXXX/          0700, ours; <base> is $XDG_RUNTIME_DIR/nsedbg, /run/user/UID/nsedbg
//     pid                       two lines: the launcher's pid, nmap's pid (when it runs); locked
//                               (flock, shared) by the launcher and by the agent while they live
//     agent.sock                renamed into place by the agent once it listens
//     overlay/nse_main.lua      see overlay.h
//     overlay/…                 symbolic links, where the overlay stands for a directory of the
//     user
//     box/, cid                 what a container sees of it (container_directory.h), and its id
//
// Without such a base, root takes /run/nsedbg, everybody else /tmp/nsedbg-XXXXXX itself. The
// directory goes with its owner; what a killed nsedbg left behind is swept by the next one.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "launch/environment.h"

namespace launch {

class RunDirectory {
 public:
  // In the first base that will do; sweeps stale runs there first.
  static base::Result<RunDirectory> create(const Environment& environment);
  // In this base, and in no other: the tests' door.
  static base::Result<RunDirectory> create_below(const std::string& base);

  RunDirectory(RunDirectory&& other) noexcept;
  RunDirectory& operator=(RunDirectory&& other) noexcept;
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;
  ~RunDirectory() { remove(); }

  const std::string& path() const { return path_; }
  std::string socket_path() const { return path_ + "/agent.sock"; }
  std::string overlay_path() const { return path_ + "/overlay"; }

  base::Status record_nmap(pid_t nmap);
  // The scan goes on without us and still needs the files: a later sweep removes them.
  void leave() { path_.clear(); }
  void remove();

 private:
  explicit RunDirectory(std::string path) : path_(std::move(path)) {}
  base::Status prepare();

  std::string path_;
  base::Fd pid_file_;
};

// Removes the run directories below `base` whose launcher and nmap are gone. `prefix` tells them
// from other things there.
void sweep_stale_runs(const std::string& base, const std::string& prefix);

// Every run of ours: for who wants to join one.
struct Run {
  std::string path;
  std::vector<pid_t> pids;  // the launcher's, then nmap's
};
std::vector<Run> list_runs(const Environment& environment);

}  // namespace launch
