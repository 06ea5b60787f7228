#include "agent/returned.h"

#include <algorithm>

#include "agent/nse_thread.h"
#include "agent/values.h"
#include "lua/returned.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr int kMost = 20;

char anchor;    // registry key of the values, weak
int owner = 0;  // the thread's id: its address may be another's by the time of the stop
std::string* function = nullptr;
int count = 0;
bool shown = false;
Frame shown_in;

void push_empty_list(lua_State* W) {
  lua_createtable(W, count, 0);
  lua_createtable(W, 0, 1);
  lua_pushliteral(W, "v");
  lua_setfield(W, -2, "__mode");
  lua_setmetatable(W, -2);
}

// The old list stays for the collector: nothing in it is kept alive.
void forget() {
  count = 0;
  shown = false;
}

int id_of(const NseThread* thread) { return thread ? thread->id : kEngineThreadId; }

}  // namespace

void keep_returned(lua_State* co, lua_Debug* ar, const NseThread* thread, std::string name) {
  forget();
  lua::Returned found = lua::returned(co, ar);
  if (found.count == 0 || !lua_checkstack(co, 2)) return;
  count = std::min(found.count, kMost);
  base::Status kept = lua::protect([&](lua_State* W) {
    push_empty_list(W);
    for (int i = 0; i < count; ++i) {
      if (!lua_getlocal(co, ar, found.first + i)) lua_pushnil(co);
      lua_xmove(co, W, 1);
      lua_rawseti(W, -2, i + 1);
    }
    lua_rawsetp(W, LUA_REGISTRYINDEX, &anchor);
  });
  if (!kept) return void(count = 0);
  owner = id_of(thread);
  if (!function) function = new std::string;
  *function = std::move(name);
}

void drop_returned(const NseThread* thread) {
  if (id_of(thread) == owner) forget();
}

void show_returned(const NseThread* thread, const Frame& top, dap::StoppedEvent& event) {
  if (count == 0 || id_of(thread) != owner) return;
  shown = true;
  shown_in = top;
  dap::Returned& out = event.nseReturned.emplace();
  out.function = *function;
  (void)lua::protect([&](lua_State* W) {
    for (int i = 1; i <= count; ++i) {
      push_returned(W, i);
      out.values.push_back(preview(W, -1, false));
      lua_pop(W, 1);
    }
  });
}

int count_returned(const Frame& frame) {
  return shown && frame.co == shown_in.co && frame.level == shown_in.level ? count : 0;
}

void push_returned(lua_State* W, int number) {
  lua_rawgetp(W, LUA_REGISTRYINDEX, &anchor);
  lua_rawgeti(W, -1, number);
  lua_remove(W, -2);
}

bool push_all_returned(lua_State* W) {
  if (!shown || count == 0) return false;
  lua_createtable(W, count, 0);
  for (int i = 1; i <= count; ++i) {
    push_returned(W, i);
    lua_rawseti(W, -2, i);
  }
  return true;
}

std::string returned_name(int number) {
  return count == 1 ? "Return value" : "Return value " + std::to_string(number);
}

}  // namespace agent
