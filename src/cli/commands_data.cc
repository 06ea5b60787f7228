// print, eval, locals, display, undisplay, set, whatis, ptype.
#include <array>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command_groups.h"
#include "cli/evaluate.h"
#include "cli/execution.h"
#include "cli/scan_view.h"
#include "cli/variables_view.h"

namespace cli {
namespace {

// "/x EXPR": the options of print, taken off the text.
base::Result<EvaluateOptions> take_format(std::string_view& text) {
  EvaluateOptions options;
  text = base::trim(text);
  if (text.empty() || text[0] != '/') return options;
  std::string_view format = take_word(text);
  if (format == "/x")
    options.hex = true;
  else if (format != "/r")
    return base::fail("unknown format '" + std::string(format) + "'", "p/x prints in hexadecimal");
  return options;
}

CommandResult print(Debugger& dbg, std::string_view text) {
  base::Result<EvaluateOptions> options = take_format(text);
  if (!options) return options.take_error();
  if (text.empty()) return base::fail("print what?", "print EXPRESSION, such as: print host.ip");
  CommandResult value = evaluate(dbg, std::string(text), *options);
  if (value && value->text.empty()) value->text = "(no value)";
  return value;
}

CommandResult eval(Debugger& dbg, std::string_view text) {
  if (text.empty()) return base::fail("eval what?", "eval STATEMENT, such as: eval path = '/x'");
  return evaluate(dbg, std::string(text), {});
}

CommandResult whatis(Debugger& dbg, std::string_view text) {
  if (text.empty()) return base::fail("whatis what?", "whatis EXPRESSION");
  base::Result<dap::Evaluate::Response> answer = look_at(dbg, text);
  if (!answer) return answer.take_error();
  std::string type = answer->type.value_or("?");
  Reply reply{"type of " + std::string(text) + ": " + type, {}};
  reply.json.put("expression", text).put("type", type);
  return reply;
}

CommandResult ptype(Debugger& dbg, std::string_view text) {
  if (text.empty()) return base::fail("ptype what?", "ptype EXPRESSION");
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  dap::Evaluate::Arguments arguments;
  arguments.expression = text;
  arguments.frameId = frame->id;
  arguments.context = "watch";
  base::Result<dap::Evaluate::Response> answer = dbg.debuggee.request<dap::Evaluate>(arguments);
  if (!answer) return answer.take_error();
  std::string type = answer->type.value_or("?");
  base::Result<std::vector<dap::Variable>> fields = dbg.stack.variables(answer->variablesReference);
  if (!fields) return fields.take_error();
  Reply reply{std::string(text) + ": " + type, {}};
  for (const dap::Variable& field : *fields)
    reply.text += "\n  " + field.name + ": " + field.type.value_or("?");
  reply.json.put("expression", text).put("type", type);
  reply.json.put_json("fields", variables_json(*fields).text());
  return reply;
}

CommandResult locals(Debugger& dbg, std::string_view) {
  CommandResult result = scope_reply(dbg, "Locals");
  if (!result) return result;
  if (CommandResult varargs = scope_reply(dbg, "Varargs");
      varargs && !base::starts_with(varargs->text, "No "))
    result->text += varargs->text;
  return result;
}

CommandResult display(Debugger& dbg, std::string_view text) {
  if (text.empty() && dbg.displays.empty())
    return base::fail("nothing is displayed", "display EXPRESSION shows it at every stop");
  if (!text.empty()) dbg.displays.push_back({++dbg.last_display, std::string(text)});
  Reply reply;
  for (const Display& one : dbg.displays) {
    if (!text.empty() && one.number != dbg.last_display) continue;
    EvaluateOptions options;
    options.context = "watch";
    std::string line = one.expression;
    if (dbg.debuggee.stopped()) {
      CommandResult value = evaluate(dbg, one.expression, options);
      line = value ? value->text : one.expression + " = <" + value.error().message + ">";
    }
    reply.text += std::to_string(one.number) + ": " + line + "\n";
  }
  reply.json.put("display", dbg.last_display);
  return reply;
}

CommandResult undisplay(Debugger& dbg, std::string_view text) {
  base::Result<std::vector<int>> numbers = numbers_argument(text);
  if (!numbers) return numbers.take_error();
  if (numbers->empty()) {
    dbg.displays.clear();
    return Reply{};
  }
  for (int number : *numbers)
    if (std::erase_if(dbg.displays, [&](const Display& d) { return d.number == number; }) == 0)
      return base::fail("there is no display " + std::to_string(number),
                        "'info display' lists them");
  return Reply{};
}

// --- set -------------------------------------------------------------------------------------

// Where the `=` of an assignment is; npos if there is none.
size_t assignment(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '=') continue;
    bool comparison = std::string_view("=~<>").find(text[i - 1]) != std::string_view::npos ||
                      (i + 1 < text.size() && text[i + 1] == '=');
    if (!comparison) return i;
  }
  return std::string_view::npos;
}

