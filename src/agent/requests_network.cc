// nse/setNetworkBreakpoints, nse/inject, nse/sockets.
#include <algorithm>

#include "agent/dispatch.h"
#include "agent/network_breakpoints.h"
#include "agent/network_stop.h"
#include "agent/nse_thread.h"
#include "agent/scan_clock.h"
#include "agent/sockets.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

base::Result<dap::BreakpointsResponse> set_network_breakpoints(
    Call& call, const dap::SetNetworkBreakpoints::Arguments& arguments) {
  dap::BreakpointsResponse response;
  response.breakpoints = network_breakpoints().set(call.client_id, arguments.breakpoints);
  return response;
}

base::Result<dap::Inject::Response> inject_here(Call&, const dap::Inject::Arguments& arguments) {
  return inject(arguments);
}

// The socket's own end, by its get_info; empty if it tells none.
std::string local_end(lua_State* W, const Socket& socket) {
  lua::StackGuard guard(W);
  if (!sockets().push(W, socket.userdata) || !lua_getmetatable(W, -1)) return {};
  lua::push_raw_field(W, -1, "__index");
  lua::push_raw_field(W, -1, "get_info");
  lua_pushvalue(W, -4);
  if (!lua_isfunction(W, -2) || lua_pcall(W, 1, 5, 0) != LUA_OK) return {};
  if (lua_type(W, -4) != LUA_TSTRING) return {};
  Socket end;
  end.host = lua_tostring(W, -4);
  end.port = static_cast<int>(lua_tointeger(W, -3));
  return end.address();
}

dap::NetworkSocket describe(lua_State* W, const Socket& socket, const NseThread* waiting) {
  dap::NetworkSocket out;
  int64_t now = scan_ms();
  out.id = socket.id;
  out.peer = socket.peer();
  if (!socket.name.empty() && socket.name != socket.host) out.name = socket.name;
  if (std::string local = socket.open ? local_end(W, socket) : ""; !local.empty())
    out.local = local;
  out.protocol = socket.protocol;
  out.tls = socket.tls;
  out.sent = static_cast<int64_t>(socket.sent);
  out.received = static_cast<int64_t>(socket.received);
  if (socket.open) out.seconds = static_cast<double>(now - socket.opened_ms) / 1000;
  out.threadId = socket.thread_id;
  if (NseThread* thread = nse_threads().by_id(socket.thread_id)) out.thread = thread->name();
  out.script = socket.script;
  out.timeout = socket.timeout_ms;
  if (waiting) {
    out.waiting = waiting->call.tap->method;
    out.waitingSeconds = static_cast<double>(now - waiting->call.since_ms) / 1000;
  }
  return out;
}

const NseThread* waits_on(const Socket& socket, const std::vector<NseThread*>& threads) {
  for (const NseThread* thread : threads)
    if (thread->call.waiting && thread->call.socket == socket.userdata) return thread;
  return nullptr;
}

base::Result<dap::SocketsRequest::Response> list_sockets(Call&, const dap::Empty&) {
  dap::SocketsRequest::Response response;
  nse_threads().refresh();
  std::vector<NseThread*> threads = nse_threads().all();
  base::Status status = lua::protect([&](lua_State* W) {
    for (const auto& [userdata, socket] : sockets().all()) {
      const NseThread* waiting = waits_on(socket, threads);
      if (socket.open || waiting) response.sockets.push_back(describe(W, socket, waiting));
    }
  });
  if (!status) return status.take_error();
  std::sort(response.sockets.begin(), response.sockets.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return response;
}

}  // namespace

template <>
const Handler HandlerOf<dap::SetNetworkBreakpoints>::value =
    on<dap::SetNetworkBreakpoints, set_network_breakpoints>(On::kIo);
template <>
const Handler HandlerOf<dap::Inject>::value = on<dap::Inject, inject_here>(On::kStopped);
template <>
const Handler HandlerOf<dap::SocketsRequest>::value =
    on<dap::SocketsRequest, list_sockets>(On::kStopped);

}  // namespace agent
