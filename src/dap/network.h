// The requests about the network that DAP does not have: stops at socket calls, what to make of
// them, and the sockets themselves. docs/protocol.md describes them.
#pragma once

#include "dap/requests.h"

namespace dap {

// kind: one of kNetworkKinds. What is left out matches everything; `script` and `host` may have
// `*`.
struct NetworkBreakpoint {
  std::string kind;
  opt<std::string> script;
  opt<std::string> host;
  opt<int> port;
  opt<std::string> condition;
  opt<std::string> hitCondition;
  opt<std::string> logMessage;
  DAP_MEMBERS(NetworkBreakpoint, kind, script, host, port, condition, hitCondition, logMessage)
};

inline constexpr const char* kNetworkKinds[] = {"connect", "send",    "receive", "close",
                                                "timeout", "failure", "tls"};

struct SetNetworkBreakpoints {
  static constexpr const char* command = "nse/setNetworkBreakpoints";
  struct Arguments {
    std::vector<NetworkBreakpoint> breakpoints;
    DAP_MEMBERS(Arguments, breakpoints)
  };
  using Response = BreakpointsResponse;
};

// At a network stop: what the script gets instead. kind: "timeout", "reset", "eof", "error" (with
// `text`), "short" (the first `count` bytes), "answer" (with `value`, a Lua expression for a
// string).
struct Inject {
  static constexpr const char* command = "nse/inject";
  struct Arguments {
    std::string kind;
    opt<int> count;
    opt<std::string> text;
    opt<std::string> value;
    DAP_MEMBERS(Arguments, kind, count, text, value)
  };
  struct Response {
    std::string description;
    DAP_MEMBERS(Response, description)
  };
};

struct NetworkSocket {
  int id = 0;
  std::string peer;  // "127.0.0.1:80/tcp"
  opt<std::string> name;
  opt<std::string> local;  // "127.0.0.1:46554"
  std::string protocol;
  bool tls = false;
  int64_t sent = 0;  // bytes
  int64_t received = 0;
  double seconds = 0;  // open since
  int threadId = 0;    // who connected it
  std::string thread;  // its name: "http-title 10.0.0.5:80/tcp"
  std::string script;
  int timeout = 0;           // milliseconds; -1: none
  opt<std::string> waiting;  // the method that waits on it
  opt<double> waitingSeconds;
  DAP_MEMBERS(NetworkSocket, id, peer, name, local, protocol, tls, sent, received, seconds,
              threadId, thread, script, timeout, waiting, waitingSeconds)
};

struct SocketsRequest {
  static constexpr const char* command = "nse/sockets";
  using Arguments = Empty;
  struct Response {
    std::vector<NetworkSocket> sockets;
    DAP_MEMBERS(Response, sockets)
  };
};

}  // namespace dap
