#include "agent/deadlocks.h"

#include <set>
#include <unordered_set>

namespace agent {
namespace {

using Threads = std::unordered_set<const NseThread*>;

class Analysis {
 public:
  Analysis(const Locks& locks, const std::vector<NseThread*>& threads)
      : locks_(locks), threads_(threads) {
    while (find_more()) {
    }
  }
  bool is_stuck(const NseThread* thread) const { return !free_.count(thread); }

 private:
  bool find_more() {
    size_t before = free_.size();
    for (const NseThread* thread : threads_)
      if (!free_.count(thread) && may_go_on(*thread)) add(*thread);
    return free_.size() > before;
  }
  void add(const NseThread& thread) {
    free_.insert(&thread);
    free_scripts_.insert(thread.script);
  }
  bool may_go_on(const NseThread& thread) const {
    const Lock* lock = locks_.awaited_by(&thread);
    if (!lock) return true;
    if (lock->mutex) return lock->holder ? free_.count(lock->holder) > 0 : !lock->holder_gone;
    return lock->shared ? !free_.empty() : free_scripts_.count(thread.script) > 0;
  }

  const Locks& locks_;
  const std::vector<NseThread*>& threads_;
  Threads free_;
  std::set<std::string> free_scripts_;
};

std::string waits_text(const NseThread& thread, const Lock& lock) {
  std::string out = std::to_string(thread.id) + " " + thread.name();
  out += " waits for " + lock_text(lock);
  if (!lock.mutex) return out + ", which nobody is left to signal";
  return out + ", held by " + holder_text(lock);
}

// One entry per chain of threads that wait for each other, each lock told once.
Deadlock follow(const Locks& locks, const NseThread* first, std::set<const Lock*>& told) {
  Deadlock out;
  for (const NseThread* thread = first; thread;) {
    const Lock* lock = locks.awaited_by(thread);
    if (!lock || !told.insert(lock).second) break;
    out.text += (out.text.empty() ? "" : "; ") + waits_text(*thread, *lock);
    for (const NseThread* waiting : lock->waiting) out.threads.push_back(waiting->id);
    size_t others = lock->waiting.size() - 1;
    if (others) out.text += " (and " + std::to_string(others) + " more)";
    thread = lock->holder;
  }
  return out;
}

}  // namespace

std::vector<Deadlock> find_deadlocks(const Locks& locks, const std::vector<NseThread*>& threads) {
  std::vector<Deadlock> out;
  Analysis analysis(locks, threads);
  std::set<const Lock*> told;
  for (const NseThread* thread : threads) {
    if (!analysis.is_stuck(thread) || told.count(locks.awaited_by(thread))) continue;
    out.push_back(follow(locks, thread, told));
  }
  return out;
}

}  // namespace agent
