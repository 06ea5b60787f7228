// nmap's mutexes and condition variables (nmap.mutex, nmap.condvar): who holds them, who waits.
//
// Nothing is wrapped and nothing kept up to date. Both functions have a table of all locks as their
// upvalue (object → closure, weak values; nse_nmaplib.cc, l_mutex and l_condvar, 7.93 … HEAD), and
// a lock's closure has the queue as its first upvalue and, a mutex, the holder as its second. They
// are read when somebody asks. Main thread, on the workbench, inside lua::protect.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "agent/nse_thread.h"

namespace agent {

struct Lock {
  bool mutex = false;
  bool shared = false;  // made for a string: any script can get at it
  std::string name;
  bool held = false;
  NseThread* holder = nullptr;  // null though held: see holder_gone
  bool holder_gone = false;     // the coroutine that holds it has ended
  std::vector<NseThread*> waiting;
};

struct Locks {
  std::vector<Lock> locks;  // held or waited for
  int idle = 0;
  std::unordered_map<const NseThread*, size_t> awaited;  // who waits → which of `locks`

  // The lock that a thread waits for, or null.
  const Lock* awaited_by(const NseThread* thread) const {
    auto found = awaited.find(thread);
    return found == awaited.end() ? nullptr : &locks[found->second];
  }
};

// Once, inside lua_pcall.
void open_locks(lua_State* L);

Locks read_locks(lua_State* W);

std::string lock_text(const Lock& lock);    // mutex "http-brute"
std::string holder_text(const Lock& lock);  // 12 http-form-brute 10.0.0.1:80/tcp

}  // namespace agent
