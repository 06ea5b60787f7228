// For injection_test: a program that has Lua as a self-built nmap has it, inside and exported, and
// an event loop. It makes its Lua state when its input ends, and itself when somebody has come in.
#include <sys/epoll.h>
#include <unistd.h>

#include <lua.hpp>

static lua_State* state = nullptr;

int main() {
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  state = luaL_newstate();
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (;;) {
    epoll_event event;
    epoll_wait(epoll, &event, 1, 20);
    lua_getglobal(state, "entered");
    if (lua_toboolean(state, -1)) return 42;
    lua_pop(state, 1);
  }
}
