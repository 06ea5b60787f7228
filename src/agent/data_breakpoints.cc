#include "agent/data_breakpoints.h"

#include "agent/breakpoints.h"
#include "agent/expression.h"
#include "agent/marks.h"
#include "agent/server.h"
#include "agent/slots.h"
#include "agent/values.h"
#include "lua/proto.h"
#include "lua/table.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

char
    anchor;  // registry key of the weak table: [3 id] = table, [3 id + 1] = key, [3 id + 2] = value
enum Part { kTable, kKey, kValue };

void push_anchor(lua_State* W) {
  if (lua_rawgetp(W, LUA_REGISTRYINDEX, &anchor) == LUA_TTABLE) return;
  lua_pop(W, 1);
  lua_newtable(W);
  lua_createtable(W, 0, 1);
  lua_pushliteral(W, "v");
  lua_setfield(W, -2, "__mode");
  lua_setmetatable(W, -2);
  lua_pushvalue(W, -1);
  lua_rawsetp(W, LUA_REGISTRYINDEX, &anchor);
}

// Pops the value.
void keep(lua_State* W, int id, Part part) {
  push_anchor(W);
  lua_insert(W, -2);
  lua_rawseti(W, -2, 3 * id + part);
  lua_pop(W, 1);
}

void push_kept(lua_State* W, int id, Part part) {
  lua_rawgetp(W, LUA_REGISTRYINDEX, &anchor);
  lua_rawgeti(W, -1, 3 * id + part);
  lua_remove(W, -2);
}

// The field's value as it is now. False, and nothing pushed: its table is gone.
bool push_field(lua_State* W, int id) {
  push_kept(W, id, kTable);
  if (!lua_istable(W, -1)) return lua_pop(W, 1), false;
  push_kept(W, id, kKey);
  lua_rawget(W, -2);
  lua_remove(W, -2);
  return true;
}

}  // namespace

DataBreakpoints& data_breakpoints() {
  static DataBreakpoints* one = new DataBreakpoints;
  return *one;
}

// --- what can be watched -----------------------------------------------------------------------

namespace {

base::Status take_field(lua_State* W, int id) {  // table, key on top
  if (!lua_istable(W, -2)) return base::fail("it is no field of a table");
  keep(W, id, kKey);
  lua::push_listed(W, -1);
  lua_replace(W, -2);
  keep(W, id, kTable);
  return base::ok();
}

// The table and the key that a child of a container stands for.
base::Status push_child(lua_State* W, int number, const Reference& reference,
                        const std::string& name) {
  if (reference.kind != Reference::Kind::kTable || name == "[metatable]" || name == "…")
    return base::fail("only fields of tables and locals can be watched");
  push_value(W, number);
  lua::push_listed(W, -1);
  lua_replace(W, -2);
  if (!push_key_named(W, lua_gettop(W), name)) return base::fail("there is no '" + name + "'");
  return base::ok();
}

base::Status push_parent(lua_State* W, const Frame& frame, Path path) {
  Key key = path.keys.back();
  path.keys.pop_back();
  bool blocked = false;
  base::Status status = push_path(W, frame, path, &blocked);
  if (status) push_key(W, key);
  return status;
}

}  // namespace

base::Status DataBreakpoints::find_out(lua_State* W,
                                       const dap::DataBreakpointInfo::Arguments& arguments,
                                       const Frame& frame, Datum& datum) {
  Frame owner = frame;
  datum.name = arguments.name;
  if (arguments.variablesReference.value_or(0)) {
    auto found = find_reference(*arguments.variablesReference);
    if (!found) return found.take_error();
    Reference reference = **found;
    if (!reference.path.empty()) datum.name = reference.path + ": " + arguments.name;
    if (reference.kind != Reference::Kind::kLocals) {
      base::Status status = push_child(W, *arguments.variablesReference, reference, arguments.name);
      return status ? take_field(W, datum.id) : std::move(status);
    }
    owner = reference.frame;
  } else {
    std::optional<Path> path = parse_path(arguments.name);
    if (!path) return base::fail("only fields of tables and locals can be watched");
    if (!path->keys.empty()) {
      base::Status status = push_parent(W, frame, *path);
      return status ? take_field(W, datum.id) : std::move(status);
    }
  }
  lua_Debug ar;
  datum.slot = owner.co ? lua::find_local(owner.co, owner.level, arguments.name) : 0;
  if (!datum.slot || !lua_getstack(owner.co, owner.level, &ar))
    return base::fail("'" + arguments.name + "' is no local of the frame");
  if (!lua_checkstack(owner.co, 1)) return base::fail("no room on the script's stack");
  lua_pushthread(owner.co);
  lua_xmove(owner.co, W, 1);
  keep(W, datum.id, kTable);
  datum.is_local = true;
  datum.co = owner.co;
  datum.activation = lua::activation(&ar);
  datum.prototype = lua::frame_prototype(owner.co, &ar);
  return base::ok();
}

