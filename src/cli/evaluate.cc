#include "cli/evaluate.h"

#include "base/text.h"
#include "cli/debugger.h"
#include "cli/interpreter.h"

namespace cli {
namespace {

base::Result<dap::Evaluate::Response> ask(Debugger& dbg, const std::string& expression, int frame,
                                          const EvaluateOptions& options) {
  dap::Evaluate::Arguments arguments;
  arguments.expression = expression;
  arguments.frameId = frame;
  arguments.context = options.context;
  dap::ValueFormat& format = arguments.format.emplace();
  format.nseWidth = dbg.console.width();
  if (options.hex) format.hex = true;
  return dbg.debuggee.request<dap::Evaluate>(arguments);
}

bool is_unfinished(const base::Error& error) {
  // "'end' expected near <eof>": more may come. "<eof> expected near 'x'": a mistake before the
  // end.
  return error.message.find("near <eof>") != std::string::npos;
}

}  // namespace

CommandResult evaluate(Debugger& dbg, std::string expression, const EvaluateOptions& options) {
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  base::Result<dap::Evaluate::Response> answer = ask(dbg, expression, frame->id, options);
  while (!answer && is_unfinished(answer.error())) {
    std::optional<std::string> line = dbg.interpreter.more("> ");
    if (!line || dbg.interrupted) break;
    expression += "\n" + *line;
    answer = ask(dbg, expression, frame->id, options);
  }
  if (!answer) return answer.take_error();
  Reply reply;
  bool has_value = !answer->result.empty();
  bool one_line = expression.find('\n') == std::string::npos;
  if (has_value && (options.bare || !one_line))
    reply.text = answer->result;
  else if (has_value)
    reply.text = expression + " = " + answer->result;
  reply.json.put("expression", expression).put("value", answer->result);
  if (answer->type) reply.json.put("type", *answer->type);
  return reply;
}

std::vector<dap::CompletionItem> completions(Debugger& dbg, const std::string& text) {
  if (!dbg.debuggee.stopped()) return {};
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return {};
  dap::Completions::Arguments arguments;
  arguments.frameId = frame->id;
  arguments.text = text;
  arguments.column = static_cast<int>(text.size()) + 1;
  base::Result<dap::Completions::Response> answer =
      dbg.debuggee.request<dap::Completions>(arguments);
  if (!answer) return {};
  return std::move(answer->targets);
}

base::Result<dap::Evaluate::Response> look_at(Debugger& dbg, std::string_view expression) {
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  dap::Evaluate::Arguments arguments;
  arguments.expression = expression;
  arguments.frameId = frame->id;
  arguments.context = "watch";
  return dbg.debuggee.request<dap::Evaluate>(arguments);
}

bool is_visible_name(Debugger& dbg, const std::string& name) {
  for (const dap::CompletionItem& item : completions(dbg, name))
    if (item.label == name) return true;
  return false;
}

}  // namespace cli
