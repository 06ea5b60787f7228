// The agent as it runs inside nmap, in a process of our own: a Lua state with an NSE in small
// (world/), and a Server without sockets (wire.h). One thread is all there is: what the agent does
// on nmap's and on its own happens in turn, and every input in the same way each time.
//
// What no input may bring about aborts: a message that is not DAP, a request that is not answered
// exactly once, a gap in seq, a scan that neither stops nor ends.
#pragma once

#include <string>

namespace fuzz {

class Input {
 public:
  virtual ~Input() = default;
  // The scan stands: the next message, by send(). False if there is none: the clients leave.
  virtual bool when_stopped() = 0;
  // The scan runs: messages that come now, if any.
  virtual void when_running() = 0;
  // It is over.
  virtual void at_end() = 0;
};

// A scan that stops first in demo.nse. A client has attached unless they are `silent`.
void run_scan(Input& input, bool silent);

// As if `json` had come from the first client (0) or the second (1), which comes with its first
// message. "$T0", "$F0", "$R0" (quotes included) are a thread, a frame, a reference of this scan,
// so that inputs stay good whatever came before them.
void send(int client, const std::string& json);

}  // namespace fuzz
