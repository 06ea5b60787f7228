#include "agent/interrupt.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "agent/hooks.h"
#include "agent/network_guard.h"
#include "agent/resume.h"
#include "agent/scan.h"

namespace agent {
namespace {

pthread_t main_thread;
struct sigaction before;
std::atomic<bool> active{false};

void signal_main_thread() {
  if (active.load() || running()->outer) pthread_kill(main_thread, SIGURG);
}

void on_signal(int) {
  int saved = errno;
  interrupt_evaluation();
  bool wanted = pause_wanted.load(std::memory_order_relaxed) ||
                attention_wanted.load(std::memory_order_relaxed);
  if (!scan().serving() && wanted) {
    constexpr int mask = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE;
    lua_sethook(running()->co, hook, mask, 0);
  }
  errno = saved;
}

}  // namespace

std::atomic<bool> pause_wanted{false};
std::atomic<bool> attention_wanted{false};

void install_interrupt(lua_State*) {
  main_thread = pthread_self();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGURG, &action, &before);
}

void uninstall_interrupt() {
  pause_wanted.store(false);
  attention_wanted.store(false);
  sigaction(SIGURG, &before, nullptr);
}

bool on_main_thread() { return pthread_equal(pthread_self(), main_thread); }

void request_pause() {
  pause_wanted.store(true);
  signal_main_thread();
}

void request_attention() {
  attention_wanted.store(true);
  signal_main_thread();
}

void pause_done() { pause_wanted.store(false); }

void interrupt_main_evaluation() { pthread_kill(main_thread, SIGURG); }

void set_engine_active(bool is_active) { active.store(is_active); }

bool engine_active() { return active.load(); }

}  // namespace agent
