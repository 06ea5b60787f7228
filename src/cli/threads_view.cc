#include "cli/threads_view.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/columns.h"
#include "dap/nse_requests.h"

namespace cli {
namespace {

constexpr int kPage = 50;

struct Wanted {
  dap::NseThreads::Arguments arguments;
  bool times = false;
};

base::Result<int> number_option(const std::string& option, std::string_view& text) {
  std::string_view word = take_word(text);
  long long number = 0;
  if (!base::parse_int(word, number) || number < 0 || number > 1000000)
    return base::fail(option + " needs a number");
  return static_cast<int>(number);
}

base::Status read_option(const std::string& option, std::string_view& text, Wanted& out) {
  if (option == "-all") return out.arguments.count = 0, base::ok();
  if (option == "-times") return out.times = true, base::ok();
  if (option == "-group" || option == "-sort") {
    std::string key(take_word(text));
    (option == "-group" ? out.arguments.group : out.arguments.sort) = key;
    out.times |= key == "time" || key == "wait";
    return base::ok();
  }
  if (option == "-from") {
    base::Result<int> from = number_option(option, text);
    if (!from) return from.take_error();
    out.arguments.start = *from;
    return base::ok();
  }
  return base::fail("info threads has no option " + option,
                    base::did_you_mean(option, {"-all", "-from", "-group", "-sort", "-times"}));
}

base::Result<Wanted> read_arguments(std::string_view text) {
  Wanted out;
  out.arguments.count = kPage;
  std::string filter;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    if (word[0] != '-') {
      filter += (filter.empty() ? "" : " ") + std::string(word);
      continue;
    }
    base::Status read = read_option(std::string(word), text, out);
    if (!read) return read.take_error();
  }
  if (!filter.empty()) out.arguments.filter = filter;
  return out;
}

std::string place_text(const dap::NseThread& thread) {
  if (!thread.place) return "";
  std::string file = thread.place->source ? thread.place->source->name.value_or("?") : "?";
  return thread.place->function + " at " + file + ":" + std::to_string(thread.place->line);
}

std::string times_text(const dap::NseThread& thread) {
  return "ran " + base::duration_text(thread.runTime.value_or(0)) + ", waited " +
         base::duration_text(thread.waitTime.value_or(0));
}

std::string thread_rows(Debugger& dbg, const dap::NseThreads::Response& answer, bool times) {
  Columns columns;
  for (const dap::NseThread& thread : answer.threads) {
    std::string mark = thread.id == dbg.stack.thread() ? "* " : "  ";
    std::vector<std::string> row = {mark + std::to_string(thread.id), thread.name, thread.phase};
    if (times) row.push_back(times_text(thread));
    row.push_back(place_text(thread));
    row.push_back(thread.text);
    columns.add(std::move(row));
  }
  return columns.text();
}

std::string more_text(const dap::NseThreads::Response& answer, int start) {
  int end = start + static_cast<int>(answer.threads.size());
  int more = answer.total - end;
  if (more <= 0) return "";
  return "… " + std::to_string(more) + " more of " + std::to_string(answer.total) +
         ": info threads -from " + std::to_string(end) + ", -all, or a filter\n";
}

std::string groups_text(const std::vector<dap::NseThreadGroup>& groups) {
  Columns columns;
  for (const dap::NseThreadGroup& group : groups) {
    std::string states, ids;
    for (const dap::NseCount& state : group.states)
      states += (states.empty() ? "" : ", ") + std::to_string(state.count) + " " + state.name;
    for (int id : group.threadIds) ids += (ids.empty() ? "" : ", ") + std::to_string(id);
    if (group.count > static_cast<int>(group.threadIds.size())) ids += ", …";
    columns.add({"  " + group.name, std::to_string(group.count), states, "(" + ids + ")"});
  }
  return columns.text();
}

}  // namespace

CommandResult threads_reply(Debugger& dbg, std::string_view text) {
  base::Result<Wanted> wanted = read_arguments(text);
  if (!wanted) return wanted.take_error();
  base::Result<dap::NseThreads::Response> answer =
      dbg.debuggee.request<dap::NseThreads>(wanted->arguments);
  if (!answer) return answer.take_error();
  Reply reply;
  reply.json.put("total", answer->total);
  if (answer->groups) {
    reply.text = groups_text(*answer->groups);
    reply.json.put("groups", *answer->groups);
  } else {
    reply.text = thread_rows(dbg, *answer, wanted->times);
    reply.text += more_text(*answer, wanted->arguments.start.value_or(0));
    reply.json.put("threads", answer->threads).put("selected", dbg.stack.thread());
  }
  if (answer->total == 0) reply.text = "No thread fits";
  return reply;
}

}  // namespace cli
