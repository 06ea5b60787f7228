// setVariable.
#include "agent/evaluate.h"
#include "agent/references.h"
#include "agent/slots.h"
#include "agent/values.h"
#include "agent/variables.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

using Kind = Reference::Kind;

base::Status set_in_table(lua_State* W, int number, const std::string& name) {
  int value = lua_gettop(W);
  push_value(W, number);
  if (name == "[metatable]") {
    if (!lua_istable(W, value) && !lua_isnil(W, value)) {
      return base::fail("a metatable is a table or nil");
    }
    lua_pushvalue(W, value);
    lua_setmetatable(W, -2);
  } else {
    lua::push_listed(W, value + 1);
    if (!push_key_named(W, value + 2, name)) return base::fail("there is no '" + name + "'");
    lua_pushvalue(W, value);
    lua_rawset(W, -3);
  }
  lua_settop(W, value);
  return base::ok();
}

base::Status set_in_slots(lua_State* W, int number, const Reference& reference,
                          const std::string& name) {
  int value = lua_gettop(W);
  for (const Slot& slot : push_owner(W, number, reference)) {
    if (slot.name != name) continue;
    if (slot.read_only) return base::fail("'" + name + "' cannot be set");
    lua_pushvalue(W, value);
    bool set = set_slot(W, reference, slot);
    lua_settop(W, value);
    return set ? base::ok() : base::Status(base::fail("cannot set '" + name + "'"));
  }
  return base::fail("there is no '" + name + "'");
}

base::Status set_on(lua_State* W, const dap::SetVariable::Arguments& arguments,
                    dap::SetVariable::Response& response) {
  auto found = find_reference(arguments.variablesReference);
  if (!found) return found.take_error();
  Reference reference = **found;
  base::Status status = push_expression(W, reference.frame, arguments.value);
  if (!status) return status;
  int number = arguments.variablesReference;
  status = reference.kind == Kind::kTable ? set_in_table(W, number, arguments.name)
                                          : set_in_slots(W, number, reference, arguments.name);
  if (!status) return status;
  forget_orders();
  response = describe_assigned(W, reference.frame, {}, wants_hex(arguments.format));
  return base::ok();
}

}  // namespace

base::Result<dap::SetVariable::Response> set_variable(
    const dap::SetVariable::Arguments& arguments) {
  dap::SetVariable::Response response;
  base::Status result = base::ok();
  base::Status status =
      lua::protect([&](lua_State* W) { result = set_on(W, arguments, response); });
  if (!status) return status.take_error();
  if (!result) return result.take_error();
  return response;
}

}  // namespace agent
