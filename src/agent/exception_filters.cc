#include "agent/exception_filters.h"

#include <map>

#include "agent/condition.h"
#include "base/mutex.h"
#include "base/text.h"
#include "dap/capabilities.h"

namespace agent {
namespace {

constexpr int kCount = sizeof dap::kExceptionFilters / sizeof *dap::kExceptionFilters;

struct Conditions {
  bool always = false;
  std::vector<std::string> texts;
};

using Filters = std::vector<Conditions>;  // one per filter

base::Mutex mutex;
std::map<int, Filters>* current = nullptr;  // by client

int index_of(const std::string& id) {
  for (int i = 0; i < kCount; ++i)
    if (id == dap::kExceptionFilters[i]) return i;
  return -1;
}

base::Error unknown_filter(const std::string& id) {
  std::vector<std::string> names;
  std::string list;
  for (const char* filter : dap::kExceptionFilters) {
    names.push_back(filter);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  std::string hint = base::did_you_mean(id, names);
  return base::fail("there is no exception filter '" + id + "'",
                    hint.empty() ? "there are: " + list : hint);
}

// One entry of the request: what the client is told about it.
base::Result<dap::Breakpoint> add(const std::string& id, const std::string& condition,
                                  Filters& next) {
  int index = index_of(id);
  if (index < 0) return unknown_filter(id);
  Conditions& filter = next[static_cast<size_t>(index)];
  dap::Breakpoint answer;
  answer.verified = true;
  if (condition.empty()) {
    filter.always = true;
  } else if (base::Status checked = check_expression(condition); checked) {
    filter.texts.push_back(condition);
  } else {
    answer.verified = false;
    answer.reason = "failed";
    answer.message = "the condition does not compile: " + checked.error().message;
  }
  return answer;
}

// Under the mutex.
void count() {
  unsigned on = 0;
  for (const auto& [client, filters] : *current)
    for (int i = 0; i < kCount; ++i) {
      const Conditions& filter = filters[static_cast<size_t>(i)];
      if (filter.always || !filter.texts.empty()) on |= 1u << i;
    }
  exception_filters_on.store(on);
}

}  // namespace

std::atomic<unsigned> exception_filters_on{0};

base::Result<std::vector<dap::Breakpoint>> set_exception_filters(
    int client_id, const dap::SetExceptionBreakpoints::Arguments& arguments) {
  Filters next(kCount);
  std::vector<dap::Breakpoint> answers;
  std::vector<dap::ExceptionFilterOptions> wanted;
  for (const std::string& id : arguments.filters) wanted.push_back({id, {}});
  if (arguments.filterOptions)
    for (const auto& option : *arguments.filterOptions) wanted.push_back(option);
  for (const auto& one : wanted) {
    auto answer = add(one.filterId, one.condition.value_or(""), next);
    if (!answer) return answer.take_error();
    answers.push_back(std::move(*answer));
  }
  base::Lock lock(mutex);
  if (!current) current = new std::map<int, Filters>;
  (*current)[client_id] = std::move(next);
  count();
  return answers;
}

void forget_exception_filters(int client_id) {
  base::Lock lock(mutex);
  if (!current) return;
  current->erase(client_id);
  count();
}

const char* filter_id(Filter filter) { return dap::kExceptionFilters[static_cast<int>(filter)]; }

std::vector<std::string> filter_conditions(Filter filter) {
  base::Lock lock(mutex);
  std::vector<std::string> texts;
  if (!current) return texts;
  for (const auto& [client, filters] : *current) {
    const Conditions& found = filters[static_cast<size_t>(filter)];
    if (found.always) return {};
    texts.insert(texts.end(), found.texts.begin(), found.texts.end());
  }
  return texts;
}

}  // namespace agent
