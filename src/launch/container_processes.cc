#include "launch/container_processes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "launch/foreign_root.h"
#include "launch/paths.h"
#include "launch/rendezvous.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;

std::string proc(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

// 0: not ours to know.
ino_t mount_namespace(pid_t pid) {
  struct stat info;
  return stat(proc(pid, "ns/mnt").c_str(), &info) == 0 ? info.st_ino : 0;
}

std::vector<pid_t> processes_of(const Place& place) {
  std::vector<pid_t> found;
  ino_t theirs = mount_namespace(place.pid);
  for (const std::string& name : list_directory("/proc")) {
    long long pid = 0;
    if (!theirs || !base::parse_int(name, pid)) continue;
    if (mount_namespace(static_cast<pid_t>(pid)) == theirs)
      found.push_back(static_cast<pid_t>(pid));
  }
  std::sort(found.begin(), found.end());
  return found;
}

// The last of "NSpid": the innermost namespace's.
pid_t id_inside(pid_t pid) {
  std::string all = status_field(pid, "NSpid");
  long long inside = 0;
  (void)base::parse_int(all.substr(all.find_last_of(" \t") + 1), inside);
  return static_cast<pid_t>(inside);
}

// `pid` is this machine's, so that it can be looked at.
std::vector<RunningNmap> nmaps_in(const Place& place) {
  std::vector<RunningNmap> found;
  std::vector<pid_t> processes = processes_of(place);
  for (RunningNmap& nmap : running_nmaps())
    if (std::binary_search(processes.begin(), processes.end(), nmap.pid))
      found.push_back(std::move(nmap));
  return found;
}

// As they are known in there, for messages.
std::vector<RunningNmap> as_seen_inside(std::vector<RunningNmap> nmaps) {
  for (RunningNmap& one : nmaps) one.pid = id_inside(one.pid);
  return nmaps;
}

base::Error not_ours(const Place& place) {
  return fail("the processes of " + place.described() + " are not yours to look at",
              "run nsedbg as the user who started it, or with sudo");
}

// unix(7), /proc/net/unix: the last field is the name it was bound to, which the agent has renamed.
std::string agent_socket(pid_t pid) {
  constexpr std::string_view kBound = "/agent.sock.new";
  std::vector<std::string> sockets;
  for (const std::string& fd : list_directory(proc(pid, "fd"))) {
    char link[64];
    ssize_t n = readlink((proc(pid, "fd/") + fd).c_str(), link, sizeof link);
    std::string_view text(link, n > 0 ? static_cast<size_t>(n) : 0);
    if (base::starts_with(text, "socket:[")) sockets.emplace_back(text.substr(8, text.size() - 9));
  }
  auto table = read_file(proc(pid, "net/unix"), 16 << 20);
  for (const std::string& line : table ? base::split(*table, '\n') : std::vector<std::string>{}) {
    size_t path = line.find(" /");
    if (path == line.npos || !base::ends_with(line, kBound)) continue;
    std::string inode = line.substr(0, path);
    inode = inode.substr(inode.rfind(' ') + 1);
    if (std::find(sockets.begin(), sockets.end(), inode) == sockets.end()) continue;
    return line.substr(path + 1, line.size() - path - 1 - 4);  // without ".new"
  }
  return {};
}

}  // namespace

Result<pid_t> find_in_container(const Place& place, pid_t inside) {
  std::vector<pid_t> all = processes_of(place);
  if (all.empty()) return not_ours(place);
  for (pid_t pid : all)
    if (id_inside(pid) == inside) return pid;
  std::vector<RunningNmap> nmaps = nmaps_in(place);
  return fail("there is no process " + std::to_string(inside) + " in " + place.described(),
              nmaps.empty() ? "no nmap is running there"
                            : "there are:\n  " + list_of(as_seen_inside(nmaps)));
}

Result<pid_t> find_in_container(const Place& place, const std::string& part) {
  if (!mount_namespace(place.pid)) return not_ours(place);
  std::vector<RunningNmap> all = nmaps_in(place);
  Result<size_t> which = only_one_with(part, as_seen_inside(all), " in " + place.described());
  if (!which) return which.take_error();
  return all[*which].pid;
}

std::vector<pid_t> marked_processes(const Place& place, const std::string& mark) {
  std::vector<pid_t> found;
  for (pid_t pid : processes_of(place)) {
    for (const char* file : {"cmdline", "environ"}) {
      auto text = read_file(proc(pid, file), 4 << 20);
      if (!text || text->find(mark) == std::string::npos) continue;
      found.push_back(pid);
      break;
    }
  }
  return found;
}

Result<Fd> join_agent(pid_t pid) {
  std::string path = agent_socket(pid);
  if (path.empty()) return Fd();
  Result<ForeignRoot> root = ForeignRoot::open(pid);
  if (!root) return root.take_error();
  Fd socket = root->socket(path);
  if (socket.valid()) return connect_unix_at(socket);
  return fail("an agent of nsedbg is in this nmap, and its socket " + path + " is gone",
              "wait until it has left");
}

}  // namespace launch
