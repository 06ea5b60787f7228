#include "agent/thread_list.h"

#include <algorithm>
#include <map>

#include "agent/dead_threads.h"
#include "agent/stack.h"
#include "agent/thread_filter.h"
#include "agent/thread_state.h"
#include "base/text.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr size_t kExamples = 5;       // threads that a group names
constexpr size_t kMostPlaces = 1000;  // in one answer: a stack takes some 20 µs to look at

using Threads = std::vector<dap::NseThread>;

// --- order -------------------------------------------------------------------------------------

struct Order {
  const char* name;
  bool (*less)(const dap::NseThread& a, const dap::NseThread& b);
};

constexpr Order kOrders[] = {
    {"id", [](const dap::NseThread& a, const dap::NseThread& b) { return a.id < b.id; }},
    {"time", [](const dap::NseThread& a,
                const dap::NseThread& b) { return a.runTime.value_or(0) > b.runTime.value_or(0); }},
    {"wait",
     [](const dap::NseThread& a, const dap::NseThread& b) {
       return a.waitTime.value_or(0) > b.waitTime.value_or(0);
     }},
    {"since", [](const dap::NseThread& a,
                 const dap::NseThread& b) { return a.since.value_or(0) > b.since.value_or(0); }},
    {"script",
     [](const dap::NseThread& a, const dap::NseThread& b) {
       return a.script.value_or("") < b.script.value_or("");
     }},
    {"host", [](const dap::NseThread& a,
                const dap::NseThread& b) { return a.host.value_or("") < b.host.value_or(""); }},
};

base::Status sort_threads(Threads& threads, const std::string& by) {
  std::vector<std::string> names;
  for (const Order& order : kOrders) {
    names.emplace_back(order.name);
    if (by != order.name) continue;
    std::sort(threads.begin(), threads.end(),
              [&](const dap::NseThread& a, const dap::NseThread& b) {
                return order.less(a, b) || (!order.less(b, a) && a.id < b.id);
              });
    return base::ok();
  }
  return base::fail("threads cannot be sorted by '" + by + "'", base::did_you_mean(by, names));
}

// --- groups ------------------------------------------------------------------------------------

struct Grouping {
  const char* name;
  std::string (*of)(const dap::NseThread& thread);
};

constexpr Grouping kGroupings[] = {
    {"script", [](const dap::NseThread& thread) { return thread.script.value_or("(engine)"); }},
    {"host", [](const dap::NseThread& thread) { return thread.host.value_or("(no host)"); }},
    {"state", [](const dap::NseThread& thread) { return thread.state; }},
    {"phase", [](const dap::NseThread& thread) { return thread.phase; }},
    {"wait",
     [](const dap::NseThread& thread) {
       return thread.wait ? thread.wait->call : std::string("(no call)");
     }},
};

void count_state(dap::NseThreadGroup& group, const std::string& state) {
  for (dap::NseCount& known : group.states)
    if (known.name == state) {
      ++known.count;
      return;
    }
  group.states.push_back({state, 1});
}

base::Result<std::vector<dap::NseThreadGroup>> group_threads(const Threads& threads,
                                                             const std::string& by) {
  std::vector<std::string> names;
  const Grouping* grouping = nullptr;
  for (const Grouping& one : kGroupings) {
    names.emplace_back(one.name);
    if (by == one.name) grouping = &one;
  }
  if (!grouping)
    return base::fail("threads cannot be grouped by '" + by + "'", base::did_you_mean(by, names));
  std::map<std::string, dap::NseThreadGroup> groups;
  for (const dap::NseThread& thread : threads) {
    dap::NseThreadGroup& group = groups[grouping->of(thread)];
    ++group.count;
    count_state(group, thread.state);
    if (group.threadIds.size() < kExamples) group.threadIds.push_back(thread.id);
  }
  std::vector<dap::NseThreadGroup> out;
  for (auto& [name, group] : groups) {
    group.name = name;
    out.push_back(std::move(group));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  return out;
}

// --- all of them -------------------------------------------------------------------------------

Threads matching(const ThreadFilter& filter, const ThreadStates& states) {
  Threads out;
  NseThread engine;
  engine.id = kEngineThreadId;
  if (dap::NseThread shown = states.of_engine(); filter.matches(engine, shown))
    out.push_back(std::move(shown));
  nse_threads().visit([&](const NseThread& thread) {
    dap::NseThread shown = states.of(thread);
    if (filter.matches(thread, shown)) out.push_back(std::move(shown));
  });
  dead_threads().visit([&](const DeadThread& dead) {
    dap::NseThread shown = states.of(dead);
    if (filter.matches(*dead.thread, shown)) out.push_back(std::move(shown));
  });
  return out;
}

void keep_page(Threads& threads, int start, int count) {
  auto size = static_cast<int>(threads.size());
  start = std::clamp(start, 0, size);
  int end = count <= 0 || count > size - start ? size : start + count;
  threads.erase(threads.begin() + end, threads.end());
  threads.erase(threads.begin(), threads.begin() + start);
}

void add_place(dap::NseThread& shown) {
  const NseThread* thread = nse_threads().by_id(shown.id);
  if (!thread && shown.id != kEngineThreadId) return;
  std::optional<dap::StackFrame> frame = stack().script_frame(thread);
  if (!frame) return;
  if (frame->source) frame->source->checksums.reset();  // a thousand times the same
  shown.place = {frame->name, std::move(frame->source), frame->line};
}

}  // namespace

base::Result<dap::NseThreads::Response> list_threads(const dap::NseThreads::Arguments& arguments,
                                                     bool on_main) {
  auto filter = ThreadFilter::parse(arguments.filter.value_or(""));
  if (!filter) return filter.take_error();
  if (on_main) nse_threads().refresh();
  ThreadStates states(on_main ? lua::workbench() : nullptr);
  dap::NseThreads::Response response;
  Threads threads = matching(*filter, states);
  response.total = static_cast<int>(threads.size());
  if (arguments.group) {
    auto groups = group_threads(threads, *arguments.group);
    if (!groups) return groups.take_error();
    response.groups = std::move(*groups);
    return response;
  }
  base::Status sorted = sort_threads(threads, arguments.sort.value_or("id"));
  if (!sorted) return sorted.take_error();
  keep_page(threads, arguments.start.value_or(0), arguments.count.value_or(0));
  if (on_main && threads.size() <= kMostPlaces)
    for (dap::NseThread& thread : threads) add_place(thread);
  response.threads = std::move(threads);
  return response;
}

}  // namespace agent