CommandResult set_value(Debugger& dbg, std::string_view text, size_t equals) {
  base::Result<dap::StackFrame> frame = dbg.stack.selected_frame();
  if (!frame) return frame.take_error();
  dap::SetExpression::Arguments arguments;
  arguments.expression = base::trim(text.substr(0, equals));
  arguments.value = base::trim(text.substr(equals + 1));
  arguments.frameId = frame->id;
  base::Result<dap::SetVariable::Response> answer =
      dbg.debuggee.request<dap::SetExpression>(arguments);
  if (!answer) return answer.take_error();
  Reply reply{arguments.expression + " = " + answer->value, {}};
  reply.json.put("expression", arguments.expression).put("value", answer->value);
  return reply;
}

CommandResult set(Debugger& dbg, std::string_view text) {
  std::string_view rest = text;
  std::string_view word = take_word(rest);
  if (word.empty())
    return base::fail("set what?", "set NAME=VALUE, or set SETTING VALUE ('show' lists them)");
  if (word == "var" || word == "variable") {
    size_t equals = assignment(rest);
    if (equals == std::string_view::npos) return base::fail("set var NAME=VALUE");
    return set_value(dbg, rest, equals);
  }
  if (word == "nmap" && (rest.empty() || rest[0] != '=')) return set_nmap_reply(dbg, rest);
  size_t equals = assignment(text);
  bool setting = find_setting(word) && (rest.empty() || rest[0] != '=');
  if (!setting && equals != std::string_view::npos) return set_value(dbg, text, equals);
  base::Status changed = change_setting(dbg.settings, word, rest);
  if (!changed) return changed.take_error();
  apply(dbg.settings, dbg.console);
  base::Status sent = send_setting(dbg, word);
  if (!sent) return sent.take_error();
  Reply reply;
  reply.json.put("setting", word).put("value", rest);
  return reply;
}

constexpr std::array<Command, 8> kCommands = {{
    {"print p inspect", "EXPR", "the value of a Lua expression; p/x in hexadecimal",
     "In the selected frame, with its locals, upvalues and globals. Tables are printed nested.\n"
     "What is not finished in Lua goes on at a `> ` prompt.",
     Completes::kExpression, false, print},
    {"eval e", "STATEMENT", "run Lua in the selected frame",
     "What is no command at all is evaluated too: `x = 1`, `#path`, `host.ip`.",
     Completes::kExpression, false, eval},
    {"locals", "", "the local variables of the selected frame", "", Completes::kNothing, false,
     locals},
    {"display", "[EXPR]", "show an expression at every stop", "", Completes::kExpression, false,
     display},
    {"undisplay", "[N...]", "stop displaying; all if none is named", "", Completes::kNothing, false,
     undisplay},
    {"set", "NAME=VALUE | SETTING VALUE | nmap debug|verbose N",
     "change a variable, a setting (see show), or nmap's -d and -v while it runs",
     "`set var NAME=VALUE` for a variable that is called like a setting.", Completes::kSetting,
     false, set},
    {"whatis", "EXPR", "the type of an expression", "", Completes::kExpression, false, whatis},
    {"ptype", "EXPR", "the type of an expression and of its fields", "", Completes::kExpression,
     false, ptype},
}};

}  // namespace

std::span<const Command> data_commands() { return kCommands; }

}  // namespace cli
