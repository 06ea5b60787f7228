#include "cli/thread_command.h"

#include <cctype>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/execution.h"
#include "cli/interpreter.h"
#include "dap/nse_requests.h"

namespace cli {
namespace {

base::Result<int> find_thread(Debugger& dbg, std::string_view text) {
  base::Result<std::vector<dap::Thread>> threads = dbg.debuggee.threads();
  if (!threads) return threads.take_error();
  long long number = 0;
  bool is_number = base::parse_int(text, number);
  std::vector<int> found;
  for (const dap::Thread& thread : *threads) {
    if (is_number && thread.id == number) return thread.id;
    if (!is_number && thread.name.find(text) != std::string::npos) found.push_back(thread.id);
  }
  if (found.size() == 1) return found[0];
  std::string what = found.empty() ? "there is no thread '" : "several threads are called '";
  return base::fail(what + std::string(text) + "'", "'info threads' lists them");
}

CommandResult select_thread(Debugger& dbg, std::string_view text) {
  base::Status stopped = need_stopped(dbg);
  if (!stopped) return stopped.take_error();
  text = base::trim(text);
  int id = dbg.stack.thread();
  if (!text.empty()) {
    base::Result<int> found = find_thread(dbg, text);
    if (!found) return found.take_error();
    id = *found;
    dbg.stack.select_thread(id);
    dbg.debuggee.choose(id);
  }
  base::Result<dap::Thread> info = dbg.debuggee.thread(id);
  if (!info) return info.take_error();
  Reply reply;
  reply.text = "Thread " + std::to_string(id) + " (" + info->name + ")\n";
  reply.json.put("thread", *info);
  base::Result<dap::StackFrame> top = dbg.stack.selected_frame();
  if (top)
    reply.text += frame_with_line(dbg, dbg.stack.selected());
  else
    reply.text += top.error().message + "\n";
  return reply;
}

// --- thread apply ------------------------------------------------------------------------------

bool is_number(std::string_view word) {
  for (char c : word)
    if (!std::isdigit(static_cast<unsigned char>(c)) && c != '-') return false;
  return !word.empty() && word[0] != '-';
}

bool is_filter(std::string_view word) {
  return word.find('=') != std::string_view::npos || word[0] == '!' || word == "error" ||
         word == "worker";
}

// Takes the words that say which threads; what is left is the command.
std::string take_filter(std::string_view& text, bool* given) {
  std::string filter, ids;
  for (;;) {
    std::string_view rest = text;
    std::string_view word = take_word(rest);
    if (word.empty() || !(word == "all" || is_number(word) || is_filter(word))) break;
    *given = true;
    if (is_number(word))
      ids += (ids.empty() ? "" : ",") + std::string(word);
    else if (word != "all")
      filter += std::string(word) + " ";
    text = rest;
  }
  return ids.empty() ? filter : filter + "id=" + ids;
}

Reply apply_to(Debugger& dbg, const std::vector<dap::NseThread>& threads,
               const std::string& command) {
  Reply reply;
  JsonArray list;
  int selected = dbg.stack.thread();
  for (const dap::NseThread& thread : threads) {
    if (dbg.interrupted || !dbg.debuggee.stopped()) break;
    dbg.stack.select_thread(thread.id);
    reply.text += "Thread " + std::to_string(thread.id) + " (" + thread.name + "): " + thread.text;
    JsonObject one;
    one.put("thread", thread.id).put("name", thread.name);
    CommandResult result = dbg.interpreter.result_of(command);
    std::string text = result ? result->text : result.error().text();
    reply.text += "\n" + text + (base::ends_with(text, "\n") ? "\n" : "\n\n");
    if (result)
      one.add(result->json);
    else
      one.put("error", result.error().message);
    list.add(one);
  }
  if (dbg.debuggee.stopped()) dbg.stack.select_thread(selected);
  reply.json.put_json("threads", list.text());
  return reply;
}

CommandResult apply(Debugger& dbg, std::string_view text) {
  constexpr const char* kUsage =
      "thread apply all bt, thread apply 3-7 locals, "
      "thread apply state=waiting bt";
  base::Status stopped = need_stopped(dbg);
  if (!stopped) return stopped.take_error();
  bool given = false;
  dap::NseThreads::Arguments arguments;
  arguments.filter = take_filter(text, &given);
  std::string command(base::trim(text));
  if (!given || command.empty()) return base::fail("apply what to which threads?", kUsage);
  if (!arguments.filter->empty() && arguments.filter->find("state") == std::string::npos)
    *arguments.filter += " state!=dead";
  if (arguments.filter->empty()) arguments.filter = "state!=dead";
  base::Result<dap::NseThreads::Response> answer = dbg.debuggee.request<dap::NseThreads>(arguments);
  if (!answer) return answer.take_error();
  if (answer->threads.empty()) return base::fail("no thread fits", "'info threads' lists them");
  return apply_to(dbg, answer->threads, command);
}

}  // namespace

CommandResult thread_command(Debugger& dbg, std::string_view arguments) {
  std::string_view rest = arguments;
  return take_word(rest) == "apply" ? apply(dbg, rest) : select_thread(dbg, arguments);
}

}  // namespace cli
