#include "agent/sockets.h"

#include <string.h>

#include "agent/nse_thread.h"
#include "agent/scan_clock.h"
#include "lua/table.h"

namespace agent {
namespace {

constexpr int kDefaultTimeout = 30000;  // nse_nsock.cc, DEFAULT_TIMEOUT

// Registry key of a table with weak values: a socket's address → the userdata.
const char kUserdata = 0;

std::string text_at(lua_State* L, int index) {
  if (lua_type(L, index) == LUA_TSTRING) return lua_tostring(L, index);
  return {};
}

std::string text_field(lua_State* L, int table, const char* name) {
  lua::push_raw_field(L, table, name);
  std::string text = text_at(L, -1);
  lua_pop(L, 1);
  return text;
}

// As nseU_checktarget (nse_utility.cc): a string, or a table with `ip` or `targetname`.
void read_target(lua_State* L, int index, Socket& socket) {
  if (lua_istable(L, index)) {
    socket.host = text_field(L, index, "ip");
    socket.name = text_field(L, index, "targetname");
    if (socket.host.empty()) socket.host = socket.name;
  } else {
    socket.host = text_at(L, index);
    socket.name.clear();
  }
}

// As nseU_checkport: a number, or a table with `number` and perhaps `protocol`.
void read_port(lua_State* L, int index, Socket& socket) {
  if (lua_istable(L, index)) {
    lua::push_raw_field(L, index, "number");
    socket.port = static_cast<int>(lua_tointeger(L, -1));
    lua_pop(L, 1);
    std::string protocol = text_field(L, index, "protocol");
    if (!protocol.empty()) socket.protocol = protocol;
  } else {
    socket.port = static_cast<int>(lua_tointeger(L, index));
  }
}

}  // namespace

Sockets& sockets() {
  static Sockets* one = new Sockets;
  return *one;
}

bool succeeded(const TapValues& results) {
  return results.count > 0 && lua_toboolean(results.L, results.first);
}

std::string Socket::address() const {
  bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Socket::peer() const { return host.empty() ? "" : address() + "/" + protocol; }

void Sockets::open(lua_State* L) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kUserdata);
}

bool Sockets::push(lua_State* L, const void* userdata) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kUserdata);
  lua_rawgetp(L, -1, userdata);
  lua_remove(L, -2);
  if (lua_isuserdata(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

bool Sockets::is_socket(lua_State* L, int index) const {
  if (!lua_getmetatable(L, index)) return false;
  bool same = lua_topointer(L, -1) == metatable_;
  lua_pop(L, 1);
  return same;
}

Socket* Sockets::find(const void* userdata) {
  auto found = all_.find(userdata);
  return found == all_.end() ? nullptr : &found->second;
}

Socket& Sockets::known(lua_State* L, int index) {
  const void* userdata = lua_touserdata(L, index);
  if (Socket* socket = find(userdata)) return *socket;
  Socket& socket = all_[userdata];
  socket.id = next_id_++;
  socket.userdata = userdata;
  socket.timeout_ms = kDefaultTimeout;
  index = lua_absindex(L, index);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kUserdata);
  lua_pushvalue(L, index);
  lua_rawsetp(L, -2, userdata);
  lua_pop(L, 1);
  return socket;
}

void Sockets::connecting(Socket& socket, NseThread* thread, lua_State* L, int address) {
  read_target(L, address, socket);
  read_port(L, address + 1, socket);
  socket.thread_id = thread->id;
  socket.script = thread->script;
}

void Sockets::called(NseThread* thread, lua_State* L) {
  NetworkCall& call = thread->call;
  TapKind kind = call.tap->kind;
  if (kind == TapKind::kSleep) call.timeout_ms = static_cast<int>(lua_tonumber(L, 1) * 1000);
  if (kind == TapKind::kOpen) call.udp = text_at(L, 1) == "udp";
  if (!call.socket || !lua_checkstack(L, 8)) return;
  Socket& socket = known(L, 1);
  call.timeout_ms = socket.timeout_ms;
  bool to = strcmp(call.tap->method, "sendto") == 0;
  if (kind == TapKind::kConnect) {
    connecting(socket, thread, L, 2);
    std::string protocol = text_at(L, 4);
    socket.tls = protocol == "ssl";
    if (!protocol.empty()) socket.protocol = socket.tls ? "tcp" : protocol;
  } else if (to) {
    connecting(socket, thread, L, 2);
    socket.protocol = "udp";
  }
  int bytes = to ? 4 : 2;
  if (kind == TapKind::kSend && lua_type(L, bytes) == LUA_TSTRING) call.sent = lua_rawlen(L, bytes);
  if (kind == TapKind::kTimeout) call.timeout_ms = static_cast<int>(lua_tointeger(L, 2));
}

void Sockets::answered(NseThread& thread, const TapValues& results) {
  const NetworkCall& call = thread.call;
  bool ok = succeeded(results);
  if (call.tap->kind == TapKind::kOpen && results.count == 1 && is_socket(results.L, results.first))
    known(results.L, results.first).protocol = call.udp ? "udp" : "tcp";
  Socket* socket = call.socket ? find(call.socket) : nullptr;
  if (!socket) return;
  switch (call.tap->kind) {
    case TapKind::kConnect:
      socket->open = ok;
      socket->opened_ms = scan_ms();
      break;
    case TapKind::kTls: socket->tls = ok || socket->tls; break;
    case TapKind::kSend:
      if (ok) socket->sent += call.sent;
      if (ok) socket->open = true;  // UDP needs no connect
      break;
    case TapKind::kReceive:
      if (ok && results.count > 1 && lua_type(results.L, results.first + 1) == LUA_TSTRING)
        socket->received += lua_rawlen(results.L, results.first + 1);
      break;
    case TapKind::kTimeout:
      if (ok) socket->timeout_ms = call.timeout_ms;
      break;
    default: break;
  }
}

// nmap sets the time-out back as well (l_close calls initialize, nse_nsock.cc 7.93:871).
void Sockets::closed(const void* userdata, bool collected) {
  if (collected) {
    all_.erase(userdata);
  } else if (Socket* socket = find(userdata)) {
    socket->open = false;
    socket->timeout_ms = kDefaultTimeout;
  }
}

Wait Sockets::wait_of(const NetworkCall& call) {
  Wait wait;
  wait.method = call.tap->method;
  wait.since_ms = call.since_ms;
  wait.timeout_ms = call.timeout_ms;
  if (Socket* socket = call.socket ? find(call.socket) : nullptr) {
    wait.peer = socket->peer();
    wait.socket = socket->id;
  }
  return wait;
}

}  // namespace agent
