#include "agent/condition.h"

#include <string.h>

#include <atomic>

#include "agent/evaluate.h"
#include "agent/network_guard.h"
#include "agent/network_names.h"
#include "base/text.h"
#include "lua/lexer.h"
#include "lua/proto.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// Registry references of conditions that are gone, waiting for the main thread.
struct Garbage {
  int function_ref, names_ref;
  Garbage* next;
};
std::atomic<Garbage*> garbage{nullptr};

void collect_garbage(lua_State* W) {
  Garbage* list = garbage.exchange(nullptr);
  while (list) {
    luaL_unref(W, LUA_REGISTRYINDEX, list->function_ref);
    luaL_unref(W, LUA_REGISTRYINDEX, list->names_ref);
    Garbage* next = list->next;
    delete list;
    list = next;
  }
}

// A comment may end the text; otherwise one line, so that errors say "condition:1:".
std::string parenthesised(std::string_view text) {
  bool comment = text.find("--") != std::string_view::npos;
  return "(" + std::string(text) + (comment ? "\n)" : ")");
}

bool is_temporary(const char* name) { return name[0] == '(' && strstr(name, "temporary)"); }

// No calls, no fields: on plain values such an expression can run nothing but itself.
bool has_only_operators(std::string_view text) {
  bool after_value = false;
  for (const lua::Token& token : lua::tokenize(text)) {
    bool open = token.is("(") || token.kind == lua::Token::kString;
    if (open && after_value) return false;
    for (const char* bad : {".", ":", "[", "{", "...", "function"}) {
      if (token.is(bad)) return false;
    }
    after_value =
        token.kind == lua::Token::kName || token.kind == lua::Token::kString || token.is(")");
  }
  return true;
}

bool are_plain(lua_State* W, int first, int last) {
  for (int i = first; i <= last; ++i) {
    int type = lua_type(W, i);
    if (type > LUA_TSTRING || type == LUA_TLIGHTUSERDATA) return false;
  }
  return true;
}

// The value of local `slot` to W's stack, and its name; null (nothing pushed) if there is none.
const char* move_local(lua_State* W, lua_State* co, lua_Debug* ar, int slot) {
  const char* name = lua_getlocal(co, ar, slot);
  if (name) lua_xmove(co, W, 1);
  return name;
}

const char* peek_local(lua_State* co, lua_Debug* ar, int slot) {
  const char* name = lua_getlocal(co, ar, slot);
  if (name) lua_pop(co, 1);
  return name;
}

}  // namespace

BoundExpression::BoundExpression(std::string text) : text_(std::move(text)) {
  for (std::string& name : lua::free_names(text_, &varargs_)) {
    bindings_.push_back({std::move(name)});
  }
  only_operators_ = has_only_operators(text_);
}

BoundExpression::~BoundExpression() {
  if (function_ref_ == 0) return;
  auto* dead = new Garbage{function_ref_, names_ref_, garbage.load()};
  while (!garbage.compare_exchange_weak(dead->next, dead)) {
  }
}

void BoundExpression::compile_on(lua_State* W) {
  collect_garbage(W);
  std::string source = "return function(";
  const char* separator = "";
  for (const Binding& binding : bindings_) source += separator + binding.name, separator = ", ";
  if (varargs_) source += std::string(separator) + "...";
  source += ") return " + parenthesised(text_) + " end";
  bool compiled = luaL_loadbufferx(W, source.data(), source.size(), "=condition", "t") == LUA_OK &&
                  lua_pcall(W, 0, 1, 0) == LUA_OK;
  if (!compiled) {
    compile_error_ = error_text(W);
    return;
  }
  lua_createtable(W, static_cast<int>(bindings_.size()), 1);
  lua_pushliteral(W, "__index");
  lua_rawseti(W, -2, 0);
  for (size_t i = 0; i < bindings_.size(); ++i) {
    lua_pushlstring(W, bindings_[i].name.data(), bindings_[i].name.size());
    lua_rawseti(W, -2, static_cast<lua_Integer>(i + 1));
  }
  names_ref_ = luaL_ref(W, LUA_REGISTRYINDEX);
  function_ref_ = luaL_ref(W, LUA_REGISTRYINDEX);
}

bool BoundExpression::compile() {
  if (function_ref_ != 0) return true;
  if (!compile_error_.empty()) return false;
  base::Status status = lua::protect([this](lua_State* W) { compile_on(W); });
  if (!status) compile_error_ = status.error().message;
  return function_ref_ != 0;
}

