#include "agent/slots.h"

#include <string.h>

#include "agent/network_names.h"
#include "agent/returned.h"
#include "agent/scopes.h"
#include "lua/literal.h"
#include "lua/table.h"
#include "lua/view.h"

namespace agent {
namespace {

using Kind = Reference::Kind;

constexpr int kMetatable = -1000000;
constexpr int kUservalue = 1;
constexpr int kReturned = 1000000;  // of Locals: what a step's function has returned comes last

std::vector<Slot> local_slots(const Frame& frame) {
  std::vector<Slot> slots;
  for (lua::Local& local : lua::locals(frame.co, frame.level)) {
    if (!local.shadowed) {
      slots.push_back({local.name, local.slot, local.name, false});
    } else {
      std::string slot = std::to_string(local.slot);
      slots.push_back({local.name + " (shadowed, slot " + slot + ")", local.slot, {}, false});
    }
  }
  for (int i = 1; i <= count_returned(frame); ++i)
    slots.push_back(
        {returned_name(i), kReturned + i, "NSE.returned[" + std::to_string(i) + "]", true});
  return slots;
}

std::vector<Slot> vararg_slots(const Frame& frame) {
  std::vector<Slot> slots;
  int count = lua::count_varargs(frame.co, frame.level);
  for (int i = 1; i <= count; ++i) {
    std::string number = std::to_string(i);
    slots.push_back({"[" + number + "]", -i, "(select(" + number + ", ...))", false});
  }
  return slots;
}

// Of the function on top of W, which stays.
std::vector<Slot> upvalue_slots(lua_State* W, bool by_name) {
  std::vector<Slot> slots;
  for (int i = 1; const char* name = lua_getupvalue(W, -1, i); ++i) {
    lua_pop(W, 1);
    if (by_name && strcmp(name, "_ENV") == 0) continue;
    std::string shown = *name ? name : "(upvalue " + std::to_string(i) + ")";
    slots.push_back({shown, i, by_name ? shown : std::string(), false});
  }
  return slots;
}

std::vector<Slot> userdata_slots(lua_State* W) {
  std::vector<Slot> slots;
  if (lua_getmetatable(W, -1)) {
    lua_pop(W, 1);
    slots.push_back({"[metatable]", kMetatable, {}, true});  // nmap's, shared by all of its kind
  }
  lua_getuservalue(W, -1);
  if (!lua_isnil(W, -1)) slots.push_back({"[uservalue]", kUservalue, {}, true});
  lua_pop(W, 1);
  return slots;
}

std::vector<Slot> nse_slots(lua_State* W) {
  std::vector<Slot> slots;
  for (int i = 0; i < kNseFieldCount; ++i) {
    lua::push_raw_field(W, -1, kNseFields[i].name);
    if (!lua_isnil(W, -1)) slots.push_back({kNseFields[i].name, i, kNseFields[i].expression, true});
    lua_pop(W, 1);
  }
  return slots;
}

std::vector<Slot> network_slots(lua_State* W) {
  std::vector<Slot> slots;
  for (int i = 0; i < kNetworkNameCount; ++i) {
    std::string name = kNetworkNames[i];
    lua::push_raw_field(W, -1, name);
    bool bytes = name == "bytes";
    if (!lua_isnil(W, -1)) slots.push_back({name, i, bytes ? name : std::string(), !bytes});
    lua_pop(W, 1);
  }
  return slots;
}

std::vector<Slot> thread_slots(lua_State* W) {
  std::vector<Slot> slots;
  lua_State* co = lua_tothread(W, -1);
  lua_Debug ar;
  for (int level = 0; level < 200 && lua_getstack(co, level, &ar); ++level) {
    slots.push_back({"#" + std::to_string(level), level, {}, true});
  }
  return slots;
}

// "function connect (comm.lua:123)" of a level of a coroutine.
void push_level_text(lua_State* W, lua_State* co, int level) {
  lua_Debug ar;
  if (!lua_getstack(co, level, &ar) || !lua_getinfo(co, "nSl", &ar)) return lua_pushnil(W);
  const char* slash = strrchr(ar.source, '/');
  const char* file = slash ? slash + 1 : ar.source + 1;
  const char* name = ar.name ? ar.name : "?";
  if (ar.what[0] == 'C') {
    lua_pushfstring(W, "builtin function %s", name);
  } else {
    lua_pushfstring(W, "%s (%s:%d)", name, file, ar.currentline);
  }
}

}  // namespace

std::vector<Slot> push_owner(lua_State* W, int number, const Reference& reference) {
  switch (reference.kind) {
    case Kind::kLocals: return lua_pushnil(W), local_slots(reference.frame);
    case Kind::kVarargs: return lua_pushnil(W), vararg_slots(reference.frame);
    case Kind::kUpvalues:
      if (!lua::push_function(W, reference.frame.co, reference.frame.level)) {
        return lua_pushnil(W), std::vector<Slot>();
      }
      return upvalue_slots(W, true);
    default: break;
  }
  push_value(W, number);
  switch (reference.kind) {
    case Kind::kFunction: return upvalue_slots(W, false);
    case Kind::kUserdata: return userdata_slots(W);
    case Kind::kThread: return thread_slots(W);
    case Kind::kNse: return nse_slots(W);
    case Kind::kNetwork: return network_slots(W);
    default: return {};
  }
}

void push_slot(lua_State* W, const Reference& reference, const Slot& slot) {
  const Frame& frame = reference.frame;
  bool found = true;
  switch (reference.kind) {
    case Kind::kLocals:
      if (slot.index > kReturned) return push_returned(W, slot.index - kReturned);
      [[fallthrough]];
    case Kind::kVarargs: found = lua::push_local(W, frame.co, frame.level, slot.index); break;
    case Kind::kUpvalues:
    case Kind::kFunction: found = lua_getupvalue(W, -1, slot.index) != nullptr; break;
    case Kind::kNse:
    case Kind::kNetwork: lua::push_raw_field(W, -1, slot.name); break;
    case Kind::kThread: push_level_text(W, lua_tothread(W, -1), slot.index); break;
    default:
      if (slot.index == kMetatable) {
        found = lua_getmetatable(W, -1);
      } else {
        lua_getuservalue(W, -1);
      }
  }
  if (!found) lua_pushnil(W);
}

bool set_slot(lua_State* W, const Reference& reference, const Slot& slot) {
  const Frame& frame = reference.frame;
  if (reference.kind == Kind::kLocals || reference.kind == Kind::kVarargs) {
    return lua::set_local(W, frame.co, frame.level, slot.index);
  }
  if (reference.kind == Kind::kNetwork) return assign_bytes(W).ok();
  if (lua_setupvalue(W, -2, slot.index)) return true;
  lua_pop(W, 1);
  return false;
}

bool push_key_named(lua_State* W, int table, const std::string& name) {
  if (lua::is_identifier(name)) return lua_pushlstring(W, name.data(), name.size()), true;
  lua_pushnil(W);
  while (lua_next(W, table)) {
    lua_pop(W, 1);
    if (lua::key_text(W, -1, false) == name) return true;
  }
  return false;
}

}  // namespace agent
