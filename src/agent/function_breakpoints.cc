#include "agent/function_breakpoints.h"

#include <string.h>

#include <algorithm>

#include "base/text.h"
#include "lua/workbench.h"

namespace agent {
namespace {

const char* const kRules[] = {"action", "portrule", "hostrule", "prerule", "postrule"};

bool is_rule(const std::string& name) {
  for (const char* rule : kRules)
    if (name == rule) return true;
  return false;
}

std::string without_extension(const std::string& name) {
  size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(0, dot);
}

// Where the Lua function on top of `L` begins; pops it.
bool pop_place(lua_State* L, FunctionPlace& place) {
  if (!lua_isfunction(L, -1) || lua_iscfunction(L, -1)) {
    lua_pop(L, 1);
    return false;
  }
  lua_Debug ar;
  lua_getinfo(L, ">S", &ar);
  if (ar.source[0] != '@') return false;
  place.file = sources().by_chunk_name(ar.source + 1);
  place.line_defined = ar.linedefined;
  return place.file != nullptr;
}

// package.loaded[module][function], raw, through dots: "a.b.c" is module a.b, or field b of a.
bool push_library_function(lua_State* W, const std::string& name) {
  size_t dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  lua_getfield(W, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushlstring(W, name.data(), dot);
  lua_rawget(W, -2);
  lua_remove(W, -2);
  if (!lua_istable(W, -1)) {
    lua_pop(W, 1);
    return false;
  }
  lua_pushstring(W, name.c_str() + dot + 1);
  lua_rawget(W, -2);
  lua_remove(W, -2);
  return true;
}

// "M.get" is meant by "M.get" and by "get".
bool is_called(const std::string& full, const std::string& name) {
  if (full == name) return true;
  size_t dot = full.size() - std::min(full.size(), name.size() + 1);
  return base::ends_with(full, name) && (full[dot] == '.' || full[dot] == ':') &&
         full.size() > name.size();
}

void by_name(const std::string& name, const std::vector<SourceFile*>& files,
             std::vector<FunctionPlace>& places) {
  for (SourceFile* file : files)
    for (const lua::Chunk::Function& function : sources().chunk(*file).functions)
      if (is_called(function.name, name))
        places.push_back({file, function.line_defined, std::string(), std::string()});
}

std::vector<SourceFile*> files_named(const std::string& name) {
  std::vector<SourceFile*> files = sources().find(name);
  for (const char* extension : {".nse", ".lua"})
    if (files.empty()) files = sources().find(name + extension);
  return files;
}

}  // namespace

FunctionBreakpoints& function_breakpoints() {
  static FunctionBreakpoints* one = new FunctionBreakpoints;
  return *one;
}

// Level 1 of the main state is Script.new, with the script's globals in its local `env`.
void FunctionBreakpoints::script_loaded(lua_State* L) {
  lua_Debug ar;
  int top = lua_gettop(L);
  if (lua_checkstack(L, 8) && lua_getstack(L, 1, &ar)) {
    const char* name;
    for (int i = 1; (name = lua_getlocal(L, &ar, i)); ++i) {
      if (strcmp(name, "env") == 0 && lua_istable(L, -1)) {
        lua_pushliteral(L, "SCRIPT_NAME");
        lua_rawget(L, -2);
        if (lua_type(L, -1) == LUA_TSTRING) note_rules(L, lua_gettop(L) - 1, lua_tostring(L, -1));
        lua_pop(L, 1);
      }
      lua_pop(L, 1);
    }
  }
  lua_settop(L, top);
  resolve();
}

void FunctionBreakpoints::note_rules(lua_State* L, int env, const char* script) {
  for (const char* rule : kRules) {
    lua_pushstring(L, rule);
    lua_rawget(L, env);
    FunctionPlace place;
    if (pop_place(L, place)) rules_.push_back({script, rule, place.file, place.line_defined});
  }
  seen_sources_ = -1;
}

void FunctionBreakpoints::by_rule(const std::string& script, const std::string& rule,
                                  std::vector<FunctionPlace>& places) {
  for (const Rule& known : rules_)
    if (known.rule == rule && (script == "*" || known.script == script))
      places.push_back({known.file, known.line_defined, known.script, known.rule});
}

std::vector<FunctionPlace> FunctionBreakpoints::look_up(const std::string& name) {
  std::vector<FunctionPlace> places;
  size_t colon = name.rfind(':');
  if (colon != std::string::npos) {
    std::string file = name.substr(0, colon), function = name.substr(colon + 1);
    std::string script = without_extension(std::string(base::basename(file)));
    if (is_rule(function)) by_rule(file == "*" ? file : script, function, places);
    if (places.empty()) by_name(function, files_named(file), places);
    if (!places.empty()) return places;
  }
  std::string dotted = name;
  if (colon != std::string::npos) dotted[colon] = '.';
  lua_State* W = lua::workbench();
  FunctionPlace place;
  if (push_library_function(W, dotted) && pop_place(W, place)) {
    places.push_back(place);
    return places;
  }
  std::vector<SourceFile*> scripts, others;
  for (SourceFile* file : sources().all()) (file->script ? scripts : others).push_back(file);
  by_name(name, scripts, places);
  if (places.empty()) by_name(name, others, places);
  return places;
}

std::string FunctionBreakpoints::problem(const std::string& name) {
  size_t colon = name.rfind(':');
  std::vector<std::string> names;
  if (colon != std::string::npos) {
    for (const Rule& rule : rules_) names.push_back(rule.script + ":" + rule.rule);
  } else {
    for (SourceFile* file : sources().all())
      for (const auto& function : sources().chunk(*file).functions)
        if (!function.name.empty()) names.push_back(function.name);
  }
  std::string hint = base::did_you_mean(name, names);
  return "no function '" + name + "' is loaded yet" + (hint.empty() ? "" : "; " + hint);
}

void FunctionBreakpoints::resolve() {
  if (seen_breakpoints_ == breakpoint_version() && seen_sources_ == sources().version()) return;
  seen_sources_ = sources().version();
  for (const Breakpoint& breakpoint : breakpoints().all()) {
    if (breakpoint.function.empty()) continue;
    std::vector<FunctionPlace> places = look_up(breakpoint.function);
    std::string message = places.empty() ? problem(breakpoint.function) : std::string();
    if (places.size() > 1) message = std::to_string(places.size()) + " functions";
    breakpoints().resolved(breakpoint.id, std::move(places), message);
  }
  seen_breakpoints_ = breakpoint_version();
}

}  // namespace agent