// --- binding -----------------------------------------------------------------------------------

// The same function with the same locals active? Then every slot means what it meant.
bool BoundExpression::site_holds(lua_State* co, lua_Debug* ar) const {
  if (site_.active > 0 && peek_local(co, ar, site_.active) != site_.last_name) return false;
  return peek_local(co, ar, site_.active + 1) == site_.beyond;
}

void BoundExpression::bind_one(lua_State* W, lua_State* co, lua_Debug* ar, Binding& binding,
                               int function) {
  binding.source = is_network_name(binding.name) ? Source::kNetwork : Source::kGlobal;
  if (binding.source == Source::kNetwork) return;
  for (int slot = 1; slot <= site_.active; ++slot) {
    const char* name = peek_local(co, ar, slot);
    if (!name || binding.name != name) continue;
    binding.source = Source::kLocal;
    binding.slot = slot;
    binding.found_name = name;
  }
  if (binding.source == Source::kLocal) return;
  if (int upvalue = lua::find_upvalue(W, function, binding.name)) {
    binding.source = Source::kUpvalue;
    binding.slot = upvalue;
  } else if (binding.name == "_ENV") {
    binding.source = Source::kEnvironment;
  }
}

void BoundExpression::bind(lua_State* W, lua_State* co, lua_Debug* ar, const void* prototype) {
  lua_getinfo(co, "f", ar);
  lua_xmove(co, W, 1);
  int function = lua_gettop(W);
  site_ = {};
  site_.prototype = prototype;
  while (const char* name = peek_local(co, ar, site_.active + 1)) {
    site_.beyond = name;  // a constant of Lua's: the same pointer each time
    if (is_temporary(name)) break;
    site_.beyond = nullptr;
    ++site_.active;
    site_.last_name = name;
  }
  needs_function_ = false;
  for (Binding& binding : bindings_) {
    bind_one(W, co, ar, binding, function);
    needs_function_ |= binding.source != Source::kLocal;
  }
  Binding environment{"_ENV"};
  bind_one(W, co, ar, environment, function);
  site_.environment = environment.source;
  site_.environment_slot = environment.slot;
  lua_pop(W, 1);
}

void BoundExpression::push_environment(lua_State* W, lua_State* co, lua_Debug* ar, int function) {
  bool found = false;
  if (site_.environment == Source::kLocal) {
    found = move_local(W, co, ar, site_.environment_slot) != nullptr;
  } else if (site_.environment == Source::kUpvalue) {
    found = lua_getupvalue(W, function, site_.environment_slot) != nullptr;
  }
  if (!found) lua::push_globals(W);
}

// Replaces the environment on top by its field, raw and along `__index` tables. Allocates nothing:
// table.h's push_chained would make the string "__index".
void BoundExpression::push_global(lua_State* W, size_t number) {
  constexpr int kDeepest = 32;
  int at = lua_gettop(W);
  lua_rawgeti(W, LUA_REGISTRYINDEX, names_ref_);
  for (int depth = 0; depth < kDeepest && lua_istable(W, at); ++depth) {
    lua_rawgeti(W, at + 1, static_cast<lua_Integer>(number + 1));
    if (lua_rawget(W, at) != LUA_TNIL) return lua_replace(W, at), lua_settop(W, at);
    lua_settop(W, at + 1);
    if (!lua_getmetatable(W, at)) break;
    lua_rawgeti(W, at + 1, 0);
    lua_rawget(W, -2);
    lua_replace(W, at);
    lua_settop(W, at + 1);
  }
  lua_settop(W, at - 1);
  lua_pushnil(W);
}

// False if a slot is not what it was (nothing can be said about the stack then).
bool BoundExpression::push_arguments(lua_State* W, lua_State* co, lua_Debug* ar, int function) {
  for (size_t i = 0; i < bindings_.size(); ++i) {
    const Binding& binding = bindings_[i];
    switch (binding.source) {
      case Source::kLocal:
        if (move_local(W, co, ar, binding.slot) != binding.found_name) return false;
        break;
      case Source::kUpvalue: lua_getupvalue(W, function, binding.slot); break;
      case Source::kEnvironment: push_environment(W, co, ar, function); break;
      case Source::kNetwork: push_network_name(W, binding.name); break;
      case Source::kGlobal:
        push_environment(W, co, ar, function);
        push_global(W, i);
        break;
    }
  }
  return true;
}