dap::DataBreakpointInfo::Response DataBreakpoints::info(
    const dap::DataBreakpointInfo::Arguments& arguments, const Frame& frame) {
  Datum datum;
  datum.id = breakpoints().new_id();
  base::Status found = base::ok();
  base::Status status =
      lua::protect([&](lua_State* W) { found = find_out(W, arguments, frame, datum); });
  if (!status) found = std::move(status);
  dap::DataBreakpointInfo::Response response;
  if (!found) {
    response.description = "cannot watch '" + arguments.name + "': " + found.error().message;
    return response;
  }
  response.dataId.text = "\"" + std::to_string(datum.id) + "\"";
  response.description = datum.is_local ? "local " + datum.name : datum.name;
  response.accessTypes = {{"write"}};
  response.canPersist = false;
  base::Lock lock(mutex_);
  known_.push_back(std::move(datum));
  return response;
}

// --- setting -----------------------------------------------------------------------------------

const DataBreakpoints::Datum* DataBreakpoints::find(const std::string& data_id) const {
  for (const Datum& datum : known_)
    if (std::to_string(datum.id) == data_id) return &datum;
  return nullptr;
}

dap::Breakpoint DataBreakpoints::check(const dap::DataBreakpoint& wanted) {
  dap::Breakpoint out;
  out.reason = "failed";
  const Datum* datum = find(wanted.dataId);
  if (!datum) {
    out.message = "there is no dataId '" + wanted.dataId + "'; ask with dataBreakpointInfo";
    return out;
  }
  out.id = datum->id;
  if (wanted.accessType.value_or("write") != "write") {
    out.message = "only writes can be watched";
  } else if (base::Status text = check_expression(wanted.condition.value_or("true")); !text) {
    out.message = "the condition does not compile: " + text.error().message;
  } else if (auto hit = HitCondition::parse(wanted.hitCondition.value_or("1")); !hit) {
    out.message = hit.error().text();
  } else {
    out.verified = true;
    out.reason.reset();
  }
  return out;
}

std::vector<dap::Breakpoint> DataBreakpoints::set(int client_id,
                                                  const std::vector<dap::DataBreakpoint>& wanted) {
  base::Lock lock(mutex_);
  std::vector<dap::Breakpoint> answers;
  if (wanted.empty() && wanted_.count(client_id) == 0) return answers;
  wanted_.erase(client_id);
  for (const dap::DataBreakpoint& one : wanted) {
    answers.push_back(check(one));
    if (answers.back().verified) wanted_[client_id].push_back(one);
  }
  replaced_ = true;
  breakpoint_table_version.fetch_add(1);
  return answers;
}

void DataBreakpoints::arm(const dap::DataBreakpoint& wanted) {
  Watch watch;
  watch.datum = *find(wanted.dataId);
  watch.condition_text = wanted.condition.value_or("");
  if (!watch.condition_text.empty())
    if (auto compiled = Condition::compile(watch.condition_text))
      watch.condition = std::move(*compiled);
  if (wanted.hitCondition)
    if (auto parsed = HitCondition::parse(*wanted.hitCondition)) watch.hit = *parsed;
  locals_ |= watch.datum.is_local;
  armed_.push_back(std::move(watch));
}

namespace {

// The coroutine of a local has not been collected.
bool is_alive(int id, lua_State* co) {
  lua_State* W = lua::workbench();
  lua::StackGuard guard(W);
  if (!lua_checkstack(W, 4)) return false;
  push_kept(W, id, kTable);
  return lua_tothread(W, -1) == co;
}

// The frame of an activation on `co`, in *ar.
bool find_activation(lua_State* co, const void* activation, lua_Debug* ar) {
  if (!lua_getstack(co, 0, ar)) return false;
  lua_Debug caller;
  for (int level = 0; lua::activation(ar) != activation; ++level) {
    if (!lua::next_frame(co, ar, level, &caller)) return false;
    *ar = caller;
  }
  return true;
}

}  // namespace

void DataBreakpoints::refresh() {
  {
    base::Lock lock(mutex_);
    if (!replaced_) return;
    replaced_ = false;
    armed_.clear();
    locals_ = false;
    for (const auto& [client, wanted] : wanted_)
      for (const dap::DataBreakpoint& one : wanted) arm(one);
  }
  last_file_ = nullptr;
  for (size_t i = 0; i < armed_.size(); ++i) {
    lua_Debug ar;
    const Datum& datum = armed_[i].datum;
    bool there = !datum.is_local ||
                 (is_alive(datum.id, datum.co) && find_activation(datum.co, datum.activation, &ar));
    if (there)
      remember(armed_[i], datum.co, &ar);
    else
      end(i--, "the function of the local has returned");
  }
}

