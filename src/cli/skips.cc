#include "cli/skips.h"

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/debugger.h"
#include "dap/nse_requests.h"

namespace cli {
namespace {

bool is_file(std::string_view word) {
  return word == "nselib" || word.find('/') != std::string_view::npos ||
         base::ends_with(word, ".lua") || base::ends_with(word, ".nse");
}

// Of the selected frame: its function, or its file.
base::Result<dap::Skip> current(Debugger& dbg, bool file) {
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  if (!frame->source) return base::fail("this frame has no Lua source");
  if (!file && base::starts_with(frame->name, "function <"))
    return base::fail("this function has no name", "'skip file' skips its file");
  std::string name = short_name(*frame->source);
  dap::Skip skip;
  if (file)
    skip.file = name;
  else
    skip.function = name.substr(0, name.rfind('.')) + ":" +
                    frame->name.substr(frame->name.find_last_of(".:") + 1);
  return skip;
}

base::Result<dap::Skip> meant(Debugger& dbg, std::string_view word, std::string_view rest) {
  bool file = word == "file", function = word == "function";
  if (file || function) word = take_word(rest);
  if (!rest.empty())
    return base::fail("what is '" + std::string(rest) + "' here?", "skip takes one name");
  if (word.empty()) return current(dbg, file);
  dap::Skip skip;
  if (file || (!function && is_file(word)))
    skip.file = std::string(word);
  else
    skip.function = std::string(word);
  return skip;
}

CommandResult change(Debugger& dbg, std::string_view how, std::string_view text) {
  base::Result<std::vector<int>> numbers = numbers_argument(text);
  if (!numbers) return numbers.take_error();
  for (int number : *numbers) {
    bool known = false;
    for (const UserSkip& one : dbg.skips) known |= one.number == number;
    if (!known)
      return base::fail("there is no skip " + std::to_string(number), "'info skip' lists them");
  }
  auto named = [&](const UserSkip& one) {
    bool found = numbers->empty();
    for (int number : *numbers) found |= number == one.number;
    return found;
  };
  if (how == "delete") std::erase_if(dbg.skips, named);
  for (UserSkip& one : dbg.skips)
    if (how != "delete" && named(one)) one.enabled = how == "enable";
  base::Status sent = send_skips(dbg);
  if (!sent) return sent.take_error();
  return Reply{};
}

}  // namespace

std::string UserSkip::text() const {
  if (skip.function) return "function " + *skip.function;
  return *skip.file == "nselib" ? "every library" : "file " + *skip.file;
}

std::string UserSkip::command() const {
  return skip.function ? "skip function " + *skip.function : "skip file " + *skip.file;
}

CommandResult skip_command(Debugger& dbg, std::string_view text) {
  std::string_view rest = text;
  std::string_view word = take_word(rest);
  for (const char* how : {"delete", "enable", "disable"})
    if (word == how) return change(dbg, how, rest);
  base::Result<dap::Skip> skip = meant(dbg, word, rest);
  if (!skip) return skip.take_error();
  dbg.skips.push_back({++dbg.last_skip, *skip, true});
  if (base::Status sent = send_skips(dbg); !sent) return sent.take_error();
  const UserSkip& added = dbg.skips.back();
  Reply reply{"Skip " + std::to_string(added.number) + ": steps go through " + added.text(), {}};
  reply.json.put("number", added.number).put("skip", added.skip);
  return reply;
}

CommandResult info_skip(Debugger& dbg, std::string_view) {
  Reply reply;
  JsonArray list;
  for (const UserSkip& one : dbg.skips) {
    reply.text +=
        std::to_string(one.number) + "  " + (one.enabled ? "on   " : "off  ") + one.text() + "\n";
    JsonObject json;
    json.put("number", one.number).put("enabled", one.enabled).put("skip", one.skip);
    list.add(json);
  }
  if (reply.text.empty()) reply.text = "No skips";
  if (dbg.settings.just_my_script) reply.text += "Steps stop in scripts only (just-my-script)\n";
  reply.json.put_json("skips", list.text()).put("justMyScript", dbg.settings.just_my_script);
  return reply;
}

base::Status send_skips(Debugger& dbg) {
  if (!dbg.debuggee.alive() || dbg.debuggee.state() == client::Debuggee::State::kDetached)
    return base::ok();
  dap::SetSkips::Arguments arguments;
  for (const UserSkip& one : dbg.skips)
    if (one.enabled) arguments.skips.push_back(one.skip);
  auto answer = dbg.debuggee.request<dap::SetSkips>(arguments);
  if (!answer) return answer.take_error();
  return base::ok();
}

}  // namespace cli