int BoundExpression::push(lua_State* co, lua_Debug* ar) {
  lua_State* W = lua::workbench();
  if (!compile())
    return lua_pushlstring(W, compile_error_.data(), compile_error_.size()), LUA_ERRRUN;
  int top = lua_gettop(W);
  lua_checkstack(co, 4);
  if (!lua_checkstack(W, static_cast<int>(bindings_.size()) + 16))
    return lua_pushnil(W), LUA_ERRMEM;
  const void* prototype = lua::prototype(co, ar);
  bool bound = prototype && prototype == site_.prototype && site_holds(co, ar);
  if (!bound) bind(W, co, ar, prototype);
  if (needs_function_) {
    lua_getinfo(co, "f", ar);
    lua_xmove(co, W, 1);
  }
  int function = lua_gettop(W);
  lua_rawgeti(W, LUA_REGISTRYINDEX, function_ref_);
  if (!push_arguments(W, co, ar, function)) {
    lua_settop(W, function);
    bind(W, co, ar, prototype);
    lua_rawgeti(W, LUA_REGISTRYINDEX, function_ref_);
    push_arguments(W, co, ar, function);
  }
  int nargs = static_cast<int>(bindings_.size());
  for (int i = -1; varargs_ && lua_checkstack(W, 2) && move_local(W, co, ar, i); --i) ++nargs;
  // The guard costs a third of the whole: not where nothing can be called.
  bool plain = only_operators_ && are_plain(W, function + 2, lua_gettop(W));
  int status = plain ? lua_pcall(W, nargs, 1, 0) : guarded_call(W, nargs, 1);
  if (needs_function_) lua_replace(W, top + 1);
  return status;
}

// --- conditions --------------------------------------------------------------------------------

base::Status check_expression(std::string_view text) {
  lua_State* L = luaL_newstate();  // a world of its own: this may be the I/O thread
  if (!L) return base::fail("not enough memory");
  // Alone for the better message, in parentheses to allow one value only.
  base::Status status = base::ok();
  for (const std::string& source : {std::string(text), parenthesised(text)}) {
    std::string chunk = "return " + source;
    if (luaL_loadbufferx(L, chunk.data(), chunk.size(), "=expression", "t") == LUA_OK) continue;
    status = base::fail(lua_tostring(L, -1));
    break;
  }
  lua_close(L);
  return status;
}

base::Result<std::unique_ptr<Condition>> Condition::compile(std::string_view text) {
  base::Status status = check_expression(text);
  if (!status)
    return base::fail("condition '" + std::string(text) + "': " + status.error().message);
  return std::unique_ptr<Condition>(new Condition(std::string(text)));
}

Outcome Condition::test(lua_State* co, lua_Debug* ar, std::string* error) {
  lua_State* W = lua::workbench();
  int top = lua_gettop(W);
  int status = expression_.push(co, ar);
  if (status == LUA_OK) {
    bool holds = lua_toboolean(W, -1);
    lua_settop(W, top);
    return holds ? Outcome::kTrue : Outcome::kFalse;
  }
  *error = lua_type(W, -1) == LUA_TSTRING ? error_text(W) : "the condition raised an error value";
  lua_settop(W, top);
  return Outcome::kError;
}

base::Result<HitCondition> HitCondition::parse(std::string_view text) {
  HitCondition condition;
  std::string_view rest = base::trim(text);
  for (const char* op : {"==", ">=", "<=", ">", "<", "=", "%"}) {
    if (!base::starts_with(rest, op)) continue;
    condition.op_ = op;
    rest.remove_prefix(strlen(op));
    break;
  }
  bool number = base::parse_int(base::trim(rest), condition.number_);
  if (!number || condition.number_ < 0 || (condition.op_ == "%" && condition.number_ == 0)) {
    return base::fail("'" + std::string(text) + "' is no hit condition",
                      "write a number (5), a comparison (>= 5, < 3) or every n-th hit (% 4)");
  }
  return condition;
}

bool HitCondition::holds(long long hits) const {
  if (op_ == ">=") return hits >= number_;
  if (op_ == "<=") return hits <= number_;
  if (op_ == ">") return hits > number_;
  if (op_ == "<") return hits < number_;
  if (op_ == "%") return hits % number_ == 0;
  return hits == number_;
}

}  // namespace agent
