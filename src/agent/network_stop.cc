#include "agent/network_stop.h"

#include <string.h>

#include "agent/evaluate.h"
#include "agent/frames.h"
#include "agent/hooks.h"
#include "agent/network_breakpoints.h"
#include "agent/network_names.h"
#include "agent/nse_thread.h"
#include "agent/scan.h"
#include "agent/sockets.h"
#include "base/text.h"
#include "lua/proto.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// The stop that lasts.
struct NetworkStop {
  NseThread* thread = nullptr;
  Frame frame;              // the Lua function that made the call
  bool has_bytes = false;   // there is something to change or to cut
  bool is_receive = false;  // an answer can be given in place of what came
  bool fails = false;       // by injection
  std::string status;       // then: what nmap calls it
};
NetworkStop* current = nullptr;

struct Status {
  const char* kind;
  const char* text;
};
// nse_status2str, nsock/src/nsock_event.c; a reset connection is just ERROR to a script.
constexpr Status kStatuses[] = {{"timeout", "TIMEOUT"}, {"reset", "ERROR"}, {"eof", "EOF"}};

// --- what happens ------------------------------------------------------------------------------

unsigned kinds_before(const NetworkCall& call) {
  switch (call.tap->kind) {
    case TapKind::kConnect: return bit(NetworkKind::kConnect) | bit(NetworkKind::kTls);
    case TapKind::kTls: return bit(NetworkKind::kTls);
    case TapKind::kSend: return bit(NetworkKind::kSend);
    case TapKind::kClose: return call.socket ? bit(NetworkKind::kClose) : 0;
    default: return 0;
  }
}

bool can_fail(TapKind kind) {
  return kind == TapKind::kConnect || kind == TapKind::kTls || kind == TapKind::kSend ||
         kind == TapKind::kReceive;
}

// Where the bytes are among the results of a read; pcap_receive gives length, layer 2, layer 3.
int bytes_among(const NetworkCall& call) {
  return strcmp(call.tap->method, "pcap_receive") == 0 ? 3 : 1;
}

unsigned kinds_of(const NetworkCall& call, const TapValues& results) {
  if (!can_fail(call.tap->kind)) return 0;
  int second = results.first + 1;
  if (succeeded(results)) {
    if (call.tap->kind != TapKind::kReceive) return 0;
    int bytes = bytes_among(call);
    bool came = results.count > bytes && lua_type(results.L, results.first + bytes) == LUA_TSTRING;
    return came ? bit(NetworkKind::kReceive) : 0;
  }
  if (results.count < 2 || lua_type(results.L, second) != LUA_TSTRING) return 0;
  bool late = strcmp(lua_tostring(results.L, second), "TIMEOUT") == 0;
  return bit(NetworkKind::kFailure) | (late ? bit(NetworkKind::kTimeout) : 0);
}

NetworkHappening happening_of(NseThread* thread, unsigned kinds) {
  NetworkHappening happening;
  happening.kinds = kinds;
  happening.thread = thread;
  const NetworkCall& call = thread->call;
  const Socket* socket = call.socket ? sockets().find(call.socket) : nullptr;
  if (!socket) return happening;
  if (call.tap->kind == TapKind::kConnect && !socket->tls)
    happening.kinds &= ~bit(NetworkKind::kTls);
  happening.host = socket->host;
  happening.name = socket->name;
  happening.port = socket->port;
  happening.protocol = socket->protocol;
  happening.peer = socket->peer();
  return happening;
}

// The innermost Lua function around the call, which is at level 0.
bool calling_frame(lua_State* co, Frame& frame, lua_Debug* ar) {
  for (int level = 1; lua_getstack(co, level, ar); ++level) {
    if (!lua::prototype(co, ar)) continue;
    frame = {co, level};
    return true;
  }
  return false;
}

// --- the names ---------------------------------------------------------------------------------

// table.name = the value at `index` of `L`.
void set_from(lua_State* W, const char* name, lua_State* L, int index) {
  lua_pushstring(W, name);
  lua_pushvalue(L, index);
  lua_xmove(L, W, 1);
  lua_rawset(W, -3);
}

void set_text(lua_State* W, const char* name, const std::string& text) {
  if (text.empty()) return;
  lua_pushstring(W, name);
  lua_pushlstring(W, text.data(), text.size());
  lua_rawset(W, -3);
}

