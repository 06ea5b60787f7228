// Conditions, hit conditions and log messages of breakpoints.
//
// A condition is tested inside the line hook, perhaps millions of times, so it is compiled once:
// `return function(a, b) return (COND) end`, with every name it mentions as a parameter. At a hit
// the values are fetched by slot and passed; which slot (or upvalue, or global) a name is, is found
// once per function prototype and then only checked. Names that nothing has are nil: the
// environment is read raw, so strict.lua never raises. It runs on the workbench under the network
// guard (see network_guard.h for interrupting it) and leaves the coroutine's stack as found.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lua/api.h"

namespace agent {

enum class Outcome { kTrue, kFalse, kError };

// An expression with its names bound by slot.
class BoundExpression {
 public:
  explicit BoundExpression(std::string text);  // any thread
  ~BoundExpression();                          // any thread: Lua's part is freed later
  BoundExpression(const BoundExpression&) = delete;
  BoundExpression& operator=(const BoundExpression&) = delete;

  // Main thread, in a hook of `co` with its `ar`. Pushes the value, or the error, on the workbench;
  // the status is lua_pcall's.
  int push(lua_State* co, lua_Debug* ar);
  const std::string& text() const { return text_; }

 private:
  enum class Source { kLocal, kUpvalue, kGlobal, kEnvironment, kNetwork };
  struct Binding {
    std::string name;
    Source source = Source::kGlobal;
    int slot = 0;
    const char* found_name = nullptr;  // as lua_getlocal returned it; compared, never read
  };
  // Where the slots were bound: valid for this prototype with just these locals active.
  struct Site {
    const void* prototype = nullptr;
    int active = 0;
    const char* last_name = nullptr;  // of the last active local
    const char* beyond = nullptr;     // "(temporary)" or null: what comes after it
    Source environment = Source::kGlobal;
    int environment_slot = 0;
  };

  bool compile();
  void compile_on(lua_State* W);
  bool site_holds(lua_State* co, lua_Debug* ar) const;
  void bind(lua_State* W, lua_State* co, lua_Debug* ar, const void* prototype);
  void bind_one(lua_State* W, lua_State* co, lua_Debug* ar, Binding& binding, int function);
  bool push_arguments(lua_State* W, lua_State* co, lua_Debug* ar, int function);
  void push_environment(lua_State* W, lua_State* co, lua_Debug* ar, int function);
  void push_global(lua_State* W, size_t number);

  std::string text_;
  std::vector<Binding> bindings_;
  Site site_;
  bool varargs_ = false;
  bool only_operators_ = false;
  bool needs_function_ = false;
  int function_ref_ = 0;  // registry: the compiled function
  int names_ref_ = 0;  // registry: {[0] = "__index", names …}, so that a test allocates nothing
  std::string compile_error_;
};

class Condition {
 public:
  // Any thread: a syntax error is found without touching nmap's Lua.
  static base::Result<std::unique_ptr<Condition>> compile(std::string_view text);

  // Main thread, in the hook. `*error` is set for kError only.
  Outcome test(lua_State* co, lua_Debug* ar, std::string* error);

 private:
  explicit Condition(std::string text) : expression_(std::move(text)) {}
  BoundExpression expression_;
};

// "5" and "==5": that hit only; ">=5", ">5", "<5", "<=5"; "%3": every third. No Lua, any thread.
class HitCondition {
 public:
  static base::Result<HitCondition> parse(std::string_view text);
  bool holds(long long hits) const;

 private:
  std::string op_;
  long long number_ = 0;
};

// "text {expression} text"; "{{" and "}}" stand for braces.
class LogMessage {
 public:
  // Any thread.
  static base::Result<std::unique_ptr<LogMessage>> compile(std::string_view text);

  // Main thread, in the hook. An expression that raises shows its error in <>.
  std::string format(lua_State* co, lua_Debug* ar);

 private:
  struct Part {
    std::string text;
    std::unique_ptr<BoundExpression> expression;
  };
  std::vector<Part> parts_;
};

// Any thread: is this one expression? The error is Lua's.
base::Status check_expression(std::string_view text);

}  // namespace agent
