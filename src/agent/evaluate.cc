#include "agent/evaluate.h"

#include <string.h>

#include "agent/expression.h"
#include "agent/network_guard.h"
#include "agent/references.h"
#include "agent/values.h"
#include "base/text.h"
#include "lua/lexer.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr int kDefaultWidth = 80;

// The evaluation that runs. A proxy environment belongs to it if it has the same token.
Frame current_frame;
lua_Integer current_token = 0;
bool running = false;
lua_Integer last_token = 0;

constexpr int kTokenUpvalue = lua_upvalueindex(1);
constexpr int kEnvironmentUpvalue = lua_upvalueindex(2);

bool is_live(lua_State* L) {
  return running && lua_tointeger(L, kTokenUpvalue) == current_token &&
         lua_type(L, 2) == LUA_TSTRING;
}

int proxy_index(lua_State* L) {
  luaL_checkstack(L, LUA_MINSTACK, nullptr);
  if (is_live(L)) {
    size_t length;
    const char* name = lua_tolstring(L, 2, &length);
    push_name(L, current_frame, {name, length});
  } else {
    lua_pushvalue(L, 2);
    lua_gettable(L, kEnvironmentUpvalue);
  }
  return 1;
}

// Pushes the message and returns true on failure: no C++ object may live when it is raised.
bool assign_failed(lua_State* L) {
  size_t length;
  const char* name = lua_tolstring(L, 2, &length);
  base::Status status = assign_name(L, current_frame, {name, length});
  if (status) return false;
  lua_pushlstring(L, status.error().message.data(), status.error().message.size());
  return true;
}

int proxy_newindex(lua_State* L) {
  luaL_checkstack(L, LUA_MINSTACK, nullptr);
  lua_settop(L, 3);
  if (!is_live(L)) {
    lua_settable(L, kEnvironmentUpvalue);
  } else if (assign_failed(L)) {
    return lua_error(L);
  }
  return 0;
}

int proxy_next(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  return lua_next(L, 1) ? 2 : (lua_pushnil(L), 1);
}

int proxy_pairs(lua_State* L) {
  lua_pushcfunction(L, proxy_next);
  lua_pushvalue(L, kEnvironmentUpvalue);
  lua_pushnil(L);
  return 3;
}

// metatable[event] = function with the token and the environment at `environment`.
void set_event(lua_State* W, int environment, const char* event, lua_CFunction function) {
  lua_pushinteger(W, last_token);
  lua_pushvalue(W, environment);
  lua_pushcclosure(W, function, 2);
  lua_setfield(W, -2, event);
}

void push_proxy(lua_State* W, const Frame& frame) {
  ++last_token;
  push_environment(W, frame);
  int environment = lua_gettop(W);
  lua_newtable(W);
  lua_createtable(W, 0, 3);
  set_event(W, environment, "__index", proxy_index);
  set_event(W, environment, "__newindex", proxy_newindex);
  set_event(W, environment, "__pairs", proxy_pairs);
  lua_setmetatable(W, -2);
  lua_remove(W, environment);
}

bool load(lua_State* W, const std::string& text) {
  return luaL_loadbufferx(W, text.data(), text.size(), "=expression", "t") == LUA_OK;
}

// Two error messages are on top: as expression, as statement. Which one says what is wrong?
std::string syntax_error(lua_State* W) {
  std::string as_expression = lua_tostring(W, -2), as_statement = lua_tostring(W, -1);
  lua_pop(W, 2);
  if (base::ends_with(as_statement, "near <eof>")) return as_statement;  // unfinished
  bool no_statement = as_statement.find("syntax error near") != std::string::npos ||
                      as_statement.find("unexpected symbol near") != std::string::npos;
  bool no_expression = as_expression.find("unexpected symbol near") != std::string::npos &&
                       !base::ends_with(as_expression, "near <eof>");
  return no_statement && !no_expression ? as_expression : as_statement;
}

// Pushes the compiled function.
base::Status compile(lua_State* W, std::string_view text) {
  if (load(W, "return " + std::string(text))) return base::ok();
  if (load(W, std::string(text))) return lua_remove(W, -2), base::ok();
  return base::fail(syntax_error(W));
}

int push_varargs(lua_State* W, const Frame& frame, std::string_view text) {
  bool wanted = false;
  lua::free_names(text, &wanted);
  int count = 0;
  if (!wanted || !frame.co) return 0;
  while (lua_checkstack(W, 2) && lua::push_local(W, frame.co, frame.level, -(count + 1))) ++count;
  return count;
}

int call_in_frame(lua_State* W, const Frame& frame, int nargs) {
  Frame outer_frame = current_frame;
  lua_Integer outer_token = current_token;
  bool outer_running = running;
  current_frame = frame, current_token = last_token, running = true;
  int status = guarded_call(W, nargs, LUA_MULTRET);
  current_frame = outer_frame, current_token = outer_token, running = outer_running;
  forget_orders();  // it may have assigned to anything
  return status;
}

std::string shown(lua_State* W, int index, const std::string& context,
                  const dap::Evaluate::Arguments& arguments) {
  bool hex = wants_hex(arguments.format);
  int width = kDefaultWidth;
  if (arguments.format) width = arguments.format->nseWidth.value_or(kDefaultWidth);
  if (context == "clipboard") return uncut(W, index, hex, width);
  if (context == "repl") return whole(W, index, hex, width);
  return preview(W, index, hex);
}

