#include "agent/marks.h"

#include <map>
#include <utility>

#include "agent/armed.h"
#include "agent/skips.h"
#include "base/mutex.h"

namespace agent {

int marks_epoch = 0;

std::atomic<int>& calls_of(const SourceFile& file, int line_defined) {
  static auto* mutex = new base::Mutex;
  static auto* counters = new std::map<std::pair<int, int>, std::atomic<int>>;
  base::Lock lock(*mutex);
  return (*counters)[{file.id, line_defined}];
}

namespace detail {

Mark mark_slots[kMarkSlots];
const Mark kNoMark;

// The newer of the set's two entries moves up, the older one goes.
void fill_mark(Mark* set, const void* prototype, lua_State* L, lua_Debug* ar) {
  lua_Debug info = *ar;
  set[1] = set[0];
  Mark& mark = set[0] = Mark{};
  mark.prototype = prototype;
  mark.epoch = marks_epoch;
  if (!lua_getinfo(L, "S", &info) || info.source[0] != '@') return;
  mark.file = sources().by_chunk_name(info.source + 1);
  if (!mark.file) return;
  mark.line_defined = info.linedefined;
  mark.engine = mark.file->engine;
  mark.lines = armed().has_breakpoint_in(*mark.file, info.linedefined, info.lastlinedefined);
  if (mark.lines) mark.calls = &calls_of(*mark.file, info.linedefined);
  mark.function = armed().has_function_at(*mark.file, info.linedefined);
  mark.skipped = is_skipped(*mark.file, info.linedefined);
}

}  // namespace detail
}  // namespace agent