// `bytes` and `error`: indexes on `L`, 0 for none.
bool make_names(const NetworkStop& stop, const NetworkHappening& happening, lua_State* L, int bytes,
                int error) {
  if (!lua_checkstack(L, 4)) return false;
  return lua::protect([&](lua_State* W) {
           const NetworkCall& call = happening.thread->call;
           lua_newtable(W);
           set_text(W, "operation", call.tap->method);
           set_text(W, "host", happening.host);
           set_text(W, "peer", happening.peer);
           if (happening.port) lua_pushinteger(W, happening.port), lua_setfield(W, -2, "port");
           if (call.socket && sockets().push(W, call.socket)) lua_setfield(W, -2, "socket");
           if (bytes) set_from(W, "bytes", L, bytes);
           if (error) set_from(W, "error", L, error);
           keep_network_names(W, stop.frame);
         })
      .ok();
}

// Pushes what `bytes` is now on `L`, if it is a string and another one than at `index` (0: any).
bool push_changed_bytes(lua_State* L, int index) {
  bool found = false;
  if (!lua_checkstack(L, 4)) return false;
  base::Status status = lua::protect([&](lua_State* W) {
    push_network_name(W, "bytes");
    found = lua_type(W, -1) == LUA_TSTRING;
    if (found) lua_xmove(W, L, 1);
  });
  if (!status || !found) return false;
  if (!index || !lua_rawequal(L, index, -1)) return true;
  lua_pop(L, 1);
  return false;
}

// --- the stop ----------------------------------------------------------------------------------

std::string with_peer(const char* preposition, const std::string& peer) {
  return peer.empty() ? "" : std::string(preposition) + peer;
}

std::string count_of_bytes(size_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

std::string describe_call(const NetworkHappening& happening) {
  const NetworkCall& call = happening.thread->call;
  const std::string& peer = happening.peer;
  switch (call.tap->kind) {
    case TapKind::kConnect: {
      bool tls = happening.kinds & bit(NetworkKind::kTls);
      return "connect" + with_peer(" to ", peer) + (tls ? " with TLS" : "");
    }
    case TapKind::kTls: return "begin TLS" + with_peer(" with ", peer);
    case TapKind::kSend: return "send " + count_of_bytes(call.sent) + with_peer(" to ", peer);
    default: return std::string(call.tap->method) + with_peer(" ", peer);
  }
}

std::string describe_results(const NetworkHappening& happening, const TapValues& results) {
  const NetworkCall& call = happening.thread->call;
  if (happening.kinds & bit(NetworkKind::kReceive)) {
    size_t count = lua_rawlen(results.L, results.first + bytes_among(call));
    return std::string(call.tap->method) + ": " + count_of_bytes(count) +
           with_peer(" from ", happening.peer);
  }
  std::string text = call.tap->method;
  bool from = call.tap->kind == TapKind::kReceive;
  text += with_peer(from ? " from " : " to ", happening.peer);
  return text + " failed: " + lua_tostring(results.L, results.first + 1);
}

// Asks the breakpoints and stops. False: nobody wanted to.
bool stop_here(NetworkStop& stop, const NetworkHappening& happening, lua_State* L, lua_Debug* ar,
               const std::string& description) {
  auto hit = network_breakpoints().test(happening, stop.frame.co, ar);
  if (!hit) return false;
  StopReason reason;
  reason.reason = "network breakpoint";
  reason.description = description;
  reason.text = hit->problem;
  reason.breakpoint_ids = hit->ids;
  reason.thread = stop.thread;
  reason.hidden_levels = stop.frame.level;
  current = &stop;
  scan().stop(L, reason);
  current = nullptr;
  return true;
}

int push_failure(lua_State* L, const std::string& status) {
  lua_pushnil(L);
  lua_pushlstring(L, status.data(), status.size());
  return 2;
}

int bytes_argument(const NetworkCall& call) {
  if (call.tap->kind != TapKind::kSend) return 0;
  return strcmp(call.tap->method, "sendto") == 0 ? 4 : 2;
}

// Applies what was done at the stop.
int change_call(const NetworkStop& stop, NetworkCall& call, lua_State* L, int bytes) {
  if (stop.fails) return push_failure(L, stop.status);
  if (bytes && push_changed_bytes(L, bytes)) {
    call.sent = lua_rawlen(L, -1);
    lua_replace(L, bytes);
  }
  return -1;
}

int change_results(const NetworkStop& stop, lua_State* L, int count, int bytes) {
  if (stop.fails) {
    lua_pop(L, count);
    return push_failure(L, stop.status);
  }
  if (!push_changed_bytes(L, bytes)) return count;
  if (bytes) {
    lua_replace(L, bytes);
    return count;
  }
  lua_insert(L, -count - 1);  // below the failure, which goes
  lua_pop(L, count);
  lua_pushboolean(L, true);
  lua_insert(L, -2);
  return 2;
}

}  // namespace

