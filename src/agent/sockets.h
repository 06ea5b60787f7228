// nmap's sockets as objects: who talks to whom, since when, how much. Fed by the taps (taps.h).
//
// A record belongs to a userdata, by its address, and goes when that is collected (its __gc is
// tapped); nothing here keeps a socket alive. Main thread only.
#pragma once

#include <stdint.h>

#include <map>
#include <string>
#include <vector>

#include "agent/taps.h"

namespace agent {

struct Socket {
  int id = 0;
  const void* userdata = nullptr;
  std::string host;  // the address it was connected to, or the name if there was no address
  std::string name;  // the name it was connected by, if any
  int port = 0;
  std::string protocol = "tcp";
  bool tls = false;
  bool open = false;
  int timeout_ms = 0;
  uint64_t sent = 0, received = 0;  // bytes
  int64_t opened_ms = 0;            // scan_clock.h: when the connection was made
  int thread_id = 0;                // the NSE thread that connected it
  std::string script;

  std::string address() const;  // "127.0.0.1:80", "[::1]:53"
  std::string peer() const;     // "127.0.0.1:80/tcp"; empty if it was never connected
};

class Sockets {
 public:
  void open(lua_State* L);
  void metatable_is(const void* metatable) { metatable_ = metatable; }
  bool is_socket(lua_State* L, int index) const;

  // From the taps. `L` is in the call's frame, its arguments from index 1.
  void called(NseThread* thread, lua_State* L);
  void answered(NseThread& thread, const TapValues& results);
  void closed(const void* userdata, bool collected);
  // Whose end we would not see.
  void forget_all() { all_.clear(); }

  Socket* find(const void* userdata);
  const std::map<const void*, Socket>& all() const { return all_; }
  // What a call that begins to wait waits for.
  Wait wait_of(const NetworkCall& call);

  // Pushes the userdata; false and nothing pushed if it is being collected.
  bool push(lua_State* L, const void* userdata);

 private:
  Socket& known(lua_State* L, int index);
  void connecting(Socket& socket, NseThread* thread, lua_State* L, int address);

  const void* metatable_ = nullptr;  // of nmap's sockets
  std::map<const void*, Socket> all_;
  int next_id_ = 1;
};

Sockets& sockets();

// A call went well, by its first result.
bool succeeded(const TapValues& results);

}  // namespace agent