// The results from `first` to the top of the stack.
void answer(lua_State* W, int first, const Frame& frame, const std::string& path,
            const dap::Evaluate::Arguments& arguments, dap::Evaluate::Response& response) {
  std::string context = arguments.context.value_or("repl");
  int last = lua_gettop(W);
  if (last < first) return;
  for (int i = first; i <= last; ++i) {
    if (i > first) response.result += ", ";
    response.result += shown(W, i, context, arguments);
  }
  response.type = type_of(W, first);
  Children children = children_of(W, first, frame, path);
  children.describe(response);
}

base::Status evaluate_on(lua_State* W, const Frame& frame,
                         const dap::Evaluate::Arguments& arguments,
                         dap::Evaluate::Response& response) {
  bool hover = arguments.context == "hover", one_line = hover || arguments.context == "watch";
  if (std::optional<Path> path = parse_path(arguments.expression)) {
    bool blocked = false;
    base::Status status = push_path(W, frame, *path, &blocked);
    if (!status) return status;
    // An __index function is called only where the user asked for it by hand.
    if (!blocked || one_line || !lua_isnil(W, -1)) {
      answer(W, lua_gettop(W), frame, to_text(*path), arguments, response);
      return base::ok();
    }
    lua_pop(W, 1);
  }
  if (hover) {
    return base::fail("hovering shows names and fields only (a.b[1]): to evaluate '" +
                      arguments.expression + "' could change the script");
  }
  int first = lua_gettop(W) + 1;
  base::Result<int> count = run_expression(W, frame, arguments.expression);
  if (!count) return count.take_error();
  answer(W, first, frame, {}, arguments, response);
  return base::ok();
}

// table[key] = value for a path with keys; a name alone is assigned as a name.
base::Status assign_path(lua_State* W, const Frame& frame, Path path) {
  if (path.keys.empty()) return assign_name(W, frame, path.root);
  Key key = path.keys.back();
  path.keys.pop_back();
  bool blocked = false;
  base::Status status = push_path(W, frame, path, &blocked);
  if (!status) return status;
  if (!lua_istable(W, -1)) {
    lua_pop(W, 1);
    return base::fail("'" + to_text(path) + "' is no table");
  }
  push_key(W, key);
  lua_pushvalue(W, -3);
  lua_rawset(W, -3);
  lua_pop(W, 2);
  return base::ok();
}

base::Status set_expression_on(lua_State* W, const Frame& frame,
                               const dap::SetExpression::Arguments& arguments,
                               dap::SetExpression::Response& response) {
  std::optional<Path> path = parse_path(arguments.expression);
  std::string text = path ? to_text(*path) : arguments.expression;
  if (path) {
    base::Status status = push_expression(W, frame, arguments.value);
    if (!status) return status;
    lua_pushvalue(W, -1);
    status = assign_path(W, frame, *path);
    if (!status) return status;
  } else {
    std::string statement = arguments.expression + " = " + arguments.value;
    base::Result<int> count = run_expression(W, frame, statement);
    if (!count) return count.take_error();
    base::Status status = push_expression(W, frame, arguments.expression);
    if (!status) return status;
  }
  forget_orders();
  response = describe_assigned(W, frame, path ? text : std::string(), wants_hex(arguments.format));
  return base::ok();
}

}  // namespace

std::string error_text(lua_State* W) {
  std::string text =
      lua_type(W, -1) == LUA_TSTRING ? lua_tostring(W, -1) : "error value " + preview(W, -1, false);
  lua_pop(W, 1);
  if (text.find("attempt to yield") != std::string::npos) {
    return "an expression cannot wait or yield: the scan is stopped while it runs";
  }
  if (base::ends_with(text, ": interrupted")) return "interrupted";
  return text;
}

base::Result<int> run_expression(lua_State* W, const Frame& frame, std::string_view text) {
  if (base::trim(text).empty()) return base::fail("nothing to evaluate");
  int top = lua_gettop(W);
  base::Status compiled = compile(W, text);
  if (!compiled) return compiled.take_error();
  push_proxy(W, frame);
  lua_setupvalue(W, top + 1, 1);
  int nargs = push_varargs(W, frame, text);
  if (call_in_frame(W, frame, nargs) != LUA_OK) return base::fail(error_text(W));
  return lua_gettop(W) - top;
}

base::Status push_expression(lua_State* W, const Frame& frame, std::string_view text) {
  int top = lua_gettop(W);
  base::Result<int> count = run_expression(W, frame, text);
  if (!count) return count.take_error();
  lua_settop(W, top + 1);
  return base::ok();
}

dap::SetVariable::Response describe_assigned(lua_State* W, const Frame& frame,
                                             const std::string& path, bool hex) {
  dap::SetVariable::Response response;
  response.value = preview(W, -1, hex);
  response.type = type_of(W, -1);
  Children children = children_of(W, lua_gettop(W), frame, path);
  children.describe(response);
  return response;
}

base::Result<dap::Evaluate::Response> evaluate(const Frame& frame,
                                               const dap::Evaluate::Arguments& arguments) {
  dap::Evaluate::Response response;
  base::Status result = base::ok();
  base::Status status =
      lua::protect([&](lua_State* W) { result = evaluate_on(W, frame, arguments, response); });
  if (!status) return status.take_error();
  if (!result) return result.take_error();
  return response;
}

base::Result<dap::SetExpression::Response> set_expression(
    const Frame& frame, const dap::SetExpression::Arguments& arguments) {
  dap::SetExpression::Response response;
  base::Status result = base::ok();
  base::Status status = lua::protect(
      [&](lua_State* W) { result = set_expression_on(W, frame, arguments, response); });
  if (!status) return status.take_error();
  if (!result) return result.take_error();
  return response;
}

}  // namespace agent
