#include "agent/dead_threads.h"

#include "agent/error_object.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr size_t kKept = 100;

}  // namespace

DeadThreads& dead_threads() {
  static DeadThreads* one = new DeadThreads;
  return *one;
}

void DeadThreads::add(NseThread* thread, ThreadEnd outcome, const std::string& error) {
  thread->co = nullptr;
  base::Lock lock(mutex_);
  threads_.push_back({std::unique_ptr<NseThread>(thread), outcome, error, scan_now()});
  if (threads_.size() > kKept) threads_.pop_front();
}

std::string error_of_dead(lua_State* co, bool& gave_up) {
  std::string out = "error in error handling";
  if (!lua_checkstack(co, 1)) return out;
  base::Status read = lua::protect([&](lua_State* W) {
    lua_pushvalue(co, -1);
    lua_xmove(co, W, 1);
    gave_up = is_new_try(W, -1);
    out = text_of_error(W);
  });
  return read ? out : read.error().message;
}

}  // namespace agent
