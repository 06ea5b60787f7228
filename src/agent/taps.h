// Taps: every function through which a script gets to the network is ours first.
//
// The methods of nmap's sockets and of dnet, and the functions that make them, sleep or resolve,
// are replaced by C closures that hold copies of the original's upvalues and call its C function in
// their own frame. So nothing a script can see changes: nmap finds its upvalues where it expects
// them (lua_upvalueindex 1 … 4, nse_nsock.cc 7.93:36, nse_dnet.cc:18), the text of an error names
// the same function and position (level 1 is the caller, as before), and a traceback has the same
// frames. Each tap is a C function of its own, so that it can be told from others by its address,
// as network_guard does.
//
// A call's life: it begins here; it ends at once, with its results in our frame, or it waits. Then
// lua_yieldk leaves our frame behind by longjmp, nmap's own continuation runs in it later, and the
// results come from the engine as the arguments of coroutine.resume (nse_restore, nse_main.cc
// 7.93:713, and Thread:resume), which is ours, too: network_answered(). For receive_buf these are
// the bytes of each read, not what the script gets in the end. nmap 7.96 and later completes some
// calls without waiting (NU_ACTION_IMMEDIATE).
//
// Main thread only; what other threads may read is in NseThread's `wait`.
#pragma once

#include <stdint.h>

#include <string>

#include "lua/api.h"

namespace agent {

struct NseThread;

enum class TapKind : uint8_t {
  kOther,    // settings and questions: bind, get_info, …
  kOpen,     // new, pcap_open, ethernet_open, ip_open
  kConnect,  // connect; with TLS as well
  kTls,      // reconnect_ssl: TLS from here on
  kSend,     // send, sendto, ip_send, ethernet_send
  kReceive,  // receive, receive_*, pcap_receive
  kClose,    // close, pcap_close, ethernet_close, ip_close
  kTimeout,  // set_timeout
  kSleep,    // nmap.socket.sleep, which is stdnse.sleep
  kResolve,  // nmap.resolve: nmap stands still meanwhile
  kGone,     // __gc: nobody can use it any more
};

struct Tap {
  const char* method = nullptr;  // as a script calls it
  TapKind kind = TapKind::kOther;
  bool socket = false;  // a method of nmap's sockets: the first argument is one
  lua_CFunction original = nullptr;
  lua_CFunction replacement = nullptr;
};

// One call of a tapped function by an NSE thread. A thread has one at a time; it is stale once the
// call is over, until the next one. Plain data: nmap's functions leave it by longjmp.
struct NetworkCall {
  const Tap* tap = nullptr;
  lua_State* co = nullptr;       // who called: the thread's base or a coroutine nested in it
  const void* socket = nullptr;  // the userdata's address
  bool waiting = false;          // it has yielded and not been resumed
  int64_t since_ms = 0;          // scan_clock.h: when it began to wait, of a read for each read
  int timeout_ms = -1;           // -1: waits for ever
  size_t sent = 0;               // bytes that it was given to send
  bool udp = false;              // new: what kind of socket is wanted
};

// What an NSE thread waits for, for other threads to read. Copied from the call.
struct Wait {
  const char* method = nullptr;  // "receive_lines"; null: it waits for no call of these
  std::string peer;              // "127.0.0.1:80/tcp"; empty for sleep
  int socket = 0;                // Socket::id
  int64_t since_ms = 0;
  int timeout_ms = -1;
};

// Values on a stack: `first` … `first + count - 1` of `L`.
struct TapValues {
  lua_State* L = nullptr;
  int first = 1;
  int count = 0;
};

// For those who want to see all that goes over the network: each function may be null. They must
// not raise, and must leave the stack as it is.
struct TapObserver {
  void (*called)(NseThread* thread, const NetworkCall& call, const TapValues& arguments) = nullptr;
  void (*answered)(NseThread* thread, const NetworkCall& call, const TapValues& results) = nullptr;
  // A socket's end: closed by the script or by nmap, or collected. `thread` may be null.
  void (*closed)(NseThread* thread, const void* socket) = nullptr;
};
void observe_taps(const TapObserver& observer);

// Once, when nmap's libraries are loaded and before nse_main.lua is: modules keep the functions
// they find. After open_network_guard(), which wants the originals; the taps are refused as well.
void install_taps(lua_State* L);

// At each start of the engine, which sets _R.NSE_YIELD anew (nse_main.lua 7.93:912): nmap calls
// that from inside of the C function that is about to wait.
void watch_waits(lua_State* L);

// The engine resumes `thread` with `count` values on top of `L`. Returns how many there are now.
int network_answered(lua_State* L, NseThread* thread, int count);

}  // namespace agent
