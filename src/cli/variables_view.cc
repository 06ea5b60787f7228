#include "cli/variables_view.h"

#include "cli/evaluate.h"

namespace cli {
namespace {

base::Result<std::vector<dap::Variable>> scope_variables(Debugger& dbg, std::string_view name) {
  base::Result<dap::Scope> scope = dbg.stack.scope(name);
  if (!scope) return scope.take_error();
  return dbg.stack.variables(scope->variablesReference);
}

}  // namespace

std::string variables_text(const std::vector<dap::Variable>& variables) {
  std::string text;
  for (const dap::Variable& variable : variables)
    text += variable.name + " = " + variable.value + "\n";
  return text;
}

JsonArray variables_json(const std::vector<dap::Variable>& variables) {
  JsonArray list;
  for (const dap::Variable& variable : variables) {
    JsonObject one;
    one.put("name", variable.name).put("value", variable.value);
    if (variable.type) one.put("type", *variable.type);
    list.add(one);
  }
  return list;
}

CommandResult scope_reply(Debugger& dbg, std::string_view scope) {
  base::Result<std::vector<dap::Variable>> variables = scope_variables(dbg, scope);
  if (!variables) return variables.take_error();
  Reply reply;
  reply.text = variables->empty() ? "No " + std::string(scope) : variables_text(*variables);
  reply.json.put_json("variables", variables_json(*variables).text());
  return reply;
}

CommandResult nse_member_reply(Debugger& dbg, const std::string& member) {
  base::Result<std::vector<dap::Variable>> variables = scope_variables(dbg, "NSE");
  if (!variables) return variables.take_error();
  for (const dap::Variable& variable : *variables) {
    if (variable.name != member) continue;
    if (variable.evaluateName) {
      EvaluateOptions options;
      options.bare = true;
      CommandResult value = evaluate(dbg, *variable.evaluateName, options);
      if (value) value->text = member + " = " + value->text;
      if (value) return value;
    }
    base::Result<std::vector<dap::Variable>> fields =
        dbg.stack.variables(variable.variablesReference);
    if (!fields) return fields.take_error();
    Reply reply{member + " = " + variable.value, {}};
    if (!fields->empty()) reply.text = variables_text(*fields);
    reply.json.put_json("variables", variables_json(*fields).text());
    return reply;
  }
  return base::fail("this NSE thread has no " + member);
}

}  // namespace cli
