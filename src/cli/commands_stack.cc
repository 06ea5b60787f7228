// backtrace, frame, up, down, thread, where, list.
#include <array>
#include <climits>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command_groups.h"
#include "cli/execution.h"
#include "cli/thread_command.h"
#include "cli/variables_view.h"

namespace cli {
namespace {

constexpr int kAllFrames = 1000;

std::string backtrace_line(Debugger& dbg, int level, const dap::StackFrame& frame) {
  bool engine = frame.presentationHint && *frame.presentationHint != "normal";
  std::string number = "#" + std::to_string(level);
  number += std::string(number.size() < 4 ? 4 - number.size() : 1, ' ');
  std::string text = (level == dbg.stack.selected() ? "* " : "  ") + number;
  std::string where = frame_text(dbg, frame);
  return text + (engine ? dbg.console.paint(Color::kDim, where) : where) + "\n";
}

std::string frame_locals(Debugger& dbg, int level) {
  int selected = dbg.stack.selected();
  if (!dbg.stack.select_frame(level)) return "";
  CommandResult locals = scope_reply(dbg, "Locals");
  (void)dbg.stack.select_frame(selected);
  if (!locals) return "";
  std::string text;
  for (const std::string& line : base::split(locals->text, '\n'))
    if (!line.empty()) text += "          " + line + "\n";
  return text;
}

CommandResult backtrace(Debugger& dbg, std::string_view text) {
  std::string_view word = take_word(text);
  bool full = word == "full";
  base::Result<long long> count = count_argument(full ? text : word, kAllFrames);
  if (!count) return count.take_error();
  int wanted = static_cast<int>(std::min<long long>(*count, INT_MAX / 2));
  base::Result<std::vector<dap::StackFrame>> frames = dbg.stack.frames(0, wanted);
  if (!frames) return frames.take_error();
  Reply reply;
  JsonArray list;
  int level = 0;
  for (const dap::StackFrame& frame : *frames) {
    reply.text += backtrace_line(dbg, level, frame);
    if (full) reply.text += frame_locals(dbg, level);
    list.add(frame_json(level, frame));
    ++level;
  }
  int more = dbg.stack.total() - level;
  if (more > 0) reply.text += "  (and " + std::to_string(more) + " more)\n";
  if (frames->empty()) reply.text = "This thread has no Lua stack now";
  reply.json.put_json("frames", list.text()).put("total", dbg.stack.total());
  return reply;
}

CommandResult selected_frame(Debugger& dbg) {
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  int level = dbg.stack.selected();
  return Reply{frame_with_line(dbg, level), JsonObject().put("frame", frame_json(level, *frame))};
}

CommandResult select_frame(Debugger& dbg, long long level) {
  base::Status selected = dbg.stack.select_frame(static_cast<int>(level));
  if (!selected) return selected.take_error();
  return selected_frame(dbg);
}

CommandResult frame(Debugger& dbg, std::string_view text) {
  if (base::trim(text).empty()) return selected_frame(dbg);
  long long level = 0;
  if (!base::parse_int(base::trim(text), level) || level < 0 || level > INT_MAX - 1)
    return base::fail("'" + std::string(text) + "' is no frame", "'backtrace' numbers them");
  return select_frame(dbg, level);
}

CommandResult up(Debugger& dbg, std::string_view text) {
  base::Result<long long> count = count_argument(text, 1);
  if (!count) return count.take_error();
  int wanted = dbg.stack.selected() + static_cast<int>(std::min<long long>(*count, kAllFrames));
  base::Result<std::vector<dap::StackFrame>> frames = dbg.stack.frames(0, wanted + 1);
  if (!frames) return frames.take_error();
  int last = static_cast<int>(frames->size()) - 1;
  if (dbg.stack.selected() >= last) return base::fail("this is the outermost frame already");
  return select_frame(dbg, std::min(wanted, last));
}

CommandResult down(Debugger& dbg, std::string_view text) {
  base::Result<long long> count = count_argument(text, 1);
  if (!count) return count.take_error();
  base::Result<dap::StackFrame> known = dbg.stack.selected_frame();
  if (!known) return known.take_error();
  if (dbg.stack.selected() == 0) return base::fail("this is the innermost frame already");
  return select_frame(dbg, std::max<long long>(0, dbg.stack.selected() - *count));
}

// --- source ----------------------------------------------------------------------------------

CommandResult show_lines(Debugger& dbg, const SourceText& source, int first, int last) {
  first = std::max(1, first);
  last = std::min(last, source.size());
  if (first > source.size())
    return base::fail("line " + std::to_string(first) + " is past the end of " +
                      std::string(base::basename(source.path)) + ", which has " +
                      std::to_string(source.size()));
  int arrow = 0;
  if (base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
      frame && frame->source && frame->source->path == source.path)
    arrow = frame->line;
  dbg.listed_file = source.path;
  dbg.listed_first = first;
  dbg.listed_last = last;
  Reply reply{listing(dbg, source, first, last, arrow), {}};
  std::vector<std::string> lines(source.lines.begin() + first - 1, source.lines.begin() + last);
  reply.json.put("file", source.path).put("first", first).put("lines", lines);
  return reply;
}

CommandResult show_around(Debugger& dbg, const SourceText& source, int line, int count) {
  int first = std::max(1, line - count / 2);
  return show_lines(dbg, source, first, first + count - 1);
}

CommandResult where(Debugger& dbg, std::string_view text) {
  base::Result<long long> count = count_argument(text, dbg.settings.listsize);
  if (!count) return count.take_error();
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  if (!frame->source) return base::fail("this frame has no Lua source");
  base::Result<const SourceText*> source = dbg.sources.text(*frame->source);
  if (!source) return source.take_error();
  int lines = static_cast<int>(std::min<long long>(*count, 100000));
  CommandResult result = show_around(dbg, **source, frame->line, lines);
  if (result)
    result->text.insert(
        0, "#" + std::to_string(dbg.stack.selected()) + "  " + frame_text(dbg, *frame) + "\n");
  return result;
}

// What `list` shows without a place: on from where it was, or around the selected frame.
CommandResult list_on(Debugger& dbg, bool backwards) {
  int size = dbg.settings.listsize;
  if (dbg.listed_file.empty()) {
    Here place = here(dbg);
    if (place.file.empty()) return base::fail("list what?", "list FILE:LINE");
    dbg.listed_file = place.file;
    dbg.listed_first = std::max(1, place.line - size / 2);
    dbg.listed_last = dbg.listed_first - 1;
  }
  base::Result<const SourceText*> source = dbg.sources.by_name(dbg.listed_file);
  if (!source) return source.take_error();
  if (!backwards) return show_lines(dbg, **source, dbg.listed_last + 1, dbg.listed_last + size);
  if (dbg.listed_first <= 1) return base::fail("this is the beginning of the file");
  return show_lines(dbg, **source, dbg.listed_first - size, dbg.listed_first - 1);
}

CommandResult list_range(Debugger& dbg, std::string_view text) {
  size_t comma = text.find(',');
  base::Result<Location> first = parse_location(text.substr(0, comma), here(dbg));
  if (!first) return first.take_error();
  long long last = 0;
  if (first->is_function() || !base::parse_int(base::trim(text.substr(comma + 1)), last))
    return base::fail("'" + std::string(text) + "' is no range of lines", "such as: list 20,40");
  base::Result<const SourceText*> source = dbg.sources.by_name(first->file);
  if (!source) return source.take_error();
  return show_lines(dbg, **source, first->line, static_cast<int>(std::min(last, 1000000LL)));
}

CommandResult list(Debugger& dbg, std::string_view text) {
  text = base::trim(text);
  if (text.empty() || text == "-") return list_on(dbg, text == "-");
  if (text.find(',') != std::string_view::npos) return list_range(dbg, text);
  base::Result<Location> location = parse_location(text, here(dbg));
  if (!location) return location.take_error();
  if (location->is_function())
    return base::fail("list shows lines, and '" + std::string(text) + "' names none",
                      "list LINE, list FILE:LINE or list FIRST,LAST");
  base::Result<const SourceText*> source = dbg.sources.by_name(location->file);
  if (!source) return source.take_error();
  if (location->line > (*source)->size())
    return show_lines(dbg, **source, location->line, location->line);
  return show_around(dbg, **source, location->line, dbg.settings.listsize);
}

constexpr std::array<Command, 7> kCommands = {{
    {"backtrace bt trace", "[N|full]", "the call stack; the N innermost frames, or all with locals",
     "The stack is that of the NSE thread: frames of nested coroutines follow one another.",
     Completes::kNothing, false, backtrace},
    {"frame f", "[N]", "select frame N, or show the selected one",
     "(debugger.lua's f is `finish` here.)", Completes::kNothing, false, frame},
    {"up", "[N]", "select the frame that called this one", "", Completes::kNothing, true, up},
    {"down", "[N]", "select the frame that this one called",
     "(debugger.lua's d is `delete` here, as in gdb.)", Completes::kNothing, true, down},
    {"thread t", "[N|NAME] | apply all|N...|FILTER... COMMAND",
     "select an NSE thread by number or by a part of its name; or run a command in several",
     "`thread apply 3-7 bt`, `thread apply state=waiting script=http-* locals`: filters are those\n"
     "of `info threads`. (debugger.lua's t is `trace` or `bt` here.)",
     Completes::kThread, false, thread_command},
    {"where w", "[LINES]", "the selected frame with its source around the line", "",
     Completes::kNothing, false, where},
    {"list l", "[LINE|FILE:LINE|FIRST,LAST|-]", "source lines; without a place, the next ones",
     "(debugger.lua's l is `locals` here.)", Completes::kLocation, true, list},
}};

}  // namespace

std::span<const Command> stack_commands() { return kCommands; }

}  // namespace cli