int stop_before_call(NseThread* thread, lua_State* L) {
  NetworkCall& call = thread->call;
  unsigned kinds = kinds_before(call);
  if (!kinds || !network_breakpoints().wanted(kinds)) return -1;
  NetworkStop stop;
  lua_Debug ar;
  stop.thread = thread;
  if (!calling_frame(L, stop.frame, &ar)) return -1;
  int bytes = bytes_argument(call);
  if (bytes && lua_type(L, bytes) != LUA_TSTRING) bytes = 0;
  stop.has_bytes = bytes != 0;
  NetworkHappening happening = happening_of(thread, kinds);
  if (!make_names(stop, happening, L, bytes, 0)) return -1;
  bool stopped = stop_here(stop, happening, L, &ar, describe_call(happening));
  int results = stopped ? change_call(stop, call, L, bytes) : -1;
  drop_network_names();
  if (stopped) rearm();
  return results;
}

int stop_at_results(NseThread* thread, lua_State* L, int count) {
  const NetworkCall& call = thread->call;
  TapValues results{L, lua_gettop(L) - count + 1, count};
  unsigned kinds = kinds_of(call, results);
  if (!kinds || !network_breakpoints().wanted(kinds)) return count;
  NetworkStop stop;
  lua_Debug ar;
  stop.thread = thread;
  if (!calling_frame(call.co, stop.frame, &ar)) return count;
  bool came = kinds & bit(NetworkKind::kReceive);
  stop.has_bytes = came;
  stop.is_receive = call.tap->kind == TapKind::kReceive;
  int bytes = came ? results.first + bytes_among(call) : 0;
  NetworkHappening happening = happening_of(thread, kinds);
  if (!make_names(stop, happening, L, bytes, came ? 0 : results.first + 1)) return count;
  bool stopped = stop_here(stop, happening, L, &ar, describe_results(happening, results));
  if (stopped) count = change_results(stop, L, count, bytes);
  drop_network_names();
  if (stopped) rearm();
  return count;
}

// --- injection ---------------------------------------------------------------------------------

namespace {

base::Result<dap::Inject::Response> fail_with(std::string status) {
  current->fails = true;
  current->status = std::move(status);
  std::string method = current->thread->call.tap->method;
  dap::Inject::Response response;
  response.description = method + " returns nil, \"" + base::escape(current->status) + "\"";
  return response;
}

base::Status set_bytes(const std::string& expression) {
  base::Status result = base::ok();
  base::Status status = lua::protect([&](lua_State* W) {
    result = push_expression(W, current->frame, expression);
    if (result) result = assign_bytes(W);
  });
  if (!status) return status;
  if (result) current->fails = false;
  return result;
}

base::Result<dap::Inject::Response> with_bytes(const std::string& expression) {
  base::Status set = set_bytes(expression);
  if (!set) return set.take_error();
  dap::Inject::Response response;
  size_t size = 0;
  (void)lua::protect([&](lua_State* W) {
    push_network_name(W, "bytes");
    size = lua_rawlen(W, -1);
  });
  response.description = current->thread->call.tap->method;
  response.description += current->is_receive ? " gets " : " is given ";
  response.description += count_of_bytes(size);
  return response;
}

base::Result<dap::Inject::Response> answer(const dap::Inject::Arguments& arguments) {
  if (!current->is_receive)
    return base::fail("nothing is received here: there is no answer to give",
                      "'catch receive' or 'catch failure' stops where one comes, or does not");
  if (!arguments.value) return base::fail("answer: needs the bytes, a string in Lua's notation");
  return with_bytes(*arguments.value);
}

base::Result<dap::Inject::Response> cut(const dap::Inject::Arguments& arguments) {
  if (!current->has_bytes) return base::fail("there are no bytes here to cut short");
  if (!arguments.count || *arguments.count < 0)
    return base::fail("short: how many bytes?", "short 10 leaves the first ten");
  return with_bytes("bytes:sub(1, " + std::to_string(*arguments.count) + ")");
}

}  // namespace

base::Result<dap::Inject::Response> inject(const dap::Inject::Arguments& arguments) {
  if (!current)
    return base::fail("this is no network stop: there is no call to answer",
                      "'catch send', 'catch receive', 'catch connect' … stop at one");
  for (const Status& status : kStatuses)
    if (arguments.kind == status.kind) return fail_with(status.text);
  if (arguments.kind == "error") return fail_with(arguments.text.value_or("ERROR"));
  if (arguments.kind == "answer") return answer(arguments);
  if (arguments.kind == "short") return cut(arguments);
  std::vector<std::string> kinds = {"timeout", "reset", "eof", "error", "answer", "short"};
  std::string hint = base::did_you_mean(arguments.kind, kinds);
  return base::fail("cannot inject '" + arguments.kind + "'",
                    hint.empty() ? "there are: timeout, reset, eof, error, short, answer" : hint);
}

}  // namespace agent
