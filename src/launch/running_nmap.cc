#include "launch/running_nmap.h"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "launch/agent_files.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Result;

constexpr size_t kProgramLimit = 64 << 20;

std::string proc(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

// "TracerPid" of /proc/PID/status: the first word behind it, or empty.
// "S" of "S (sleeping)".
std::string status_word(pid_t pid, const std::string& name) {
  std::string value = status_field(pid, name);
  return value.substr(0, value.find_first_of(" \t"));
}

std::string described(pid_t pid) {
  return "process " + std::to_string(pid) + " (" + status_word(pid, "Name") + ")";
}

std::string name_of_user(uid_t uid) {
  const passwd* user = getpwuid(uid);
  return user ? user->pw_name : std::to_string(uid);
}

base::Error no_nmap(pid_t pid) {
  std::vector<RunningNmap> others = running_nmaps();
  return fail(described(pid) + " is not nmap",
              others.empty() ? "no nmap is running" : "there are:\n  " + list_of(others));
}

// Ours, of another machine or of 32 bits.
bool same_machine(pid_t pid) {
  auto theirs = read_file(proc(pid, "exe"), 20), ours = read_file("/proc/self/exe", 20);
  return !theirs || !ours || theirs->size() < 20 ||
         (theirs->compare(0, 6, *ours, 0, 6) == 0 && theirs->compare(18, 2, *ours, 18, 2) == 0);
}

}  // namespace

std::string status_field(pid_t pid, const std::string& name) {
  auto text = read_file(proc(pid, "status"), 65536);
  for (const std::string& line : text ? base::split(*text, '\n') : std::vector<std::string>{})
    if (base::starts_with(line, name + ":"))
      return std::string(base::trim(std::string_view(line).substr(name.size() + 1)));
  return {};
}

std::string list_of(const std::vector<RunningNmap>& nmaps) {
  std::string out;
  for (const RunningNmap& one : nmaps) out += (out.empty() ? "" : "\n  ") + one.text();
  return out;
}

std::string RunningNmap::command() const {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string RunningNmap::text() const {
  std::string line = std::to_string(pid) + "  " + command();
  return line.size() > 100 ? line.substr(0, 97) + "…" : line;
}

std::vector<std::string> command_line(pid_t pid) {
  auto text = read_file(proc(pid, "cmdline"), 1 << 20);
  std::vector<std::string> words = text ? base::split(*text, '\0') : std::vector<std::string>{};
  while (!words.empty() && words.back().empty()) words.pop_back();
  return words;
}

std::vector<RunningNmap> running_nmaps() {
  std::vector<RunningNmap> out;
  for (const std::string& name : list_directory("/proc")) {
    long long pid = 0;
    if (!base::parse_int(name, pid)) continue;
    auto id = static_cast<pid_t>(pid);
    if (!base::starts_with(status_word(id, "Name"), "nmap")) continue;
    RunningNmap one{id, command_line(id)};
    if (!one.words.empty()) out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(),
            [](const RunningNmap& a, const RunningNmap& b) { return a.pid < b.pid; });
  return out;
}

Result<size_t> only_one_with(const std::string& part, const std::vector<RunningNmap>& all,
                             const std::string& where) {
  std::vector<RunningNmap> found;
  size_t last = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].command().find(part) == std::string::npos) continue;
    found.push_back(all[i]);
    last = i;
  }
  if (found.size() == 1) return last;
  if (!found.empty())
    return fail("there are " + std::to_string(found.size()) + " nmaps" + where + " with '" + part +
                    "' in their command line",
                "give the PID of one:\n  " + list_of(found));
  if (all.empty()) return fail("no nmap is running" + where);
  return fail("no nmap" + where + " has '" + part + "' in its command line",
              "there are:\n  " + list_of(all));
}

Result<pid_t> find_running_nmap(const std::string& part) {
  std::vector<RunningNmap> all = running_nmaps();
  Result<size_t> which = only_one_with(part, all, "");
  if (!which) return which.take_error();
  return all[*which].pid;
}

Result<RunningNmap> look_at_nmap(pid_t pid) {
  if (pid <= 0 || (kill(pid, 0) != 0 && errno == ESRCH))
    return fail("there is no process " + std::to_string(pid));
  std::string state = status_word(pid, "State");
  if (state == "Z" || state == "X") return fail(described(pid) + " has ended already");
  std::string tracer = status_word(pid, "TracerPid");
  long long by = 0;
  if (base::parse_int(tracer, by) && by > 0)
    return fail(described(pid) + " is being traced by " + described(static_cast<pid_t>(by)),
                "a process can have one tracer at a time: end that one first");
  if (state == "T")
    return fail(described(pid) + " is stopped", "let it go on: kill -CONT " + std::to_string(pid));
  if (!same_machine(pid))
    return fail(described(pid) + " is made for another machine than this nsedbg",
                "build nsedbg for that machine", 3);
  auto program = read_file(proc(pid, "exe"), kProgramLimit);
  if (!program) return why_no_ptrace(pid, EPERM);
  if (program->find("nse_main.lua") == std::string::npos) {
    if (!base::starts_with(status_word(pid, "Name"), "nmap")) return no_nmap(pid);
    return fail(described(pid) + " was built without Lua: it has no script engine to debug",
                "use an nmap whose --version lists liblua", 3);
  }
  return RunningNmap{pid, command_line(pid)};
}

base::Error why_no_ptrace(pid_t pid, int error) {
  std::string what = described(pid) + " may not be traced";
  std::string as_root = "sudo nsedbg attach " + std::to_string(pid);
  if (error == ESRCH) return fail("there is no process " + std::to_string(pid));
  if (error != EPERM && error != EACCES) return fail(with_errno(what, error));
  long long uid = 0;
  bool known = base::parse_int(status_word(pid, "Uid"), uid);
  if (known && geteuid() != 0 && static_cast<uid_t>(uid) != geteuid())
    return fail(what + ": it is " + name_of_user(static_cast<uid_t>(uid)) + "'s", as_root);
  auto scope = read_file("/proc/sys/kernel/yama/ptrace_scope", 8);
  char mode = scope && !scope->empty() ? (*scope)[0] : '0';
  if (mode == '3')
    return fail(what + ": this machine permits it to nobody (kernel.yama.ptrace_scope is 3)",
                "start nmap with nsedbg instead; the setting holds until the next boot");
  if (mode != '0' && geteuid() != 0)
    return fail(what + ": this machine permits it to root only (kernel.yama.ptrace_scope is " +
                    mode + std::string(")"),
                as_root + ", or sudo sysctl kernel.yama.ptrace_scope=0");
  if (status_word(getpid(), "Seccomp") == "2")
    return fail(what + ": this container does not permit it",
                "start the container with --cap-add SYS_PTRACE, or nmap with nsedbg");
  if (geteuid() != 0) return fail(what + ": it has more rights than you (setcap, setuid)", as_root);
  return fail(what, "root needs CAP_SYS_PTRACE for it");
}

}  // namespace launch
