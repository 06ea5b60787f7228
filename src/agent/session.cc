#include "agent/session.h"

#include <stdio.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "agent/breakpoints.h"
#include "agent/server.h"
#include "agent/why.h"
#include "base/mutex.h"

namespace agent {
namespace {

base::Mutex mutex;
std::string* stop_on_entry = nullptr;
int entry_client = 0;  // who asked for it
std::atomic<bool> only_scripts{false};
std::vector<int>* holders = nullptr;
base::Condition* released = nullptr;

std::atomic<bool> terminated_announced{false};

}  // namespace

void announce_terminated() {
  if (!terminated_announced.exchange(true)) broadcast_event(dap::TerminatedEvent{});
}

std::string program_name() {
  char name[4096] = "nmap";
  if (FILE* file = fopen("/proc/self/cmdline", "re")) {
    size_t n = fread(name, 1, sizeof name - 1, file);
    name[n] = '\0';
    fclose(file);
  }
  return name;
}

void hold_at_end(int client_id, bool hold) {
  base::Lock lock(mutex);
  if (!holders) holders = new std::vector<int>, released = new base::Condition;
  holders->erase(std::remove(holders->begin(), holders->end(), client_id), holders->end());
  if (hold) holders->push_back(client_id);
  released->notify();
}

void wait_for_holders(const int* status) {
  static bool told = false;
  if (!std::exchange(told, true) && !terminated_announced) tell_why_nothing_stopped();
  {
    base::Lock lock(mutex);
    if (!holders || holders->empty()) return;
  }
  fflush(stdout);  // the report: who holds the end wants to read it now
  fflush(stderr);
  dap::EndedEvent event;
  if (status) event.exitCode = *status;
  broadcast_event(event);
  base::Lock lock(mutex);
  while (!holders->empty()) released->wait(mutex);
}

void set_just_my_script(bool on) { only_scripts.store(on); }

bool just_my_script() { return only_scripts.load(std::memory_order_relaxed); }

void set_stop_on_entry(int client_id, const std::string& entry) {
  {
    base::Lock lock(mutex);
    entry_client = client_id;
    if (!stop_on_entry) stop_on_entry = new std::string;
    *stop_on_entry = entry;
  }
  if (entry != "none")
    breakpoints().set_functions(client_id, with_entry_breakpoints(client_id, {}));
}

std::vector<dap::FunctionBreakpoint> with_entry_breakpoints(
    int client_id, std::vector<dap::FunctionBreakpoint> wanted) {
  base::Lock lock(mutex);
  std::string entry = stop_on_entry && client_id == entry_client ? *stop_on_entry : "none";
  std::vector<std::string> names;
  if (entry == "action") names = {"*:action"};
  if (entry == "rule") names = {"*:prerule", "*:hostrule", "*:portrule", "*:postrule"};
  for (const std::string& name : names) {
    dap::FunctionBreakpoint breakpoint;
    breakpoint.name = name;
    wanted.push_back(std::move(breakpoint));
  }
  return wanted;
}

}  // namespace agent
