#include "agent/selection.h"

#include <stdio.h>

#include "lua/table.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

// `run` is called by `main`; above it stands our own function.
constexpr int kMainWithin = 6;

// The upvalue `chosen_scripts` of the function on top replaces it. False: it has none.
bool replace_by_chosen(lua_State* W) {
  int upvalue = lua::find_upvalue(W, lua_gettop(W), "chosen_scripts");
  if (!upvalue) return false;
  lua_getupvalue(W, -1, upvalue);
  lua_remove(W, -2);
  return lua_istable(W, -1);
}

bool push_chosen(lua_State* W, lua_State* L) {
  int top = lua_gettop(W);
  for (int level = 0; level < kMainWithin; ++level) {
    if (lua::push_function(W, L, level) && replace_by_chosen(W)) return true;
    lua_settop(W, top);
  }
  return false;
}

std::string text_field(lua_State* W, int table, const char* name) {
  lua::push_raw_field(W, table, name);
  std::string out = lua_type(W, -1) == LUA_TSTRING ? lua_tostring(W, -1) : "";
  lua_pop(W, 1);
  return out;
}

bool flag_field(lua_State* W, int table, const char* name) {
  lua::push_raw_field(W, table, name);
  bool set = lua_toboolean(W, -1);
  lua_pop(W, 1);
  return set;
}

std::vector<std::string> list_field(lua_State* W, int table, const char* name) {
  std::vector<std::string> out;
  lua::push_raw_field(W, table, name);
  for (lua_Integer i = 1; lua_istable(W, -1); ++i) {
    lua_rawgeti(W, -1, i);
    bool text = lua_type(W, -1) == LUA_TSTRING;
    if (text) out.push_back(lua_tostring(W, -1));
    lua_pop(W, 1);
    if (!text) break;
  }
  lua_pop(W, 1);
  return out;
}

// What stands between the first two quotes of `text` from `at` on; `at` moves behind them.
bool next_quoted(const std::string& text, size_t& at, std::string& out) {
  size_t begin = text.find('"', at);
  size_t end = begin == std::string::npos ? begin : text.find('"', begin + 1);
  if (end == std::string::npos) return false;
  out = text.substr(begin + 1, end - begin - 1);
  at = end + 1;
  return true;
}

}  // namespace

Selection& selection() {
  static Selection* one = new Selection;
  return *one;
}

void Selection::open(const std::string& real_nse_main) {
  base::Lock lock(mutex_);
  database_path_ = real_nse_main.substr(0, real_nse_main.rfind('/') + 1) + "scripts/script.db";
}

void Selection::read_script(lua_State* W, int script) {
  auto* one = new ChosenScript;
  one->name = text_field(W, script, "short_basename");
  one->by_name = flag_field(W, script, "selected_by_name");
  one->forced = flag_field(W, script, "forced_to_run");
  one->dependencies = list_field(W, script, "dependencies");
  lua::push_raw_field(W, script, "runlevel");
  if (lua_isinteger(W, -1)) one->runlevel = static_cast<int>(lua_tointeger(W, -1));
  lua_pop(W, 1);
  for (const char* rule : {"prerule", "hostrule", "portrule", "postrule"})
    if (flag_field(W, script, rule)) one->rules.push_back(rule);
  base::Lock lock(mutex_);
  chosen_.push_back(one);
}

void Selection::read(lua_State* L) {
  if (read_) return;
  base::Status done = lua::protect([&](lua_State* W) {
    if (!push_chosen(W, L)) return;
    int list = lua_gettop(W);
    for (lua_Integer i = 1;; ++i) {
      lua_rawgeti(W, list, i);
      if (!lua_istable(W, -1)) break;
      read_script(W, lua_gettop(W));
      lua_settop(W, list);
    }
  });
  base::Lock lock(mutex_);
  read_ = done.ok() && !chosen_.empty();
}

bool Selection::known() {
  base::Lock lock(mutex_);
  return read_;
}

const ChosenScript* Selection::chosen(const std::string& name) {
  base::Lock lock(mutex_);
  for (const ChosenScript* one : chosen_)
    if (one->name == name) return one;
  return nullptr;
}

std::vector<std::string> Selection::names() {
  base::Lock lock(mutex_);
  std::vector<std::string> out;
  for (const ChosenScript* one : chosen_) out.push_back(one->name);
  return out;
}

// Lines such as: Entry { filename = "acarsd-info.nse", categories = { "discovery", "safe", } }
std::vector<Selection::Entry> Selection::database() {
  std::string path;
  {
    base::Lock lock(mutex_);
    path = database_path_;
  }
  std::vector<Entry> entries;
  FILE* file = fopen(path.c_str(), "re");
  if (!file) return entries;
  char buffer[4096];
  while (fgets(buffer, sizeof buffer, file)) {
    std::string line = buffer, word;
    size_t at = 0;
    if (!next_quoted(line, at, word)) continue;
    Entry& entry = entries.emplace_back();
    entry.name = word.substr(0, word.rfind(".nse"));
    while (next_quoted(line, at, word)) entry.categories.push_back(word);
  }
  fclose(file);
  return entries;
}

bool Selection::categories(const std::string& name, std::vector<std::string>& out) {
  for (Entry& entry : database()) {
    if (entry.name != name) continue;
    out = std::move(entry.categories);
    return true;
  }
  return false;
}

std::vector<std::string> Selection::all_names() {
  std::vector<std::string> out;
  for (const Entry& entry : database()) out.push_back(entry.name);
  return out;
}

}  // namespace agent
