#include "agent/values_fixture.h"

#include "agent/features.h"
#include "agent/nse_thread_object.h"
#include "agent/references.h"
#include "agent/scopes.h"
#include "agent/values.h"
#include "lua/proto.h"
#include "lua/workbench.h"

namespace agent {

namespace {

std::function<void(Frame)>* stop_function = nullptr;

int stop(lua_State* L) {
  (*stop_function)(Frame{L, 1});
  return 0;
}

const char kPrelude[] = R"(
  local declared = {}
  setmetatable(_G, {
    __index = function(_, name)
      if not declared[name] then error("variable '" .. name .. "' is not declared", 2) end
    end,
    __newindex = function(_, name) error("assign to undeclared variable '" .. name .. "'", 2) end,
  })
  package.loaded.nmap = {registry = {args = {["http.useragent"] = "x"}}}
  package.loaded.nse_thread = {args = {{ip = "127.0.0.1"}, {number = 80}, n = 2},
                env = {SCRIPT_NAME = "demo", SCRIPT_TYPE = "portrule", SCRIPT_PATH = "/d/demo.nse"}}
)";

}  // namespace

// nse_thread.cc belongs to the running agent; here is a thread as nmap makes them.
bool push_nse_thread(lua_State* W, lua_State*) {
  lua_getfield(W, LUA_REGISTRYINDEX, "_LOADED");
  lua_pushliteral(W, "nse_thread");
  lua_rawget(W, -2);
  lua_remove(W, -2);
  return true;
}

void Script::SetUp() {
  asking.paging = true;
  L = luaL_newstate();
  luaL_openlibs(L);
  lua_pushcfunction(L, stop);
  lua_setglobal(L, "stop");
  ASSERT_EQ(LUA_OK, luaL_loadstring(L, kPrelude));
  ASSERT_EQ(LUA_OK, lua_pcall(L, 0, 0, 0)) << lua_tostring(L, -1);
  lua::calibrate(L);
  lua::open_workbench(L);
}

void Script::TearDown() {
  clear_references(L);
  clear_function_names(L);
  lua_close(L);
}

void Script::run(const std::string& code, std::function<void(Frame)> at_stop) {
  stopped = false;
  std::function<void(Frame)> wrapped = [&](Frame frame) {
    stopped = true;
    int top = lua_gettop(frame.co);
    at_stop(frame);
    EXPECT_EQ(top, lua_gettop(frame.co));
    EXPECT_EQ(0, lua_gettop(lua::workbench()));
    EXPECT_EQ(nullptr, lua_gethook(lua::workbench()));
  };
  stop_function = &wrapped;
  lua_State* co = lua_newthread(L);
  std::string source = "local _ENV = setmetatable({SCRIPT_NAME = 'demo'}, {__index = _G}); " + code;
  ASSERT_EQ(LUA_OK, luaL_loadbufferx(co, source.data(), source.size(), "@dir/script.nse", "t"))
      << lua_tostring(co, -1);
  lua_pushinteger(co, 10);
  lua_pushliteral(co, "twenty");
#if LUA_VERSION_NUM >= 504
  int results = 0;
  int status = lua_resume(co, L, 2, &results);
#else
  int status = lua_resume(co, L, 2);
#endif
  EXPECT_EQ(LUA_OK, status) << lua_tostring(co, -1);
  EXPECT_TRUE(stopped) << "the script never called stop()";
  lua_settop(L, 0);
}

std::string Script::eval(const Frame& frame, const std::string& expression, const char* context) {
  dap::Evaluate::Arguments arguments;
  arguments.expression = expression;
  arguments.context = context;
  auto response = evaluate(frame, arguments);
  return response ? response->result : "error: " + response.error().message;
}

std::vector<std::string> Script::children(int reference, int start, int count, const char* filter) {
  dap::Variables::Arguments arguments;
  arguments.variablesReference = reference;
  if (start) arguments.start = start;
  if (count) arguments.count = count;
  if (filter) arguments.filter = filter;
  auto response = variables(arguments);
  if (!response) return {"error: " + response.error().message};
  std::vector<std::string> lines;
  for (const dap::Variable& v : response->variables) lines.push_back(v.name + " = " + v.value);
  return lines;
}

int Script::scope(const Frame& frame, const std::string& name) {
  auto response = scopes(frame);
  EXPECT_TRUE(response.ok());
  for (const dap::Scope& s : response->scopes) {
    if (s.name == name) return s.variablesReference;
  }
  return 0;
}

}  // namespace agent