// --- watching ----------------------------------------------------------------------------------

// Pushes the value as it is now; false and nothing pushed if it is gone.
bool DataBreakpoints::push_now(lua_State* W, lua_State* co, lua_Debug* ar, const Datum& datum) {
  if (!datum.is_local) return push_field(W, datum.id);
  push_kept(W, datum.id, kTable);  // its coroutine; the address alone may be another's by now
  bool same = lua_tothread(W, -1) == co;
  lua_pop(W, 1);
  if (!same || !lua_checkstack(co, 1) || !lua_getlocal(co, ar, datum.slot)) return false;
  lua_xmove(co, W, 1);
  return true;
}

// For every line of the scan: allocates nothing.
DataBreakpoints::State DataBreakpoints::compare(const Watch& watch, lua_State* co, lua_Debug* ar) {
  lua_State* W = lua::workbench();
  lua::StackGuard guard(W);
  if (!lua_checkstack(W, 8)) return State::kSame;
  if (!push_now(W, co, ar, watch.datum)) return State::kGone;
  push_kept(W, watch.datum.id, kValue);
  bool same = lua_isnil(W, -2) == watch.is_nil && lua_rawequal(W, -1, -2);
  return same ? State::kSame : State::kChanged;
}

void DataBreakpoints::remember(Watch& watch, lua_State* co, lua_Debug* ar) {
  (void)lua::protect([&](lua_State* W) {
    if (!push_now(W, co, ar, watch.datum)) return;
    watch.text = preview(W, -1, false);
    watch.is_nil = lua_isnil(W, -1);
    keep(W, watch.datum.id, kValue);
  });
}

// `*problem`: a condition that failed, which stops too.
bool DataBreakpoints::passes(Watch& watch, lua_State* co, lua_Debug* ar, std::string* problem) {
  std::string error;
  Outcome outcome = watch.condition ? watch.condition->test(co, ar, &error) : Outcome::kTrue;
  if (outcome == Outcome::kError)
    *problem = " (the condition '" + watch.condition_text + "' failed: " + error + ")";
  if (outcome == Outcome::kFalse) return false;
  ++watch.hits;
  return !watch.hit || !problem->empty() || watch.hit->holds(watch.hits);
}

// Its breakpoint is told to the clients as gone for good.
void DataBreakpoints::end(size_t index, const char* why) {
  dap::BreakpointEvent event;
  event.reason = "changed";
  event.breakpoint.id = armed_[index].datum.id;
  event.breakpoint.reason = "failed";
  event.breakpoint.message = why;
  broadcast_event(event);
  armed_.erase(armed_.begin() + static_cast<std::ptrdiff_t>(index));
}

std::optional<DataBreakpoints::Hit> DataBreakpoints::at_line(lua_State* co, lua_Debug* ar) {
  std::optional<Hit> hit;
  for (size_t i = 0; i < armed_.size(); ++i) {
    Watch& watch = armed_[i];
    const Datum& datum = watch.datum;
    if (datum.is_local && (co != datum.co || lua::activation(ar) != datum.activation)) continue;
    State state = compare(watch, co, ar);
    if (state == State::kGone)
      end(i--, datum.is_local ? "its coroutine is gone" : "the table is gone");
    if (state != State::kChanged) continue;
    std::string before = watch.text, problem;
    remember(watch, co, ar);
    if (!passes(watch, co, ar, &problem)) continue;
    if (!hit) hit.emplace();
    hit->ids.push_back(datum.id);
    std::string& text = hit->description;
    text += (text.empty() ? "" : "; ") + datum.name + " changed from " + before + " to " +
            watch.text + problem;
    if (last_file_) text += ", at " + last_file_->name + ":" + std::to_string(last_line_);
  }
  last_file_ = mark_of(co, ar).file;
  last_line_ = ar->currentline;
  return hit;
}

void DataBreakpoints::on_return(lua_State* co, lua_Debug* ar) {
  for (size_t i = 0; i < armed_.size(); ++i) {
    const Datum& datum = armed_[i].datum;
    if (datum.is_local && co == datum.co && lua::activation(ar) == datum.activation)
      end(i--, "the function of the local has returned");
  }
}

void DataBreakpoints::coroutine_ended(lua_State* co) {
  for (size_t i = 0; i < armed_.size(); ++i)
    if (armed_[i].datum.is_local && armed_[i].datum.co == co)
      end(i--, "the function of the local has returned");
}

}  // namespace agent
