#include "agent/serialize.h"

#include <string.h>

#include <map>

#include "agent/error_report.h"
#include "agent/evaluate.h"
#include "agent/scopes.h"
#include "agent/stack.h"
#include "agent/values.h"
#include "lua/literal.h"
#include "lua/serialize.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

constexpr int kMostFrames = 100;
constexpr size_t kLongText = 1024;

std::string describe(lua_State* W, int index) { return preview(W, index, false); }

lua::SerialStyle style_of(const dap::opt<dap::SerialStyle>& wanted) {
  lua::SerialStyle style;
  style.describe = describe;
  if (!wanted) return style;
  style.maxlevel = wanted->maxlevel.value_or(style.maxlevel);
  style.maxnum = wanted->maxnum.value_or(-1);
  style.maxlength = wanted->maxlength.value_or(-1);
  style.comment = wanted->comment.value_or(0);
  style.numformat = wanted->numformat.value_or("");
  style.indent = wanted->indent.value_or("");
  style.compact = wanted->compact.value_or(false);
  return style;
}

std::string serialized(lua_State* W, int index, const lua::SerialStyle& style) {
  lua::Serializer serializer(style);
  std::string text = serializer.value(W, index);
  if (style.comment > 0 && serializer.has_references())
    text += " --[[incomplete output with shared/self-references skipped]]";
  return text;
}

// As tostring has it, but without __tostring and not endless.
std::string plain_text(lua_State* W, int index) {
  if (lua_type(W, index) != LUA_TSTRING) {
    bool address = lua_istable(W, index);
    return address ? "table: " + lua::address_text(lua_topointer(W, index))
                   : preview(W, index, false);
  }
  size_t length;
  const char* bytes = lua_tolstring(W, index, &length);
  if (length <= kLongText) return {bytes, length};
  std::string out(bytes, kLongText);
  return out += "… (" + std::to_string(length) + " bytes)";
}

// {name = {value, text}, …}. Of several variables of a name the last one counts.
class Variables {
 public:
  Variables(lua_State* W, lua::Serializer& serializer, std::string root)
      : W_(W), serializer_(serializer), root_(std::move(root)) {}

  // Pops the value.
  void add(const std::string& name) {
    bool plain = lua::is_identifier(name);
    std::string key = plain ? name : "[" + lua::string_text(name, name.size(), false) + "]";
    std::string path = root_ + (plain ? "." : "") + key + "[1]";
    std::string value = serializer_.value(W_, -1, path);
    std::string text = plain_text(W_, lua_gettop(W_));
    lua_pushlstring(W_, text.data(), text.size());
    out_ += (out_.empty() ? "" : ",") + key + "={" + value + "," + serializer_.value(W_, -1) + "}";
    lua_pop(W_, 2);
  }
  std::string done() { return "{" + out_ + "}"; }

 private:
  lua_State* W_;
  lua::Serializer& serializer_;
  std::string root_, out_;
};

std::string locals_of(lua_State* W, const Frame& frame, lua::Serializer& serializer,
                      const std::string& root) {
  Variables variables(W, serializer, root);
  for (const lua::Local& local : lua::locals(frame.co, frame.level))
    if (!local.shadowed && lua::push_local(W, frame.co, frame.level, local.slot))
      variables.add(local.name);
  for (int i = 1; lua::push_local(W, frame.co, frame.level, -i); ++i)
    variables.add("(*vararg " + std::to_string(i) + ")");
  return variables.done();
}

// The environment of a function that is just the globals says nothing about it.
bool is_globals(lua_State* W, const char* name) {
  if (strcmp(name, "_ENV") != 0) return false;
  lua::push_globals(W);
  bool same = lua_rawequal(W, -1, -2);
  lua_pop(W, 1);
  return same;
}

std::string upvalues_of(lua_State* W, const Frame& frame, lua::Serializer& serializer,
                        const std::string& root, bool with_nse) {
  Variables variables(W, serializer, root);
  if (lua::is_lua_frame(frame.co, frame.level) && lua::push_function(W, frame.co, frame.level)) {
    for (int i = 1; const char* name = lua_getupvalue(W, -1, i); ++i) {
      if (is_globals(W, name))
        lua_pop(W, 1);
      else
        variables.add(name);
    }
    lua_pop(W, 1);
  }
  if (with_nse) {
    push_nse(W, frame);
    variables.add("NSE");
  }
  return variables.done();
}

void describe_function(const Frame& frame, dap::SerialFrame& out) {
  lua_Debug ar;
  memset(&ar, 0, sizeof ar);
  if (!lua_getstack(frame.co, frame.level, &ar) || !lua_getinfo(frame.co, "nSl", &ar)) return;
  out.lineDefined = ar.linedefined;
  out.line = ar.currentline;
  out.what = ar.what;
  out.nameWhat = ar.namewhat;
}

}  // namespace

base::Result<dap::Serialize::Response> serialize(const Frame& frame,
                                                 const dap::Serialize::Arguments& arguments) {
  dap::Serialize::Response response;
  base::Status result = base::ok();
  base::Status status = lua::protect([&](lua_State* W) {
    base::Result<int> count = run_expression(W, frame, arguments.expression);
    if (!count) return (void)(result = count.take_error());
    lua::SerialStyle style = style_of(arguments.style);
    for (int i = lua_gettop(W) - *count + 1, last = lua_gettop(W); i <= last; ++i)
      response.values.push_back(serialized(W, i, style));
  });
  if (!status) return status.take_error();
  if (!result) return result.take_error();
  return response;
}

base::Result<dap::SerializeStack::Response> serialize_stack(
    const dap::SerializeStack::Arguments& arguments) {
  dap::StackTrace::Arguments all;
  all.threadId = arguments.threadId;
  all.levels = kMostFrames;
  auto trace = stack().trace(all);
  if (!trace) return trace.take_error();
  dap::SerializeStack::Response response;
  lua::Serializer serializer(style_of(arguments.style));
  for (const dap::StackFrame& described : without_engine(trace->stackFrames)) {
    auto frame = stack().by_id(described.id);
    if (!frame) return frame.take_error();
    dap::SerialFrame& out = response.frames.emplace_back();
    out.id = described.id;
    out.name = described.name;
    out.source = described.source;
    describe_function(*frame, out);
    std::string place = "_[" + std::to_string(response.frames.size()) + "]";
    base::Status status = lua::protect([&](lua_State* W) {
      out.locals = locals_of(W, *frame, serializer, place + "[2]");
      out.upvalues = upvalues_of(W, *frame, serializer, place + "[3]", response.frames.size() == 1);
    });
    if (!status) return status.take_error();
  }
  response.references = serializer.references();
  return response;
}

}  // namespace agent
