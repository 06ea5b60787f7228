// What a network stop, or the condition of a network breakpoint, is about, as names: in a table in
// Lua's registry for just that long. The scope "Network" shows the table. Main thread only.
//
//   bytes      what is sent, or has come: a string; may be assigned
//   host port  the peer's address and port
//   socket     nmap's socket
//   operation  "send", "receive_lines", …
//   peer       "127.0.0.1:80/tcp"
//   error      why it failed: "TIMEOUT"
#pragma once

#include <string>
#include <string_view>

#include "agent/frames.h"
#include "base/result.h"

namespace agent {

extern const char* const kNetworkNames[];
extern const int kNetworkNameCount;

// Takes the table on top of W, and pops it: they are about a call that this frame made.
void keep_network_names(lua_State* W, const Frame& frame);
void drop_network_names();
bool is_about_network(const Frame& frame);

// Pushes the table; false and nothing pushed if there is none.
bool push_network_names(lua_State* W);

// In conditions and log messages: the name means a field of the table, whatever else has it.
bool is_network_name(std::string_view name);
void push_network_name(lua_State* W, std::string_view name);

// At the stop, only `bytes` is special: `host` and `port` are what the script calls so.
bool means_bytes(lua_State* W, std::string_view name);
// Pops the value on top.
base::Status assign_bytes(lua_State* W);

}  // namespace agent
